using System.Text.Json;

namespace NodeTelemetry.Protocol.Catalog;

/// <summary>One optional section of a datagram, declared once. Its JSON is an object of fields, or, where a node has
/// several of a thing, an object of entries by name with an object of fields each.</summary>
public sealed class SectionDefinition
{
    /// <summary>Initializes a new instance of the <see cref="SectionDefinition"/> class.</summary>
    /// <param name="key">Its key in the datagram.</param>
    /// <param name="help">What it is, in a sentence without the final stop.</param>
    /// <param name="fields">Its fields, in the order in which they are written.</param>
    public SectionDefinition(string key, string help, params FieldDefinition[] fields)
    {
        Key = key;
        Help = help;
        Fields = fields;
        EncodedKey = JsonEncodedText.Encode(key);
        KeyBytes = System.Text.Encoding.UTF8.GetBytes(key);
        foreach (var field in fields)
        {
            field.Join(this, field.Kind == FieldKind.Text ? TextCount++ : NumberCount++);
        }

        Texts = Array.FindAll(fields, static field => field.Kind == FieldKind.Text);
    }

    /// <summary>Gets its key in the datagram.</summary>
    public string Key { get; }

    /// <summary>Gets what it is, in a sentence without the final stop.</summary>
    public string Help { get; }

    /// <summary>Gets what the names of its entries are, which is also the label in Prometheus: <c>mountpoint</c>;
    /// <see langword="null"/> for a section without entries.</summary>
    public string? EntryLabel { get; init; }

    /// <summary>Gets the field in OpenSearch that holds an entry's name.</summary>
    public string? EntryFieldName { get; init; }

    /// <summary>Gets the name in Prometheus, without prefix, of the metric whose labels are the texts of an entry;
    /// <see langword="null"/> for a section without texts.</summary>
    public string? InfoName { get; init; }

    /// <summary>Gets the fields, in the order in which they are written.</summary>
    public IReadOnlyList<FieldDefinition> Fields { get; }

    /// <summary>Gets the fields that are texts.</summary>
    public IReadOnlyList<FieldDefinition> Texts { get; }

    /// <summary>Gets how many fields are numbers or flags.</summary>
    public int NumberCount { get; }

    /// <summary>Gets how many fields are texts.</summary>
    public int TextCount { get; }

    /// <summary>Gets its place in <see cref="SectionCatalog.All"/>.</summary>
    public int Index { get; internal set; } = -1;

    /// <summary>Gets the key, ready to be written.</summary>
    internal JsonEncodedText EncodedKey { get; }

    /// <summary>Gets the key, ready to be compared.</summary>
    internal byte[] KeyBytes { get; }

    /// <summary>Finds a field by its wire name; <see langword="null"/> if there is none.</summary>
    /// <param name="wireName">The name in UTF-8.</param>
    /// <param name="expected">The place at which it is looked for first: senders keep the order.</param>
    /// <param name="next">The place after it.</param>
    internal FieldDefinition? Find(ReadOnlySpan<byte> wireName, int expected, out int next)
    {
        for (var offset = 0; offset < Fields.Count; offset++)
        {
            var index = (expected + offset) % Fields.Count;
            if (wireName.SequenceEqual(Fields[index].WireBytes))
            {
                next = index + 1;
                return Fields[index];
            }
        }

        next = expected;
        return null;
    }
}
