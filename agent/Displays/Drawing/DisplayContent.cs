using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.Protocol.Wire;

namespace NodeTelemetry.Agent.Displays.Drawing;

/// <summary>The complete input of a page: the same content gives the same pixels.</summary>
internal sealed record DisplayContent
{
    /// <summary>Gets the newest sample.</summary>
    public required NodeSnapshot Snapshot { get; init; }

    /// <summary>Gets the facts that change rarely, from the newest sample that had them.</summary>
    public AboutReading? About { get; init; }

    /// <summary>Gets the temperature of the last hours.</summary>
    public required TemperatureHistory History { get; init; }

    /// <summary>Gets the alert level of this node; <see langword="null"/> if no collector reports one.</summary>
    public AlertLevel? Alert { get; init; }

    /// <summary>Gets the time of day at this node.</summary>
    public TimeOnly Time { get; init; }

    /// <summary>Gets a value indicating whether to draw the first phase of animations; it toggles with every frame.
    /// </summary>
    public bool IsBeat { get; init; }
}
