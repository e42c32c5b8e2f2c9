using System.Text.Json;
using NodeTelemetry.Protocol.Catalog;

namespace NodeTelemetry.Collector.Export;

/// <summary>What a field of a document holds.</summary>
internal enum FieldKind
{
    /// <summary>The reading's time.</summary>
    Timestamp,

    /// <summary>When the collector received it.</summary>
    Ingested,

    /// <summary>The sample's number within the run.</summary>
    Sequence,

    /// <summary>What kind of document it is.</summary>
    Metricset,

    /// <summary>The host name.</summary>
    HostName,

    /// <summary>The node's identity.</summary>
    HostId,

    /// <summary>The address from which the node sends.</summary>
    HostAddress,

    /// <summary>The node's architecture.</summary>
    HostArchitecture,

    /// <summary>The node's labels.</summary>
    Labels,

    /// <summary>The kernel's boot.</summary>
    Boot,

    /// <summary>The agent's run.</summary>
    Run,

    /// <summary>The promised interval in milliseconds.</summary>
    Interval,

    /// <summary>Which part of a sample.</summary>
    PartIndex,

    /// <summary>How many parts it has.</summary>
    PartCount,

    /// <summary>The sender's clock, where it was too wrong to be the reading's time.</summary>
    SenderTime,

    /// <summary>Why the agent stops.</summary>
    ByeReason,

    /// <summary>In how many seconds it will be back.</summary>
    ByeBack,

    /// <summary>The use of each core.</summary>
    Cores,

    /// <summary>One reading of the catalog.</summary>
    Reading,
}

/// <summary>The mapping of a field in OpenSearch.</summary>
internal enum FieldType
{
    /// <summary>A time.</summary>
    Date,

    /// <summary>A text that is searched for as a whole.</summary>
    Keyword,

    /// <summary>An address.</summary>
    Ip,

    /// <summary>A whole number.</summary>
    Long,

    /// <summary>A number of 24 significant bits.</summary>
    Float,

    /// <summary>A number of 11 significant bits: 0.03 °C at 60 °C.</summary>
    HalfFloat,

    /// <summary>A share, kept to 1/10000.</summary>
    Ratio,

    /// <summary>Names that are only known when they come, with texts.</summary>
    Texts,
}

/// <summary>One field that a document can have.</summary>
internal sealed class DocumentField
{
    private DocumentField(string path, FieldKind kind, FieldType type, ReadingDefinition? reading = null)
    {
        Path = path;
        Kind = kind;
        Type = type;
        Reading = reading;
        Segments = path.Split('.');
        Names = [.. Segments.Select(static segment => JsonEncodedText.Encode(segment))];
    }

    /// <summary>Gets every field, ordered so that those within one object follow each other.</summary>
    public static IReadOnlyList<DocumentField> All { get; } = Order(
    [
        new("@timestamp", FieldKind.Timestamp, FieldType.Date),
        new("event.ingested", FieldKind.Ingested, FieldType.Date),
        new("event.sequence", FieldKind.Sequence, FieldType.Long),
        new("metricset.name", FieldKind.Metricset, FieldType.Keyword),
        new("host.name", FieldKind.HostName, FieldType.Keyword),
        new("host.id", FieldKind.HostId, FieldType.Keyword),
        new("host.ip", FieldKind.HostAddress, FieldType.Ip),
        new("host.arch", FieldKind.HostArchitecture, FieldType.Keyword),
        new("labels", FieldKind.Labels, FieldType.Texts),
        new("nodetelemetry.boot", FieldKind.Boot, FieldType.Keyword),
        new("nodetelemetry.run", FieldKind.Run, FieldType.Keyword),
        new("nodetelemetry.interval", FieldKind.Interval, FieldType.Long),
        new("nodetelemetry.part.index", FieldKind.PartIndex, FieldType.Long),
        new("nodetelemetry.part.count", FieldKind.PartCount, FieldType.Long),
        new("nodetelemetry.sender_time", FieldKind.SenderTime, FieldType.Date),
        new("nodetelemetry.bye.reason", FieldKind.ByeReason, FieldType.Keyword),
        new("nodetelemetry.bye.back", FieldKind.ByeBack, FieldType.Long),
        new(ReadingCatalog.CoreUsageFieldName, FieldKind.Cores, FieldType.Ratio),
        .. ReadingCatalog.Scalars.Select(static reading => new DocumentField(
            reading.FieldName, FieldKind.Reading, TypeOf(reading.Unit), reading)),
    ]);

    /// <summary>Gets the name with its objects, separated by points.</summary>
    public string Path { get; }

    /// <summary>Gets what it holds.</summary>
    public FieldKind Kind { get; }

    /// <summary>Gets its mapping.</summary>
    public FieldType Type { get; }

    /// <summary>Gets the reading, of the kind <see cref="FieldKind.Reading"/>.</summary>
    public ReadingDefinition? Reading { get; }

    /// <summary>Gets the names of the objects that it is in, and its own last.</summary>
    public IReadOnlyList<string> Segments { get; }

    /// <summary>Gets the same, ready to be written.</summary>
    public JsonEncodedText[] Names { get; }

    /// <summary>Gets how many objects it shares with the field before it in <see cref="All"/>.</summary>
    public int Shared { get; private set; }

    /// <summary>Counts the objects that two fields have in common.</summary>
    public int SharedWith(DocumentField other)
    {
        var shared = 0;
        while (shared < Math.Min(Segments.Count, other.Segments.Count) - 1
            && Segments[shared] == other.Segments[shared])
        {
            shared++;
        }

        return shared;
    }

    private static FieldType TypeOf(ReadingUnit unit) => unit switch
    {
        ReadingUnit.Ratio => FieldType.Ratio,
        ReadingUnit.Celsius => FieldType.HalfFloat,
        ReadingUnit.Bytes or ReadingUnit.Hertz or ReadingUnit.Seconds => FieldType.Long,
        _ => FieldType.Float,
    };

    private static DocumentField[] Order(DocumentField[] fields)
    {
        Array.Sort(fields, static (one, other) => Compare(one.Segments, other.Segments));
        for (var index = 1; index < fields.Length; index++)
        {
            fields[index].Shared = fields[index].SharedWith(fields[index - 1]);
        }

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

        // A field that is also an object cannot be mapped: a fault of the catalog, found by every start.
        throw new InvalidOperationException(
            $"The field {string.Join('.', one)} conflicts with {string.Join('.', other)}.");
    }
}
