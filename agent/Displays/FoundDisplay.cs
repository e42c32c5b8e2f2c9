using NodeTelemetry.Agent.Displays.Panels;

namespace NodeTelemetry.Agent.Displays;

/// <summary>A display that is there.</summary>
/// <param name="Model">What it is.</param>
/// <param name="Device">The device file that it is reached by.</param>
/// <param name="Open">Makes what shows pictures on it.</param>
internal sealed record FoundDisplay(DisplayModel Model, string Device, Func<IPanel> Open);
