using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.Protocol.Wire;

namespace NodeTelemetry.Agent.Displays.Drawing;

/// <summary>All that a page is drawn from: the same content gives the same pixels.</summary>
internal sealed record DisplayContent
{
    /// <summary>Gets the newest sample.</summary>
    public required NodeSnapshot Snapshot { get; init; }

    /// <summary>Gets what changes rarely, from whichever sample had it last.</summary>
    public AboutReading? About { get; init; }

    /// <summary>Gets the temperature of the last hours.</summary>
    public required TemperatureHistory History { get; init; }

    /// <summary>Gets what collectors say of this node; <see langword="null"/> if none says anything.</summary>
    public AlertLevel? Alert { get; init; }

    /// <summary>Gets the time of day at this node.</summary>
    public TimeOnly Time { get; init; }

    /// <summary>Gets a value that turns around each time something is drawn: what beats, beats by it.</summary>
    public bool IsBeat { get; init; }
}
