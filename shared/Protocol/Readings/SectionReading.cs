using System.Globalization;
using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Limits;

namespace NodeTelemetry.Protocol.Readings;

/// <summary>The values of one section at one tick.</summary>
/// <remarks>
/// Immutable. The numbers of all entries are in one array,
/// because a node has hundreds of them and a collector thousands of nodes.
/// Absent numbers are NaN there and <see langword="null"/> outside.
/// </remarks>
public sealed class SectionReading
{
    /// <summary>Names of the entries of lists, created once each.</summary>
    private static readonly string?[] Positions = new string?[WireLimits.ReceivedCoreCountMax];

    private readonly string[]? _names;
    private readonly double[] _numbers;
    private readonly string?[]? _texts;

    internal SectionReading(
        SectionDefinition definition, string[]? names, double[] numbers, string?[]? texts)
    {
        Definition = definition;
        _names = names;
        _numbers = numbers;
        _texts = texts;
    }

    /// <summary>Gets the section's definition.</summary>
    public SectionDefinition Definition { get; }

    /// <summary>Gets the number of entries, at least 1; 1 for a scalar section.</summary>
    public int EntryCount =>
        _names?.Length ?? (Definition.NumberCount == 0 ? 1 : _numbers.Length / Definition.NumberCount);

    /// <summary>Gets an entry.</summary>
    /// <param name="index">From 0.</param>
    public SectionEntry this[int index] => new(this, index);

    /// <summary>Gets a number of the first entry, the only one of a scalar section.</summary>
    public double? this[FieldDefinition field] => Number(0, field);

    /// <summary>Finds the entry called <paramref name="name"/>; <see langword="null"/> if there is none.</summary>
    public SectionEntry? Find(string name)
    {
        var index = _names is null ? -1 : Array.IndexOf(_names, name);
        return index < 0 ? null : this[index];
    }

    /// <summary>Combines the entries of two parts of one sample; the later wins where both have an entry.</summary>
    public SectionReading Combine(SectionReading later)
    {
        ArgumentNullException.ThrowIfNull(later);
        var builder = new SectionBuilder(Definition);
        Copy(this, builder, later);
        Copy(later, builder, except: null);
        return builder.Build()!;
    }

    internal string? Name(int index) =>
        _names is not null ? _names[index]
        : Definition.Layout == SectionLayout.EntryList
            ? Positions[index] ??= index.ToString(CultureInfo.InvariantCulture)
        : null;

    internal double? Number(int index, FieldDefinition field)
    {
        var value = field.Derive is { } derive && ReferenceEquals(field.Section, Definition)
            ? derive(_numbers.AsSpan(index * Definition.NumberCount, Definition.NumberCount))
            : _numbers[(index * Definition.NumberCount) + GetSlot(field, isText: false)];
        return double.IsNaN(value) ? null : value;
    }

    internal string? Text(int index, FieldDefinition field) =>
        _texts?[(index * Definition.TextCount) + GetSlot(field, isText: true)];

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
            foreach (var field in from.Definition.WireFields)
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

    private int GetSlot(FieldDefinition field, bool isText) =>
        ReferenceEquals(field.Section, Definition) && (field.Kind == FieldKind.Text) == isText
            ? field.Slot
            : throw new ArgumentException(
                $"'{field.WireName}' is not a {(isText ? "text" : "number")} of '{Definition.Key}'.");
}
