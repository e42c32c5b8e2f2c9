using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Collector.Nodes.State;

/// <summary>What a goodbye means for the health of a node.</summary>
internal static class Goodbye
{
    /// <summary>Gets the health after a sample that has this goodbye, or none.</summary>
    public static NodeHealth HealthAfter(ByeReading? bye) => bye switch
    {
        null => NodeHealth.Up,
        { BackSeconds: not null } or { Reason: "reboot" or "restart" or "upgrade" } => NodeHealth.Rebooting,
        _ => NodeHealth.Left,
    };
}
