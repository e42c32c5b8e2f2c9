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

    /// <summary>Gets the numbers of all entries by <see cref="FieldDefinition.Slot"/>; NaN where absent.</summary>
    internal ReadOnlySpan<double> Numbers => _numbers;

    /// <summary>Replaces what a reduced sample has of this section.</summary>
    /// <param name="changes">What the reduced sample has.</param>
    /// <param name="isSlowOnly">Whether to replace slow readings only, and to add no entries.</param>
    /// <returns>This reading if there is nothing to replace.</returns>
    public SectionReading Replace(SectionReading changes, bool isSlowOnly = false)
    {
        ArgumentNullException.ThrowIfNull(changes);
        if (!Definition.HasNamedEntries && EntryCount != changes.EntryCount)
        {
            return isSlowOnly ? this : changes;
        }

        var names = _names;
        var numbers = isSlowOnly ? _numbers : (double[])_numbers.Clone();
        var texts = _texts;
        for (var entry = 0; entry < changes.EntryCount; entry++)
        {
            var place = FindPlace(changes, entry);
            if (place < 0 && isSlowOnly)
            {
                continue;
            }

            if (place < 0)
            {
                place = names!.Length;
                names = [.. names, changes._names![entry]];
                Array.Resize(ref numbers, names.Length * Definition.NumberCount);
                numbers.AsSpan(place * Definition.NumberCount).Fill(double.NaN);
                texts = texts is null ? null : [.. texts, .. new string?[Definition.TextCount]];
            }

            ReplaceNumbers(changes, entry, ref numbers, place, isSlowOnly);
            texts = isSlowOnly ? texts : ReplaceTexts(changes, entry, texts, place);
        }

        return ReferenceEquals(numbers, _numbers) ? this : new SectionReading(Definition, names, numbers, texts);
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

    private int FindPlace(SectionReading changes, int entry) =>
        _names is null ? entry
        : entry < _names.Length && _names[entry] == changes._names![entry] ? entry
        : Array.IndexOf(_names, changes._names![entry]);

    private void ReplaceNumbers(
        SectionReading changes, int entry, ref double[] numbers, int place, bool isSlowOnly)
    {
        for (var index = 0; index < Definition.WireFields.Count; index++)
        {
            var field = Definition.WireFields[index];
            if (field.Kind == FieldKind.Text || (isSlowOnly && !field.IsSlow))
            {
                continue;
            }

            var value = changes._numbers[(entry * Definition.NumberCount) + field.Slot];
            if (!double.IsNaN(value))
            {
                numbers = ReferenceEquals(numbers, _numbers) ? (double[])_numbers.Clone() : numbers;
                numbers[(place * Definition.NumberCount) + field.Slot] = value;
            }
        }
    }

    private string?[]? ReplaceTexts(SectionReading changes, int entry, string?[]? texts, int place)
    {
        for (var index = 0; index < Definition.TextCount; index++)
        {
            if (changes._texts![(entry * Definition.TextCount) + index] is { } text
                && texts![(place * Definition.TextCount) + index] != text)
            {
                texts = ReferenceEquals(texts, _texts) ? (string?[])_texts!.Clone() : texts;
                texts[(place * Definition.TextCount) + index] = text;
            }
        }

        return texts;
    }

    private int GetSlot(FieldDefinition field, bool isText) =>
        ReferenceEquals(field.Section, Definition) && (field.Kind == FieldKind.Text) == isText
            ? field.Slot
            : throw new ArgumentException(
                $"'{field.WireName}' is not a {(isText ? "text" : "number")} of '{Definition.Key}'.");
}
