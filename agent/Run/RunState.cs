using NodeTelemetry.Agent.Diagnostics;
using NodeTelemetry.Agent.Displays.Drawing;
using NodeTelemetry.Agent.Sampling;
using NodeTelemetry.Agent.Transport;

namespace NodeTelemetry.Agent.Run;

/// <summary>State of a run that survives a reload of the configuration.</summary>
/// <param name="time">The clock.</param>
internal sealed class RunState(TimeProvider time)
{
    private int _ringBytes;

    /// <summary>Gets the datagrams that were sent last.</summary>
    public DatagramRing Ring { get; private set; } = new(0);

    /// <summary>Gets the cookies of unsigned requesters, which stay valid after a reload.</summary>
    public RequestCookies Cookies { get; } = RequestCookies.Create(time);

    /// <summary>Gets how far each collector has counted its requests.</summary>
    public RequesterTable Requesters { get; } = new();

    /// <summary>Gets the alert levels of this node that collectors report.</summary>
    public DisplayedAlertLevel Alerts { get; } = new(time);

    /// <summary>Gets the temperatures of a display's graph.</summary>
    public TemperatureHistory Temperatures => field ??= new();

    /// <summary>Resizes the ring, which empties it, unless the size is unchanged.</summary>
    public void SetRingBytes(int bytes)
    {
        if (bytes != _ringBytes)
        {
            _ringBytes = bytes;
            Ring = new DatagramRing(bytes);
        }
    }
}
