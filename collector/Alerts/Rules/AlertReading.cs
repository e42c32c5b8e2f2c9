using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Collector.Alerts.Rules;

/// <summary>A reading that rules can use: every one of the catalog, and a few derived ones.</summary>
/// <param name="Name">Its name in Prometheus without prefix; its API name where several share that.</param>
/// <param name="ApiName">Its name in the HTTP API.</param>
/// <param name="Unit">Its unit.</param>
/// <param name="Read">Adds the values of a node to a reused list.</param>
internal sealed record AlertReading(
    string Name, string ApiName, ReadingUnit Unit, Action<NodeStatus, List<ReadingValue>> Read)
{
    /// <summary>The deviation of a node's clock from the collector's.</summary>
    public const string ClockDeviation = "clock_deviation_seconds";

    /// <summary>The margin of a sensor to its critical temperature.</summary>
    public const string TemperatureMargin = "temperature_margin_celsius";

    /// <summary>The flags of entries with unreliable values: a suspect spike,
    /// a chip that warms up or does not respond.</summary>
    private static readonly FieldDefinition[] UnreliableFlags =
        [TemperaturesSection.Spike, SensorsSection.WarmingUp, SensorsSection.Stale];

    /// <summary>File systems that are always read-only and full.</summary>
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
        var flag = Array.Find(UnreliableFlags, flag => flag.Section == field.Section && flag != field);
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
                    if (entry[field] is { } value && IsReliable(entry, flag) && !IsImmutable(entry, field))
                    {
                        values.Add(new ReadingValue(entry.Name, value));
                    }
                }
            });
    }

    private static bool IsReliable(SectionEntry entry, FieldDefinition? flag) =>
        flag is null || entry[flag] is not 1;

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
            if (entry[TemperaturesSection.Celsius] is { } celsius && IsReliable(entry, TemperaturesSection.Spike)
                && entry[TemperaturesSection.CriticalCelsius] is { } critical)
            {
                values.Add(new ReadingValue(entry.Name, critical - celsius));
            }
        }
    }
}

/// <summary>One value of a reading.</summary>
/// <param name="Entry">The mount point, device, sensor or the like;
/// <see langword="null"/> for a scalar reading.</param>
/// <param name="Value">The value.</param>
internal readonly record struct ReadingValue(string? Entry, double Value);
