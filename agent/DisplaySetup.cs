using NodeTelemetry.Agent.Devices;
using NodeTelemetry.Agent.Diagnostics;
using NodeTelemetry.Agent.Displays;
using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent;

/// <summary>Puts together what a display wants.</summary>
internal static class DisplaySetup
{
    /// <summary>Makes it.</summary>
    public static DisplaySource SourceOf(AgentOptions options, AgentMemory memory) => new(
        options.Display,
        memory.Temperatures,
        () => LevelOf(memory.Alerts),
        LocalClock.Read,
        options.Roots,
        new LinuxDeviceCalls());

    private static AlertLevel LevelOf(ToldAlerts alerts) => alerts.Worst switch
    {
        Protocol.Wire.AlertLevel.None => AlertLevel.None,
        Protocol.Wire.AlertLevel.Warning => AlertLevel.Warning,
        Protocol.Wire.AlertLevel.Critical => AlertLevel.Critical,
        _ => AlertLevel.Unknown,
    };
}
