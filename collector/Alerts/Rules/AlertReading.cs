using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Collector.Alerts.Rules;

/// <summary>A reading that rules can look at: every one of the catalog, and a few that follow from several.</summary>
/// <param name="Name">Its name in Prometheus without prefix; where several share that, its name in the API.</param>
/// <param name="ApiName">Its name in the HTTP API.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Read">Adds the values of a node to a list that is used again and again.</param>
internal sealed record AlertReading(
    string Name, string ApiName, ReadingUnit Unit, Action<NodeStatus, List<ReadingValue>> Read)
{
    /// <summary>How far a node's clock is from the collector's.</summary>
    public const string ClockDeviation = "clock_deviation_seconds";

    /// <summary>How far a sensor is from the temperature at which it calls for help.</summary>
    public const string TemperatureMargin = "temperature_margin_celsius";

    /// <summary>
    /// What says of an entry that its values are not to be believed: a leap, a chip that warms up or does not answer.
    /// </summary>
    private static readonly FieldDefinition[] Doubts =
        [TemperaturesSection.Spike, SensorsSection.WarmingUp, SensorsSection.Stale];

    /// <summary>File systems that are read-only and full by their nature.</summary>
    private static readonly string[] ImmutableTypes = ["squashfs", "iso9660", "erofs", "cramfs", "udf", "romfs"];

    /// <summary>Gets every reading.</summary>
    public static IReadOnlyList<AlertReading> All { get; } =
    [
        .. ReadingCatalog.Scalars.Select(FromScalar),
        .. SectionCatalog.All
            .Where(static section => section.EntryLabel is not null)
            .SelectMany(static section => section.Fields)
            .Where(static field => field.Kind != FieldKind.Text)
            .Select(FromField),
        new(ClockDeviation, "clockDeviationSeconds", ReadingUnit.Seconds, ReadClockDeviation),
        new(TemperatureMargin, "temperatureMarginCelsius", ReadingUnit.Celsius, ReadTemperatureMargin),
    ];

    /// <summary>Finds a reading by either name.</summary>
    public static AlertReading? Find(string name) => All.FirstOrDefault(reading =>
        reading.Name.Equals(name, StringComparison.OrdinalIgnoreCase)
        || reading.ApiName.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static AlertReading FromScalar(FieldDefinition definition) => new(
        definition.Labels.Count == 0 ? definition.Name : definition.ApiName,
        definition.ApiName,
        definition.Unit,
        (status, values) =>
        {
            if (status.Readings[definition] is { } value)
            {
                values.Add(new ReadingValue(null, value));
            }
        });

    private static AlertReading FromField(FieldDefinition field)
    {
        var doubt = Array.Find(Doubts, doubt => doubt.Section == field.Section && doubt != field);
        return new AlertReading(
            field.Labels.Count == 0 ? field.Name : field.ApiName,
            field.ApiName,
            field.Unit,
            (status, values) =>
            {
                var section = status.Readings.Section(field.Section);
                for (var index = 0; index < (section?.EntryCount ?? 0); index++)
                {
                    var entry = section![index];
                    if (entry[field] is { } value && IsBelieved(entry, doubt) && !IsImmutable(entry, field))
                    {
                        values.Add(new ReadingValue(entry.Name, value));
                    }
                }
            });
    }

    private static bool IsBelieved(SectionEntry entry, FieldDefinition? doubt) =>
        doubt is null || entry[doubt] is not 1;

    private static bool IsImmutable(SectionEntry entry, FieldDefinition field) =>
        field.Section == FilesystemsSection.Definition
        && entry.Text(FilesystemsSection.FsType) is { } type && ImmutableTypes.Contains(type);

    private static void ReadClockDeviation(NodeStatus status, List<ReadingValue> values)
    {
        if (status.ClockDeviationSeconds is { } deviation)
        {
            values.Add(new ReadingValue(null, Math.Abs(deviation)));
        }
    }

    private static void ReadTemperatureMargin(NodeStatus status, List<ReadingValue> values)
    {
        var section = status.Readings.Section(TemperaturesSection.Definition);
        for (var index = 0; index < (section?.EntryCount ?? 0); index++)
        {
            var entry = section![index];
            if (entry[TemperaturesSection.Celsius] is { } celsius && IsBelieved(entry, TemperaturesSection.Spike)
                && entry[TemperaturesSection.CriticalCelsius] is { } critical)
            {
                values.Add(new ReadingValue(entry.Name, critical - celsius));
            }
        }
    }
}

/// <summary>One value of a reading.</summary>
/// <param name="Entry">The mount point, device, sensor or the like; <see langword="null"/> where the node has
/// one value.</param>
/// <param name="Value">The value.</param>
internal readonly record struct ReadingValue(string? Entry, double Value);
