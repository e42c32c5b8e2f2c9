using NodeTelemetry.Agent.Devices;
using NodeTelemetry.Agent.Displays.Drawing;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Protocol.Wire;

namespace NodeTelemetry.Agent.Displays;

/// <summary>The inputs of a display other than samples.</summary>
/// <param name="Options">The settings.</param>
/// <param name="History">The temperature of the last hours; kept when the configuration is reloaded.</param>
/// <param name="Alert">Gets the alert level of this node; called on the display's thread.</param>
/// <param name="LocalTime">Converts to the local time of day.</param>
/// <param name="Roots">The roots of /dev and sysfs.</param>
/// <param name="Calls">The kernel.</param>
internal sealed record DisplaySource(
    DisplayOptions Options,
    TemperatureHistory History,
    Func<AlertLevel?> Alert,
    Func<DateTimeOffset, TimeOnly> LocalTime,
    KernelRoots Roots,
    IDeviceCalls Calls);
