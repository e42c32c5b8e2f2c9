using System.Text;
using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Limits;

namespace NodeTelemetry.Protocol.Readings;

/// <summary>Collects the values of one section. Reused: filling it allocates nothing once it has grown.</summary>
/// <param name="definition">The section.</param>
public sealed class SectionBuilder(SectionDefinition definition)
{
    private string?[] _names = new string?[1];
    private double[] _numbers = new double[definition.NumberCount];
    private string?[] _texts = new string?[definition.TextCount];
    private string?[]? _builtNames;
    private string?[]? _builtTexts;
    private int _count;
    private int _current = -1;

    /// <summary>Gets the section's definition.</summary>
    public SectionDefinition Definition { get; } = definition;

    /// <summary>Gets the number of entries since the last <see cref="Clear"/>.</summary>
    public int EntryCount => _count;

    /// <summary>Gets how many values this builder has refused as out of range or too long.</summary>
    public long ValuesRefused { get; private set; }

    /// <summary>Gets how many entries this builder has refused as too many or because of their names.</summary>
    public long EntriesRefused { get; private set; }

    /// <summary>Removes all entries.</summary>
    public void Clear()
    {
        _count = 0;
        _current = -1;
    }

    /// <summary>Begins an entry, which the next values belong to.
    /// The first value begins the entry of a scalar section.</summary>
    /// <param name="name">Its name, which is escaped by <see cref="PlainText"/>;
    /// <see langword="null"/> in a section without named entries.</param>
    /// <returns><see langword="false"/> if there are too many, or the name is empty or too long;
    /// no values may follow then.</returns>
    public bool Begin(string? name)
    {
        if (Definition.HasNamedEntries != (name is not null))
        {
            throw new ArgumentException($"An entry of '{Definition.Key}' has {(name is null ? "a" : "no")} name.");
        }

        name = name is null ? null : PlainText.Escape(name);

        if (_count == Definition.EntryCountMax || name?.Length == 0
            || !Fits(name, WireLimits.EntryNameBytesMax))
        {
            EntriesRefused++;
            return false;
        }

        if (_count == _names.Length)
        {
            Array.Resize(ref _names, 2 * _count);
            Array.Resize(ref _numbers, 2 * _count * Definition.NumberCount);
            Array.Resize(ref _texts, 2 * _count * Definition.TextCount);
        }

        _names[_count] = name;
        _numbers.AsSpan(_count * Definition.NumberCount, Definition.NumberCount).Fill(double.NaN);
        _texts.AsSpan(_count * Definition.TextCount, Definition.TextCount).Clear();
        _current = _count++;
        return true;
    }

    /// <summary>Returns to an entry, for a second source about the same thing.
    /// Entries in the same order are found at once.</summary>
    /// <param name="name">Its name.</param>
    /// <returns><see langword="false"/> if there is no such entry; no values may follow then.</returns>
    public bool TryResume(string name)
    {
        for (var offset = 1; offset <= _count; offset++)
        {
            var index = (_current + offset) % _count;
            if (_names[index] == name)
            {
                _current = index;
                return true;
            }
        }

        return false;
    }

    /// <summary>Gets the name of the current entry; <see langword="null"/> if there is no entry
    /// or it has no name.</summary>
    public string? Name => _count == 0 ? null : _names[_current];

    /// <summary>Gets a value indicating whether the current entry has any number or flag.</summary>
    public bool HasNumber =>
        _numbers.AsSpan(_current * Definition.NumberCount, Definition.NumberCount) is var numbers
        && numbers.IndexOfAnyExcept(double.NaN) >= 0;

