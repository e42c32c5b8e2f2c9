using System.Text.Json;
using NodeTelemetry.Protocol.Catalog;

namespace NodeTelemetry.Collector.Export.Documents;

/// <summary>One field that a document can have.</summary>
internal sealed class DocumentField
{
    /// <summary>Initializes a new instance of the <see cref="DocumentField"/> class.</summary>
    public DocumentField(string path, FieldContent content, FieldType type)
    {
        Path = path;
        Content = content;
        Type = type;
        Segments = path.Split('.');
        Names = [.. Segments.Select(static segment => JsonEncodedText.Encode(segment))];
    }

    /// <summary>Gets the name with its objects, separated by points.</summary>
    public string Path { get; }

    /// <summary>Gets what it holds.</summary>
    public FieldContent Content { get; }

    /// <summary>Gets its mapping.</summary>
    public FieldType Type { get; }

    /// <summary>Gets the field of the catalogue, where it holds a <see cref="FieldContent.Reading"/>,
    /// a <see cref="FieldContent.List"/> or an <see cref="FieldContent.EntryField"/>.</summary>
    public FieldDefinition? Field { get; private init; }

    /// <summary>Gets the names of the objects that it is in, and its own last.</summary>
    public IReadOnlyList<string> Segments { get; }

    /// <summary>Gets the same, ready to be written.</summary>
    public JsonEncodedText[] Names { get; }

    /// <summary>Creates the field of a catalogue field.</summary>
    public static DocumentField Create(FieldDefinition field) => new(
        field.FieldName,
        field.Section.HasNamedEntries ? FieldContent.EntryField
            : field.Section.EntryLabel is not null ? FieldContent.List
            : FieldContent.Reading,
        TypeOf(field.Kind, field.Unit, field.Decimals))
    {
        Field = field,
    };

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

    private static FieldType TypeOf(FieldKind kind, ReadingUnit unit, int decimals) => (kind, unit) switch
    {
        (FieldKind.Text, _) => FieldType.Keyword,
        (FieldKind.Flag, _) => FieldType.Boolean,
        (FieldKind.Counter, _) => decimals is 0 ? FieldType.Long : FieldType.Double,
        (_, ReadingUnit.Ratio) => FieldType.Ratio,
        (_, ReadingUnit.Celsius) => FieldType.HalfFloat,
        (_, ReadingUnit.Bytes or ReadingUnit.Hertz) => FieldType.Long,
        (_, ReadingUnit.Seconds) => decimals is 0 ? FieldType.Long : FieldType.Double,
        _ => decimals is 0 ? FieldType.Long : FieldType.Float,
    };
}
