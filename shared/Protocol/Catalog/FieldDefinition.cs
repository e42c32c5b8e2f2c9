using System.Text.Json;

namespace NodeTelemetry.Protocol.Catalog;

/// <summary>One field of a section, declared once: the wire, Prometheus, the HTTP API and OpenSearch take its names
/// from here.</summary>
public sealed class FieldDefinition
{
    /// <summary>Gets its key within the section.</summary>
    public required string WireName { get; init; }

    /// <summary>Gets its name in Prometheus without prefix, ending in the unit; counters end in <c>_total</c>. Fields
    /// that differ only in <see cref="Labels"/> share it and follow each other. Texts have none: they become labels of
    /// the section's info metric.</summary>
    public string Name { get; init; } = string.Empty;

    /// <summary>Gets what tells fields of the same <see cref="Name"/> apart: <c>mode="user"</c>.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Labels { get; private set; } = [];

    /// <summary>Gets its name in the HTTP API and in the history; by default its Prometheus name in camel
    /// case.</summary>
    public string ApiName
    {
        get => field ?? ApiNames.Of(WireName, Name, Labels);
        init;
    }

    /// <summary>Gets its field in OpenSearch, by the OpenTelemetry semantic conventions where they have one.</summary>
    public required string FieldName { get; init; }

    /// <summary>Gets the kind of its value.</summary>
    public FieldKind Kind { get; init; }

    /// <summary>Gets its unit.</summary>
    public ReadingUnit Unit { get; init; }

    /// <summary>Gets how many decimals are written; 0 for whole numbers.</summary>
    public int Decimals { get; init; }

    /// <summary>Gets the least value that is possible.</summary>
    public double Min { get; init; }

    /// <summary>Gets the greatest value that is possible; by default 2^53, up to which a double counts
    /// exactly.</summary>
    public double Max { get; init; } = 9_007_199_254_740_992;

    /// <summary>Gets what it is, in a sentence without the final stop.</summary>
    public required string Help { get; init; }

    /// <summary>Gets what all fields of the same <see cref="Name"/> are.</summary>
    public string FamilyHelp { get => field ?? Help; private set; }

    /// <summary>Gets a value indicating whether the collector keeps its history: what does not change, or follows from
    /// others, is not kept. Of a counter the history holds the rate per second.</summary>
    public bool InHistory { get; init; }

    /// <summary>Gets its place among the numbers, or the texts, of an entry; set by the section.</summary>
    public int Slot { get; internal set; } = -1;

    /// <summary>Gets the section that it belongs to.</summary>
    public SectionDefinition Section { get; internal set; } = null!;

    /// <summary>Gets the wire name, ready to be written.</summary>
    internal JsonEncodedText EncodedName { get; private set; }

    /// <summary>Gets the wire name, ready to be compared.</summary>
    internal byte[] WireBytes { get; private set; } = [];

    /// <summary>Tells whether a number is possible.</summary>
    public bool IsInRange(double value) => value >= Min && value <= Max;

    /// <summary>Adds a label that tells it apart from the fields of the same name.</summary>
    internal FieldDefinition With(string label, string value)
    {
        Labels = [.. Labels, new(label, value)];
        return this;
    }

    /// <summary>Says what all fields of the same name are.</summary>
    internal FieldDefinition InFamily(string help)
    {
        FamilyHelp = help;
        return this;
    }

    /// <summary>Puts the field into its section.</summary>
    internal void Join(SectionDefinition section, int slot)
    {
        Section = section;
        Slot = slot;
        EncodedName = JsonEncodedText.Encode(WireName);
        WireBytes = System.Text.Encoding.UTF8.GetBytes(WireName);
    }
}
