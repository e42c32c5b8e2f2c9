using NodeTelemetry.Agent.Devices;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Sensors.Chips;

/// <summary>One chip on a bus: a driver of its own, for chips that no kernel driver has bound.</summary>
internal interface ISensorChip
{
    /// <summary>Gets the name of its first entry in <c>sensors</c>: <c>bme280</c>. Known once it has been identified.
    /// </summary>
    string Name { get; }

    /// <summary>Gets its part number: <c>BME280</c>.</summary>
    string PartNumber { get; }

    /// <summary>Gets its bus and address, as <see cref="II2cDevice.Name"/> has them.</summary>
    string Place { get; }

    /// <summary>Gets how often it measures.</summary>
    TimeSpan Period { get; }

    /// <summary>Asks the chip who it is. Reads only, so that another chip at the address is not harmed.</summary>
    ChipIdentity Identify();

    /// <summary>Sets the chip up, after it has been identified.</summary>
    BusOutcome Start();

    /// <summary>Measures. May take as long as the chip's longest conversion.</summary>
    /// <param name="into">Where values go; its first entry has been begun, further ones are begun by the chip.</param>
    /// <returns><see cref="BusOutcome.Ok"/> also if the chip had nothing to say yet; <see cref="BusOutcome.Failed"/> if
    /// it has lost its settings, so that it is set up again.</returns>
    BusOutcome Measure(SectionBuilder into);

    /// <summary>Switches off what would cost power or wear with nobody to ask for it.</summary>
    void Stop();
}
