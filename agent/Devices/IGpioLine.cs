namespace NodeTelemetry.Agent.Devices;

/// <summary>One line of the board's header. The shape is that of <c>System.Device.Gpio.GpioPin</c>, but an expected
/// failure is a value and no exception.</summary>
/// <remarks>
/// The first use takes the line: a write makes it an output that has its level from the beginning, a read an input.
/// Until <see cref="IDisposable.Dispose"/> nobody else can have it; after it, the line may become an input again, so
/// keep what must stay switched on. For one thread.
/// </remarks>
internal interface IGpioLine : IDisposable
{
    /// <summary>Gets the name that people know it by: <c>GPIO22</c>.</summary>
    string Name { get; }

    /// <summary>Drives the line.</summary>
    DeviceOutcome Write(bool isHigh);

    /// <summary>Reads the line's level; of an output, the one that it is driven to.</summary>
    /// <param name="isHigh">The level, if the outcome is <see cref="DeviceOutcome.Ok"/>.</param>
    DeviceOutcome Read(out bool isHigh);
}
