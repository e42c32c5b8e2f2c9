namespace NodeTelemetry.Agent.Devices;

/// <summary>One line of the header. Like <c>System.Device.Gpio.GpioPin</c>, but expected failures are values,
/// not exceptions.</summary>
/// <remarks>
/// The first use requests the line: a write as an output with that initial level, a read as an input.
/// Other programs cannot use it until <see cref="IDisposable.Dispose"/>; afterwards it may become an input,
/// so keep lines that must stay on. Not thread-safe.
/// </remarks>
internal interface IGpioLine : IDisposable
{
    /// <summary>Gets the usual name, such as <c>GPIO22</c>.</summary>
    string Name { get; }

    /// <summary>Drives the line.</summary>
    DeviceOutcome Write(bool isHigh);

    /// <summary>Reads the level of an input, or the driven level of an output.</summary>
    /// <param name="isHigh">The level, if the outcome is <see cref="DeviceOutcome.Ok"/>.</param>
    DeviceOutcome Read(out bool isHigh);
}