    /// <summary>Returns to an entry by its index.</summary>
    /// <param name="index">From 0, below <see cref="EntryCount"/>.</param>
    public void Resume(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)_count, nameof(index));
        _current = index;
    }

    /// <summary>Gets a number of the current entry, 1 and 0 for yes and no;
    /// <see langword="null"/> if it is absent.</summary>
    public double? Number(FieldDefinition field) =>
        _count == 0 || (NumberSlot(field) is var value && double.IsNaN(value)) ? null : value;

    /// <summary>Gets a text of the current entry; <see langword="null"/> if it is absent.</summary>
    public string? Text(FieldDefinition field) => _count == 0 ? null : TextSlot(field);

    /// <summary>Removes a number from the current entry.</summary>
    public void Remove(FieldDefinition field) => NumberSlot(field) = double.NaN;

    /// <summary>Counts values that were refused before they came here.</summary>
    public void AddRefused(long count) => ValuesRefused += count;

    /// <summary>Sets a number of the current entry.</summary>
    /// <returns><see langword="false"/> if it is out of range: it is left out and counted.</returns>
    public bool Set(FieldDefinition field, double value)
    {
        if (!field.IsInRange(value))
        {
            ValuesRefused++;
            return false;
        }

        // A negative zero would be written as such.
        NumberSlot(field) = value == 0 ? 0 : value;
        return true;
    }

    /// <summary>Sets a number of the current entry that is within its range.</summary>
    internal void Put(FieldDefinition field, double value)
    {
        if (_count == 0)
        {
            Begin(name: null);
        }

        _numbers[(_current * Definition.NumberCount) + field.Slot] = value == 0 ? 0 : value;
    }

    /// <summary>Sets a number of the current entry, unless it is <see langword="null"/>.</summary>
    public bool Set(FieldDefinition field, double? value) => value is not { } number || Set(field, number);

    /// <summary>Sets a flag of the current entry.</summary>
    public bool Set(FieldDefinition field, bool value) => Set(field, value ? 1.0 : 0.0);

    /// <summary>Sets a text of the current entry, unless it is <see langword="null"/>.</summary>
    /// <returns><see langword="false"/> if it is too long: it is left out and counted.</returns>
    public bool Set(FieldDefinition field, string? text)
    {
        if (text is null)
        {
            return true;
        }

        text = PlainText.Escape(text);

        if (!Fits(text, WireLimits.TextBytesMax))
        {
            ValuesRefused++;
            return false;
        }

        TextSlot(field) = text;
        return true;
    }

    /// <summary>Adds one entry of another builder of the same section, under the given name.</summary>
    /// <returns><see langword="false"/> if <see cref="Begin"/> refused it.</returns>
    public bool Append(SectionBuilder other, int index, string? name)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (!ReferenceEquals(other.Definition, Definition))
        {
            throw new ArgumentException($"'{other.Definition.Key}' is not '{Definition.Key}'.");
        }

        if (!Begin(name))
        {
            return false;
        }

        other._numbers.AsSpan(index * Definition.NumberCount, Definition.NumberCount)
            .CopyTo(_numbers.AsSpan((_count - 1) * Definition.NumberCount));
        other._texts.AsSpan(index * Definition.TextCount, Definition.TextCount)
            .CopyTo(_texts.AsSpan((_count - 1) * Definition.TextCount));
        return true;
    }

    /// <summary>Gets the name of an entry.</summary>
    public string? EntryName(int index) => _names[index];

    /// <summary>Returns whether there is an entry of this name.</summary>
    public bool HasEntry(string name) => Array.IndexOf(_names, name, 0, _count) >= 0;

    /// <summary>Returns whether the current entry has a value of the field.</summary>
    internal bool Has(FieldDefinition field) =>
        field.Kind == FieldKind.Text ? Text(field) is not null : Number(field) is not null;

    /// <summary>Creates the reading; <see langword="null"/> if there are no entries.</summary>
    public SectionReading? Build()
    {
        if (_count == 0)
        {
            return null;
        }

        string[]? names = null;
        if (Definition.HasNamedEntries)
        {
            names = Share(ref _builtNames, _names.AsSpan(0, _count))!;
        }

        return new SectionReading(
            Definition,
            names,
            _numbers.AsSpan(0, _count * Definition.NumberCount).ToArray(),
            Definition.TextCount == 0 ? null : Share(ref _builtTexts, _texts.AsSpan(0, _count * Definition.TextCount)));
    }

    // Readings are immutable, and the next sample, or the next node of a kind, nearly always has the same texts.
    private static string?[] Share(ref string?[]? built, ReadOnlySpan<string?> texts)
    {
        if (built is null || !texts.SequenceEqual(built))
        {
            built = texts.ToArray();
        }

        return built;
    }

    // No character takes more than three bytes, a surrogate two.
    private static bool Fits(string? text, int bytesMax) =>
        text is null || 3 * text.Length <= bytesMax || Encoding.UTF8.GetByteCount(text) <= bytesMax;

    private ref double NumberSlot(FieldDefinition field) =>
        ref _numbers[(CurrentEntry(field) * Definition.NumberCount) + field.Slot];

    private ref string? TextSlot(FieldDefinition field) =>
        ref _texts[(CurrentEntry(field) * Definition.TextCount) + field.Slot];

    private int CurrentEntry(FieldDefinition field)
    {
        if (!ReferenceEquals(field.Section, Definition) || field.Derive is not null)
        {
            throw new ArgumentException($"'{field.Name}' is not a wire field of '{Definition.Key}'.");
        }

        if (_count == 0)
        {
            Begin(name: null);
        }

        return _current;
    }
}
