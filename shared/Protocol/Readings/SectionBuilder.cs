using System.Text;
using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Limits;

namespace NodeTelemetry.Protocol.Readings;

/// <summary>Collects the values of one section. Reused, so that filling it allocates nothing once it has
/// grown.</summary>
/// <param name="definition">What the section is.</param>
public sealed class SectionBuilder(SectionDefinition definition)
{
    private string?[] _names = new string?[1];
    private double[] _numbers = new double[definition.NumberCount];
    private string?[] _texts = new string?[definition.TextCount];
    private int _count;
    private int _present = -1;

    /// <summary>Gets what the section is.</summary>
    public SectionDefinition Definition { get; } = definition;

    /// <summary>Gets how many entries have been begun since it was cleared.</summary>
    public int EntryCount => _count;

    /// <summary>Gets how many values have been refused, since this builder was made, because they are
    /// impossible.</summary>
    public long ValuesRefused { get; private set; }

    /// <summary>Gets how many entries have been refused, since this builder was made, because there were too many or
    /// their name was too long.</summary>
    public long EntriesRefused { get; private set; }

    /// <summary>Forgets all entries.</summary>
    public void Clear()
    {
        _count = 0;
        _present = -1;
    }

    /// <summary>Begins an entry, into which the next values go. A section without names has one, begun by its first
    /// value.</summary>
    /// <param name="name">Its name.</param>
    /// <returns><see langword="false"/> if there are too many, or the name is empty or too long; values must not follow
    /// then.</returns>
    public bool Begin(string? name)
    {
        if ((Definition.EntryLabel is null) != (name is null))
        {
            throw new ArgumentException($"An entry of '{Definition.Key}' has {(name is null ? "a" : "no")} name.");
        }

        if (_count == WireLimits.SectionEntryCountMax || name?.Length == 0
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
        _present = _count++;
        return true;
    }

    /// <summary>Goes on with an entry that has been begun, for another source that knows more of the same thing. What
    /// comes in the same order is found at once.</summary>
    /// <param name="name">Its name.</param>
    /// <returns><see langword="false"/> if there is none of that name; values must not follow then.</returns>
    public bool TryResume(string name)
    {
        for (var offset = 1; offset <= _count; offset++)
        {
            var index = (_present + offset) % _count;
            if (_names[index] == name)
            {
                _present = index;
                return true;
            }
        }

        return false;
    }

    /// <summary>Gets the name of the present entry; <see langword="null"/> if there is none, or it has none.</summary>
    public string? Name => _count == 0 ? null : _names[_present];

    /// <summary>Gets a value indicating whether the present entry has a number, be it yes or no.</summary>
    public bool HasNumber =>
        _numbers.AsSpan(_present * Definition.NumberCount, Definition.NumberCount) is var numbers
        && numbers.IndexOfAnyExcept(double.NaN) >= 0;

    /// <summary>Goes back to an entry, for whoever goes through all of them.</summary>
    /// <param name="index">Its number, from 0, below <see cref="EntryCount"/>.</param>
    public void Resume(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)_count, nameof(index));
        _present = index;
    }

    /// <summary>Gets a number of the present entry, with 1 and 0 for yes and no; <see langword="null"/> if it has
    /// none.</summary>
    public double? Number(FieldDefinition field) =>
        NumberSlot(field) is var value && double.IsNaN(value) ? null : value;

    /// <summary>Gets a text of the present entry; <see langword="null"/> if it has none.</summary>
    public string? Text(FieldDefinition field) => TextSlot(field);

    /// <summary>Takes a number out of the present entry.</summary>
    public void Remove(FieldDefinition field) => NumberSlot(field) = double.NaN;

    /// <summary>Counts values that were refused elsewhere on their way here.</summary>
    public void AddRefused(long count) => ValuesRefused += count;

    /// <summary>Sets a number of the present entry.</summary>
    /// <returns><see langword="false"/> if it is impossible, so that it is left out; that is counted.</returns>
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

    /// <summary>Sets a number of the present entry, if there is one.</summary>
    public bool Set(FieldDefinition field, double? value) => value is not { } number || Set(field, number);

    /// <summary>Sets a yes or no of the present entry.</summary>
    public bool Set(FieldDefinition field, bool value) => Set(field, value ? 1.0 : 0.0);

    /// <summary>Sets a text of the present entry, if there is one.</summary>
    public bool Set(FieldDefinition field, string? text)
    {
        if (text is null)
        {
            return true;
        }

        if (!Fits(text, WireLimits.TextBytesMax))
        {
            ValuesRefused++;
            return false;
        }

        TextSlot(field) = text;
        return true;
    }

    /// <summary>Adds all entries of another builder of the same section; the last becomes the present one.</summary>
    /// <returns><see langword="false"/> if one was refused, as <see cref="Begin"/> does.</returns>
    public bool Append(SectionBuilder other)
    {
        ArgumentNullException.ThrowIfNull(other);
        for (var index = 0; index < other._count; index++)
        {
            if (!Append(other, index, other._names[index]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Adds one entry of another builder of the same section, under a name of its own.</summary>
    /// <returns><see langword="false"/> if it was refused, as <see cref="Begin"/> does.</returns>
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

    /// <summary>Tells whether an entry has been begun under this name.</summary>
    public bool HasEntry(string name) => Array.IndexOf(_names, name, 0, _count) >= 0;

    /// <summary>Tells whether a field of the present entry has a value.</summary>
    internal bool Has(FieldDefinition field) =>
        field.Kind == FieldKind.Text ? Text(field) is not null : Number(field) is not null;

    /// <summary>Makes the reading; <see langword="null"/> if nothing has been set.</summary>
    public SectionReading? Build()
    {
        if (_count == 0)
        {
            return null;
        }

        string[]? names = null;
        if (Definition.EntryLabel is not null)
        {
            names = new string[_count];
            Array.Copy(_names, names, _count);
        }

        return new SectionReading(
            Definition,
            _count,
            names,
            _numbers.AsSpan(0, _count * Definition.NumberCount).ToArray(),
            Definition.TextCount == 0 ? null : _texts.AsSpan(0, _count * Definition.TextCount).ToArray());
    }

    /// <summary>Tells whether a text is short enough. No character takes more than three bytes, a surrogate
    /// two.</summary>
    private static bool Fits(string? text, int bytesMax) =>
        text is null || 3 * text.Length <= bytesMax || Encoding.UTF8.GetByteCount(text) <= bytesMax;

    private ref double NumberSlot(FieldDefinition field) =>
        ref _numbers[(Present(field) * Definition.NumberCount) + field.Slot];

    private ref string? TextSlot(FieldDefinition field) =>
        ref _texts[(Present(field) * Definition.TextCount) + field.Slot];

    private int Present(FieldDefinition field)
    {
        if (!ReferenceEquals(field.Section, Definition))
        {
            throw new ArgumentException($"'{field.WireName}' is not a field of '{Definition.Key}'.");
        }

        if (_count == 0)
        {
            Begin(name: null);
        }

        return _present;
    }
}
