using NodeTelemetry.Protocol.Catalog;

namespace NodeTelemetry.Protocol.Readings;

/// <summary>The values of one section at one tick.</summary>
/// <remarks>Immutable. The numbers of all entries lie in one array, because a node has hundreds of them and a collector
/// thousands of nodes; what is absent is not a number there, and <see langword="null"/> to everybody else.</remarks>
public sealed class SectionReading
{
    private readonly string[]? _names;
    private readonly double[] _numbers;
    private readonly string?[]? _texts;

    internal SectionReading(
        SectionDefinition definition, int entryCount, string[]? names, double[] numbers, string?[]? texts)
    {
        Definition = definition;
        EntryCount = entryCount;
        _names = names;
        _numbers = numbers;
        _texts = texts;
    }

    /// <summary>Gets what the section is.</summary>
    public SectionDefinition Definition { get; }

    /// <summary>Gets how many entries it has, at least 1; 1 for a section without names.</summary>
    public int EntryCount { get; }

    /// <summary>Gets an entry.</summary>
    /// <param name="index">Which, from 0.</param>
    public SectionEntry this[int index] => new(this, index);

    /// <summary>Gets a number of the first entry: all there is in a section without names.</summary>
    public double? this[FieldDefinition field] => Number(0, field);

    /// <summary>Finds the entry called <paramref name="name"/>; <see langword="null"/> if there is none.</summary>
    public SectionEntry? Find(string name)
    {
        var index = _names is null ? -1 : Array.IndexOf(_names, name);
        return index < 0 ? null : this[index];
    }

    /// <summary>Makes a section of the entries of two, the later ones winning.</summary>
    /// <remarks>The parts of one sample share out the entries of a long section.</remarks>
    public SectionReading Combine(SectionReading later)
    {
        ArgumentNullException.ThrowIfNull(later);
        var builder = new SectionBuilder(Definition);
        Copy(this, builder, later);
        Copy(later, builder, except: null);
        return builder.Build()!;
    }

    internal string? Name(int index) => _names?[index];

    internal double? Number(int index, FieldDefinition field)
    {
        var value = _numbers[(index * Definition.NumberCount) + SlotOf(field, isText: false)];
        return double.IsNaN(value) ? null : value;
    }

    internal string? Text(int index, FieldDefinition field) =>
        _texts?[(index * Definition.TextCount) + SlotOf(field, isText: true)];

    private static void Copy(SectionReading from, SectionBuilder into, SectionReading? except)
    {
        for (var index = 0; index < from.EntryCount; index++)
        {
            var name = from._names?[index];
            if (except is not null && (name is null || except.Find(name) is not null))
            {
                continue;
            }

            into.Begin(name);
            foreach (var field in from.Definition.Fields)
            {
                if (field.Kind == FieldKind.Text && from.Text(index, field) is { } text)
                {
                    into.Set(field, text);
                }
                else if (field.Kind != FieldKind.Text && from.Number(index, field) is { } number)
                {
                    into.Set(field, number);
                }
            }
        }
    }

    private int SlotOf(FieldDefinition field, bool isText) =>
        ReferenceEquals(field.Section, Definition) && (field.Kind == FieldKind.Text) == isText
            ? field.Slot
            : throw new ArgumentException($"'{field.WireName}' is not such a field of '{Definition.Key}'.");
}
