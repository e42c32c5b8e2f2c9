using NodeTelemetry.Agent.Devices;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Sensors.Chips;

/// <summary>The agent's own driver of one I2C chip, used where no kernel driver has bound the address.</summary>
internal interface IChipDriver
{
    /// <summary>Gets the name of the chip's first entry in <c>sensors</c>, such as <c>bme280</c>.
    /// Valid after <see cref="Identify"/>.</summary>
    string Name { get; }

    /// <summary>Gets the part number, such as <c>BME280</c>. Valid after <see cref="Identify"/>.</summary>
    string PartNumber { get; }

    /// <summary>Gets the bus and address, as in <see cref="II2cDevice.Name"/>.</summary>
    string Place { get; }

    /// <summary>Gets the measurement period.</summary>
    TimeSpan Period { get; }

    /// <summary>Reads the identity registers. Never writes, so that a different chip at the address is not disturbed.
    /// </summary>
    ChipIdentity Identify();

    /// <summary>Configures an identified chip.</summary>
    BusOutcome Start();

    /// <summary>Takes one measurement. Blocks for at most the chip's longest conversion.</summary>
    /// <param name="into">Receives the values. The first entry has been begun; the driver begins further ones.</param>
    /// <returns><see cref="BusOutcome.Ok"/>, also if no new value was ready;
    /// <see cref="BusOutcome.Failed"/> if the chip has lost its configuration and must be started again.</returns>
    BusOutcome Measure(SectionBuilder into);

    /// <summary>Switches off what consumes power or wears when the agent stops.</summary>
    void Stop();
}
