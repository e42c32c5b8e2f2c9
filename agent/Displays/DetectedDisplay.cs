using NodeTelemetry.Agent.Displays.Panels;

namespace NodeTelemetry.Agent.Displays;

/// <summary>A display that was detected.</summary>
/// <param name="Model">The display model.</param>
/// <param name="Device">The device file.</param>
/// <param name="Open">Opens the panel.</param>
internal sealed record DetectedDisplay(DisplayModel Model, string Device, Func<IPanel> Open);
