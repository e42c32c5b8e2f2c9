using NodeTelemetry.Agent.Devices;

namespace NodeTelemetry.Agent.Displays.Panels;

/// <summary>Describes device problems.</summary>
internal static class PanelProblem
{
    /// <summary>Describes an outcome; <see langword="null"/> on success.</summary>
    /// <param name="outcome">The outcome of a call.</param>
    /// <param name="device">The device's name.</param>
    /// <param name="group">The group with access to the device.</param>
    public static string? Describe(DeviceOutcome outcome, string device, string group) => outcome switch
    {
        DeviceOutcome.Ok => null,
        DeviceOutcome.Absent => $"{device}: no such device, or it was removed",
        DeviceOutcome.Busy => $"{device}: in use by a kernel driver or another program",
        DeviceOutcome.NotPermitted =>
            $"{device}: no permission; add the agent's user to the group {group}",
        _ => $"{device}: I/O error",
    };
}
