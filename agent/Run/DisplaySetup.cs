using NodeTelemetry.Agent.Devices;
using NodeTelemetry.Agent.Displays;
using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Run;

/// <summary>Puts together what a display wants.</summary>
internal static class DisplaySetup
{
    /// <summary>Makes it.</summary>
    public static DisplaySource SourceOf(AgentOptions options, AgentMemory memory) => new(
        options.Display,
        memory.Temperatures,
        () => memory.Alerts.Worst,
        LocalClock.Read,
        options.Roots,
        new LinuxDeviceCalls());
}
