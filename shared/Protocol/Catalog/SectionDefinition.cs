using System.Text;
using System.Text.Json;
using NodeTelemetry.Protocol.Limits;

namespace NodeTelemetry.Protocol.Catalog;

/// <summary>One optional section of a datagram, declared once: a group of fields,
/// or of entries with the same fields.</summary>
public sealed class SectionDefinition
{
    /// <summary>Initializes a new instance of the <see cref="SectionDefinition"/> class.</summary>
    /// <param name="key">Its key in the datagram.</param>
    /// <param name="help">What it is: a phrase without a final stop.</param>
    /// <param name="fields">Its fields, in the order in which they are written.</param>
    public SectionDefinition(string key, string help, params FieldDefinition[] fields)
    {
        Key = key;
        Help = help;
        Fields = fields;
        WireFieldArray = Array.FindAll(fields, static field => field.Derive is null);
        Texts = Array.FindAll(fields, static field => field.Kind == FieldKind.Text);
        EncodedKey = JsonEncodedText.Encode(key);
        KeyBytes = Encoding.UTF8.GetBytes(key);
        foreach (var field in fields)
        {
            field.Join(
                this, field.Derive is not null ? -1 : field.Kind == FieldKind.Text ? TextCount++ : NumberCount++);
        }
    }

    /// <summary>Gets its key in the datagram.</summary>
    public string Key { get; }

    /// <summary>Gets what it is: a phrase without a final stop.</summary>
    public string Help { get; }

    /// <summary>Gets how it is written in a datagram.</summary>
    public SectionLayout Layout { get; init; }

    /// <summary>Gets a value indicating whether it is written before the header,
    /// where raspi-cluster has its keys.</summary>
    public bool PrecedesHeader { get; init; }

    /// <summary>Gets a value indicating whether its slow fields are in full samples only: they would fill a datagram.
    /// </summary>
    public bool IsSlowInFullOnly { get; init; }

    /// <summary>Gets what its entries are, which is also the Prometheus label: <c>mountpoint</c>;
    /// <see langword="null"/> for a scalar section.</summary>
    public string? EntryLabel { get; init; }

    /// <summary>Gets the OpenSearch field of an entry's name.</summary>
    public string? EntryFieldName { get; init; }

    /// <summary>Gets the maximum number of entries.</summary>
    public int EntryCountMax { get; init; } = WireLimits.SectionEntryCountMax;

    /// <summary>Gets the maximum number of members of a section that other senders fill with more numbers
    /// than its fields, and with nothing else; 0 for a section whose unknown members are skipped.</summary>
    public int NumbersMax { get; init; }

    /// <summary>Gets the name in the HTTP API of a section that is a list.</summary>
    public string? ListApiName { get; init; }

    /// <summary>Gets the Prometheus name, without prefix, of the metric whose labels are the texts of an entry;
    /// <see langword="null"/> for a section without texts.</summary>
    public string? InfoName { get; init; }

    /// <summary>Gets the fields, in the order in which they are declared.</summary>
    public IReadOnlyList<FieldDefinition> Fields { get; }

    /// <summary>Gets the fields that are on the wire, in the order in which they are written.</summary>
    public IReadOnlyList<FieldDefinition> WireFields => WireFieldArray;

    /// <summary>Gets the fields that are texts.</summary>
    public IReadOnlyList<FieldDefinition> Texts { get; }

    /// <summary>Gets a value indicating whether its entries have names of their own on the wire.</summary>
    public bool HasNamedEntries => EntryLabel is not null && Layout == SectionLayout.Members;

    /// <summary>Gets how many fields on the wire are numbers or flags.</summary>
    public int NumberCount { get; }

    /// <summary>Gets how many fields are texts.</summary>
    public int TextCount { get; }

    /// <summary>Gets or sets its index in the catalogue, which gives it when it is first used; −1 outside it.</summary>
    internal int CatalogIndex { get; set; } = -1;

    /// <summary>Gets the fields that are on the wire, for hot loops.</summary>
    internal FieldDefinition[] WireFieldArray { get; }

    /// <summary>Gets the key, encoded for the JSON writer.</summary>
    internal JsonEncodedText EncodedKey { get; }

    /// <summary>Gets the key in UTF-8.</summary>
    internal byte[] KeyBytes { get; }

    /// <summary>Finds a field by its wire name; <see langword="null"/> if there is none.</summary>
    /// <param name="wireName">The name in UTF-8.</param>
    /// <param name="expected">The index to try first: senders keep the order.</param>
    /// <param name="next">The index after the field.</param>
    public FieldDefinition? Find(ReadOnlySpan<byte> wireName, int expected, out int next)
    {
        for (var offset = 0; offset < WireFields.Count; offset++)
        {
            var index = (expected + offset) % WireFields.Count;
            if (wireName.SequenceEqual(WireFields[index].WireBytes))
            {
                next = index + 1;
                return WireFields[index];
            }
        }

        next = expected;
        return null;
    }
}
