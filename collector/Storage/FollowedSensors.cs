using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Collector.Storage;

/// <summary>Which sensor of a node the history follows for each quantity: the first by name that has it.</summary>
/// <remarks>A node has one sensor of most kinds, and a second one, such as a thermometer within a pressure sensor, must
/// not make a saw of the first one's curve. The parts of a sample come in any order, so a choice is kept until a name
/// before it comes, or the sensor has been gone for a while. What warms up or does not answer is not followed.</remarks>
internal sealed class FollowedSensors
{
    /// <summary>For how long a sensor may be silent before another one is followed: agents tell old values for as
    /// long.</summary>
    public const long AbsentSecondsMax = 300;

    private readonly (string? Name, long Seen)[] _followed = new (string?, long)[Fields.Count];

    /// <summary>Gets the quantities.</summary>
    public static IReadOnlyList<FieldDefinition> Fields { get; } =
        [.. SensorsSection.Definition.Fields.Where(static field => field is { InHistory: true, Kind: FieldKind.Gauge })];

    /// <summary>Gets the value of the sensor that is followed.</summary>
    /// <param name="index">Which of <see cref="Fields"/>.</param>
    /// <param name="sensors">What has come, maybe only a part of it.</param>
    /// <param name="seconds">When, in seconds since the epoch.</param>
    public double? Value(int index, SectionReading sensors, long seconds)
    {
        double? found = null;
        ref var followed = ref _followed[index];
        for (var entry = 0; entry < sensors.EntryCount; entry++)
        {
            var sensor = sensors[entry];
            if (sensor[Fields[index]] is { } value
                && sensor[SensorsSection.WarmingUp] is not 1
                && sensor[SensorsSection.Stale] is not 1
                && (followed.Name is null
                    || seconds - followed.Seen > AbsentSecondsMax
                    || string.CompareOrdinal(sensor.Name, followed.Name) <= 0))
            {
                followed = (sensor.Name, Math.Max(followed.Seen, seconds));
                found = value;
            }
        }

        return found;
    }
}
