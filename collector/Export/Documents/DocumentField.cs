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

    /// <summary>Gets the name, preceded by its objects and separated by dots.</summary>
    public string Path { get; }

    /// <summary>Gets the content.</summary>
    public FieldContent Content { get; }

    /// <summary>Gets the mapping.</summary>
    public FieldType Type { get; }

    /// <summary>
    /// Gets the field of the catalogue, for a <see cref="FieldContent.Reading"/>,
    /// a <see cref="FieldContent.List"/> or an <see cref="FieldContent.EntryField"/>.
    /// </summary>
    public FieldDefinition? Field { get; private init; }

    /// <summary>Gets the names of the enclosing objects, then of the field itself.</summary>
    public IReadOnlyList<string> Segments { get; }

    /// <summary>Gets the segments as encoded JSON.</summary>
    public JsonEncodedText[] Names { get; }

    /// <summary>Creates the document field for a field of the catalogue.</summary>
    public static DocumentField Create(FieldDefinition field) => new(
        field.FieldName,
        field.Section.HasNamedEntries ? FieldContent.EntryField
            : field.Section.EntryLabel is not null ? FieldContent.List
            : FieldContent.Reading,
        GetFieldType(field.Kind, field.Unit, field.Decimals))
    {
        Field = field,
    };

    /// <summary>Counts the enclosing objects that two fields have in common.</summary>
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

    private static FieldType GetFieldType(FieldKind kind, ReadingUnit unit, int decimals) => (kind, unit) switch
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
