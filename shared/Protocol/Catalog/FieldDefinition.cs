using System.Text;
using System.Text.Json;
using NodeTelemetry.Protocol.Limits;

namespace NodeTelemetry.Protocol.Catalog;

/// <summary>Computes a number from the numbers of the same entry; NaN if it has none.</summary>
/// <param name="values">The entry's numbers by <see cref="FieldDefinition.Slot"/>; NaN where absent.</param>
public delegate double Derivation(ReadOnlySpan<double> values);

/// <summary>One field of a section, declared once: wire, Prometheus, HTTP API,
/// history and OpenSearch use its names.</summary>
public sealed class FieldDefinition
{
    /// <summary>Gets its key on the wire.</summary>
    public required string WireName { get; init; }

    /// <summary>Gets its Prometheus name without prefix, ending in the unit; counters end in <c>_total</c>.
    /// Fields that differ only in <see cref="Labels"/> share a name and are declared next to each other.
    /// A text has none: it becomes a label of the section's info metric.</summary>
    public string Name { get; init; } = string.Empty;

    /// <summary>Gets the labels that distinguish fields of the same <see cref="Name"/>: <c>mode="user"</c>.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Labels { get; private set; } = [];

    /// <summary>Gets its name in the HTTP API and the history; by default the Prometheus name in camel case.</summary>
    public string ApiName
    {
        get => field.Length == 0 ? field = ApiNames.Create(WireName, Name, Labels) : field;
        init;
    } = string.Empty;

    /// <summary>Gets its OpenSearch field, named by the OpenTelemetry semantic conventions
    /// where they define one.</summary>
    public required string FieldName { get; init; }

    /// <summary>Gets the kind of its value.</summary>
    public FieldKind Kind { get; init; }

    /// <summary>Gets its unit.</summary>
    public ReadingUnit Unit { get; init; }

    /// <summary>Gets the factor from the number on the wire to the unit: 1024 for a kernel's kB.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>Gets the number of decimals on the wire; 0 for whole numbers.</summary>
    public int Decimals { get; init; }

    /// <summary>Gets a value indicating whether all 17 significant digits of a number are on the wire,
    /// whatever its magnitude.</summary>
    public bool IsExact { get; init; }

    /// <summary>Gets the lowest possible value.</summary>
    public double Min { get; init; }

    /// <summary>Gets the highest possible value.</summary>
    public double Max { get; init; } = ReadingRanges.NumberMax;

    /// <summary>Gets what it is: a phrase without a final stop.</summary>
    public required string Help { get; init; }

    /// <summary>Gets the help text of all fields of the same <see cref="Name"/>.</summary>
    public string FamilyHelp { get => field ?? Help; private set; }

    /// <summary>Gets a value indicating whether the collector keeps its history.
    /// Constants and values that follow from others are not kept; of a counter the history holds the rate
    /// per second.</summary>
    public bool InHistory { get; init; }

    /// <summary>Gets how the number is computed; <see langword="null"/> for a field that is on the wire.</summary>
    public Derivation? Derive { get; init; }

    /// <summary>Gets a value indicating whether reduced samples have it only every
    /// <see cref="WireLimits.SlowPeriod"/>: what changes all the time, but is not observed by the second.</summary>
    public bool IsSlow { get; private set; }

    /// <summary>Gets its index among the numbers, or the texts, of an entry; −1 for a derived field.</summary>
    public int Slot { get; private set; } = -1;

    /// <summary>Gets the section that it belongs to.</summary>
    public SectionDefinition Section { get; private set; } = null!;

    /// <summary>Gets the wire name, encoded for the JSON writer.</summary>
    internal JsonEncodedText EncodedName { get; private set; }

    /// <summary>Gets the wire name in UTF-8.</summary>
    internal byte[] WireBytes { get; private set; } = [];

    /// <summary>Gets the wire name in UTF-8, with its quotes and the colon.</summary>
    internal byte[] WireLiteral { get; private set; } = [];

    /// <summary>Returns whether a number is within the range.</summary>
    public bool IsInRange(double value) => value >= Min && value <= Max;

    /// <summary>Adds a label that distinguishes it from the fields of the same name.</summary>
    internal FieldDefinition With(string label, string value)
    {
        Labels = [.. Labels, new(label, value)];
        return this;
    }

    /// <summary>Makes it slow, see <see cref="IsSlow"/>.</summary>
    internal FieldDefinition Slow()
    {
        IsSlow = true;
        return this;
    }

    /// <summary>Sets the help text of all fields of the same name.</summary>
    internal FieldDefinition InFamily(string help)
    {
        FamilyHelp = help;
        return this;
    }

    /// <summary>Adds the field to its section.</summary>
    internal void Join(SectionDefinition section, int slot)
    {
        Section = section;
        Slot = slot;
        EncodedName = JsonEncodedText.Encode(WireName);
        WireBytes = Encoding.UTF8.GetBytes(WireName);
        WireLiteral = Encoding.UTF8.GetBytes($"\"{EncodedName}\":");
    }
}
