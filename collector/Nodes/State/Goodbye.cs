using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Collector.Nodes.State;

/// <summary>The effect of a goodbye on the health of a node.</summary>
internal static class Goodbye
{
    /// <summary>Gets the health after a sample with this goodbye, or without one.</summary>
    public static NodeHealth HealthAfter(ByeReading? bye) => bye switch
    {
        null => NodeHealth.Up,
        { BackSeconds: not null } or { Reason: "reboot" or "restart" or "upgrade" } => NodeHealth.Rebooting,
        _ => NodeHealth.Left,
    };
}
