using NodeTelemetry.Agent.Devices;
using NodeTelemetry.Agent.Displays.Drawing;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Protocol.Wire;

namespace NodeTelemetry.Agent.Displays;

/// <summary>What a display wants besides samples.</summary>
/// <param name="Options">Its settings.</param>
/// <param name="History">The temperature of the last hours, which outlives a change of configuration.</param>
/// <param name="Alert">Tells what collectors say of this node; called on the display's thread.</param>
/// <param name="LocalTime">Tells the time of day at this node.</param>
/// <param name="Roots">Where devices and sysfs are.</param>
/// <param name="Calls">The kernel.</param>
internal sealed record DisplaySource(
    DisplayOptions Options,
    TemperatureHistory History,
    Func<AlertLevel?> Alert,
    Func<DateTimeOffset, TimeOnly> LocalTime,
    KernelRoots Roots,
    IDeviceCalls Calls);
