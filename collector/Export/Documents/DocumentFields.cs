using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;

namespace NodeTelemetry.Collector.Export.Documents;

/// <summary>The fields of each kind of document.</summary>
/// <remarks>
/// Each list is ordered so that the fields of one object follow each other.
/// A name is declared once: names of readings in the catalogue, all others here.
/// </remarks>
internal static class DocumentFields
{
    private static readonly DocumentField[] Common =
    [
        new("@timestamp", FieldContent.Timestamp, FieldType.Date),
        new("event.ingested", FieldContent.Ingested, FieldType.Date),
        new("metricset.name", FieldContent.Metricset, FieldType.Keyword),
        new("host.name", FieldContent.HostName, FieldType.Keyword),
        new("host.id", FieldContent.HostId, FieldType.Keyword),
    ];

    private static readonly DocumentField[] HostDescription =
    [
        new("host.ip", FieldContent.HostAddress, FieldType.Ip),
        new("host.arch", FieldContent.HostArchitecture, FieldType.Keyword),
    ];

    private static readonly DocumentField[] Values =
    [
        DocumentField.Create(CoreUsageSection.UsageRatio),
        .. ReadingCatalog.Scalars.Select(DocumentField.Create),
    ];

    private static readonly DocumentField Labels = new("labels", FieldContent.Labels, FieldType.Texts);
    private static readonly DocumentField SequenceField = new("event.sequence", FieldContent.Sequence, FieldType.Long);
    private static readonly DocumentField Observer = new("observer.name", FieldContent.Observer, FieldType.Keyword);
    private static readonly DocumentField Interval =
        new("nodetelemetry.interval", FieldContent.Interval, FieldType.Long);

    /// <summary>Gets the fields of a sample: its scalar readings, labels and header.</summary>
    public static IReadOnlyList<DocumentField> Sample { get; } = Order(
    [
        .. Common,
        .. HostDescription,
        .. Values,
        Labels,
        SequenceField,
        Interval,
        new("nodetelemetry.boot", FieldContent.Boot, FieldType.Keyword),
        new("nodetelemetry.run", FieldContent.Run, FieldType.Keyword),
        new("nodetelemetry.part.index", FieldContent.PartIndex, FieldType.Long),
        new("nodetelemetry.part.count", FieldContent.PartCount, FieldType.Long),
        new("nodetelemetry.sender_time", FieldContent.SenderTime, FieldType.Date),
        new("nodetelemetry.bye.reason", FieldContent.ByeReason, FieldType.Keyword),
        new("nodetelemetry.bye.back", FieldContent.ByeBack, FieldType.Long),
    ]);

    /// <summary>Gets the fields of the current state of a node.</summary>
    public static IReadOnlyList<DocumentField> State { get; } = Order(
    [
        .. Common.Where(static field => field.Content != FieldContent.Ingested),
        .. HostDescription,
        .. Values,
        Labels,
        Observer,
        Interval,
        new("host.os.full", FieldContent.OperatingSystem, FieldType.Keyword),
        new("host.os.kernel", FieldContent.Kernel, FieldType.Keyword),
        new("agent.version", FieldContent.AgentVersion, FieldType.Keyword),
        new("nodetelemetry.board", FieldContent.Board, FieldType.Keyword),
        new("nodetelemetry.health", FieldContent.Health, FieldType.Keyword),
        new("nodetelemetry.health_since", FieldContent.HealthSince, FieldType.Date),
        new("nodetelemetry.first_seen", FieldContent.FirstSeen, FieldType.Date),
        new("nodetelemetry.last_seen", FieldContent.LastSeen, FieldType.Date),
        new("nodetelemetry.samples_missed", FieldContent.Missed, FieldType.Long),
    ]);

    /// <summary>Gets the fields of a node event.</summary>
    public static IReadOnlyList<DocumentField> Event { get; } = Order(
    [
        .. Common,
        Observer,
        new("host.ip", FieldContent.HostAddress, FieldType.Ip),
        new("message", FieldContent.EventText, FieldType.Text),
        new("event.action", FieldContent.EventAction, FieldType.Keyword),
        new("event.reason", FieldContent.EventReason, FieldType.Keyword),
        new("nodetelemetry.event.before", FieldContent.EventBefore, FieldType.Keyword),
        new("nodetelemetry.event.silence", FieldContent.EventSilence, FieldType.Double),
        new("nodetelemetry.event.planned", FieldContent.EventPlanned, FieldType.Boolean),
        new("nodetelemetry.event.symptoms", FieldContent.EventSymptoms, FieldType.Keyword),
        new("nodetelemetry.event.changes", FieldContent.EventChanges, FieldType.Keyword),
        new("nodetelemetry.event.other_node", FieldContent.EventOtherNode, FieldType.Keyword),
        new("nodetelemetry.event.node_count", FieldContent.EventNodeCount, FieldType.Long),
    ]);

    /// <summary>Gets the fields of an entry, for each section with named entries.</summary>
    public static IReadOnlyDictionary<SectionDefinition, IReadOnlyList<DocumentField>> Entries { get; } =
        SectionCatalog.All
            .Where(static section => section.HasNamedEntries)
            .ToDictionary(static section => section, CreateEntryFields);

    /// <summary>Gets every field once, for the template.</summary>
    public static IReadOnlyList<DocumentField> All { get; } = Order(
        [.. Sample.Concat(State).Concat(Event).Concat(Entries.Values.SelectMany(static fields => fields))
            .DistinctBy(static field => field.Path)]);

    private static IReadOnlyList<DocumentField> CreateEntryFields(SectionDefinition section) => Order(
    [
        .. Common,
        Labels,
        SequenceField,
        new(section.EntryFieldName!, FieldContent.EntryName, FieldType.Keyword),
        .. section.Fields.Select(DocumentField.Create),
    ]);

    private static DocumentField[] Order(DocumentField[] fields)
    {
        Array.Sort(fields, static (one, other) => Compare(one.Segments, other.Segments));
        return fields;
    }

    private static int Compare(IReadOnlyList<string> one, IReadOnlyList<string> other)
    {
        for (var index = 0; index < Math.Min(one.Count, other.Count); index++)
        {
            var order = string.CompareOrdinal(one[index], other[index]);
            if (order != 0)
            {
                return order;
            }
        }

        // Array.Sort may compare an element with itself.
        return one.Count == other.Count
            ? 0
            : throw new InvalidOperationException(
                $"The field {string.Join('.', one)} conflicts with {string.Join('.', other)}.");
    }
}
