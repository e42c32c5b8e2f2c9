using NodeTelemetry.Agent.Diagnostics;
using NodeTelemetry.Agent.Displays.Drawing;
using NodeTelemetry.Agent.Sampling;
using NodeTelemetry.Agent.Transport;

namespace NodeTelemetry.Agent.Run;

/// <summary>What a run keeps when its configuration is read again.</summary>
/// <param name="time">The clock.</param>
internal sealed class AgentMemory(TimeProvider time)
{
    private int _ringBytes;

    /// <summary>Gets the datagrams that were sent last.</summary>
    public DatagramRing Ring { get; private set; } = new(0);

    /// <summary>Gets how far each collector has counted its requests.</summary>
    public RequesterTable Requesters { get; } = new();

    /// <summary>Gets how the alerts of this node stand, as collectors tell it.</summary>
    public ToldAlerts Alerts { get; } = new(time);

    /// <summary>Gets the temperatures that a display has a graph of.</summary>
    public TemperatureHistory Temperatures => field ??= new();

    /// <summary>Gives the ring another size, which empties it; the same one changes nothing.</summary>
    public void SetRingBytes(int bytes)
    {
        if (bytes != _ringBytes)
        {
            _ringBytes = bytes;
            Ring = new DatagramRing(bytes);
        }
    }
}
