using NodeTelemetry.Agent.Devices;

namespace NodeTelemetry.Agent.Tests.Devices;

/// <summary>A line of the header with something at its other end.</summary>
internal sealed class SimulatedGpioLine(string name) : IGpioLine
{
    /// <inheritdoc/>
    public string Name => name;

    /// <summary>Gets or sets how the next uses go.</summary>
    public DeviceOutcome Outcome { get; set; }

    /// <summary>Gets or sets the level; that of the other end while nothing drives the line.</summary>
    public bool IsHigh { get; set; }

    /// <summary>Gets a value indicating whether it is driven.</summary>
    public bool IsOutput { get; private set; }

    /// <summary>Gets or sets what happens after it was driven.</summary>
    public Action<bool>? Written { get; set; }

    /// <inheritdoc/>
    public DeviceOutcome Write(bool isHigh)
    {
        if (Outcome == DeviceOutcome.Ok)
        {
            IsOutput = true;
            IsHigh = isHigh;
            Written?.Invoke(isHigh);
        }

        return Outcome;
    }

    /// <inheritdoc/>
    public DeviceOutcome Read(out bool isHigh)
    {
        isHigh = Outcome == DeviceOutcome.Ok && IsHigh;
        return Outcome;
    }

    /// <inheritdoc/>
    public void Dispose() => IsOutput = false;
}
