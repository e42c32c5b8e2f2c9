using NodeTelemetry.Agent.Devices;

namespace NodeTelemetry.Agent.Displays.Panels;

/// <summary>Says what is wrong with a device, and what to do.</summary>
internal static class PanelProblem
{
    /// <summary>Makes the sentence for an outcome; <see langword="null"/> if all is well.</summary>
    /// <param name="outcome">How the call went.</param>
    /// <param name="device">The device's name.</param>
    /// <param name="group">The group that may use it.</param>
    public static string? Of(DeviceOutcome outcome, string device, string group) => outcome switch
    {
        DeviceOutcome.Ok => null,
        DeviceOutcome.Absent => $"{device}: there is no such device, or not any more",
        DeviceOutcome.Busy => $"{device}: a driver of the kernel or another program has it",
        DeviceOutcome.NotPermitted =>
            $"{device}: the agent's user may not use it; it must be in the group {group}",
        _ => $"{device}: the device does not work",
    };
}
