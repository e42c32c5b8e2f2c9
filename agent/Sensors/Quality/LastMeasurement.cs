using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Sensors.Quality;

/// <summary>What a chip measured last, with what its kind makes of it: impossible values are left out, noisy ones
/// smoothed, those of a cold or silent chip marked.</summary>
/// <remarks>The same for every way in which chips are read. Belongs to the sampling thread. Allocates: nothing once
/// each entry has been seen.</remarks>
/// <param name="staleAfter">From which age on the values are marked as stale: some of the chip's periods.</param>
/// <param name="time">The clock.</param>
internal sealed class LastMeasurement(TimeSpan staleAfter, TimeProvider time)
{
    /// <summary>What is older is not told any more, and a chip that comes back after it is cold; of one that measures
    /// rarely, twice the age from which on it is stale.</summary>
    public static readonly TimeSpan AgeMax = TimeSpan.FromMinutes(5);

    private readonly TimeSpan _ageMax = 2 * staleAfter > AgeMax ? 2 * staleAfter : AgeMax;
    private readonly SectionBuilder _values = new(SensorsSection.Definition);
    private readonly List<NoisyValue> _noisy = [];
    private long? _taken;
    private long _since;
    private long _refused;
    private long _refusedTold;

    /// <summary>Gets a value indicating whether there is anything to be told.</summary>
    public bool IsKnown => _taken is { } taken && time.GetElapsedTime(taken) <= _ageMax;

    /// <summary>Takes a new measurement.</summary>
    /// <param name="measured">Its values; copied.</param>
    public void Take(SectionBuilder measured)
    {
        var now = time.GetTimestamp();
        if (!IsKnown)
        {
            _since = now;
            foreach (var noisy in _noisy)
            {
                noisy.Filter.Reset();
            }
        }

        _taken = now;
        _values.Clear();
        _values.Append(measured);
        for (var index = 0; index < _values.EntryCount; index++)
        {
            _values.Resume(index);
            var traits = ChipTraits.Find(_values.Text(SensorsSection.Chip));
            RefuseImpossible(traits);
            Smooth(traits);
        }

        // What the driver itself could not set, and what was refused here.
        _refused = measured.ValuesRefused + measured.EntriesRefused + _values.ValuesRefused;
    }

    /// <summary>Forgets it: somebody else tells it from now on.</summary>
    public void Forget() => _taken = null;

    /// <summary>Adds the values to the section, with their marks, unless they are too old. An entry without a value is
    /// none.</summary>
    /// <param name="into">Where to.</param>
    /// <param name="names">What entries are called; <see langword="null"/> for what the driver calls them.</param>
    /// <returns>Whether anything was added.</returns>
    public bool AddTo(SectionBuilder into, EntryNames? names = null)
    {
        into.AddRefused(_refused - _refusedTold);
        _refusedTold = _refused;
        if (!IsKnown)
        {
            return false;
        }

        var first = into.EntryCount;
        for (var index = 0; index < _values.EntryCount; index++)
        {
            _values.Resume(index);
            var name = names is null ? _values.Name : names.Find(_values.Name!, into);
            if (name is null || !_values.HasNumber || !into.Append(_values, index, name))
            {
                continue;
            }

            if (time.GetElapsedTime(_taken!.Value) > staleAfter)
            {
                into.Set(SensorsSection.Stale, true);
            }

            if (time.GetElapsedTime(_since) < ChipTraits.Find(into.Text(SensorsSection.Chip)).WarmUp)
            {
                into.Set(SensorsSection.WarmingUp, true);
            }
        }

        return into.EntryCount > first;
    }

    private void RefuseImpossible(ChipTraits traits)
    {
        foreach (var (field, min, max) in traits.Limits)
        {
            if (_values.Number(field) is { } value && !(value >= min && value <= max))
            {
                _values.Remove(field);
                _values.AddRefused(1);
            }
        }
    }

    private void Smooth(ChipTraits traits)
    {
        foreach (var field in traits.Noisy)
        {
            if (_values.Number(field) is { } value)
            {
                _values.Set(field, FilterOf(_values.Name!, field).Next(value));
            }
        }
    }

    private MedianFilter FilterOf(string name, FieldDefinition field)
    {
        foreach (var noisy in _noisy)
        {
            if (noisy.Name == name && noisy.Field == field)
            {
                return noisy.Filter;
            }
        }

        var added = new NoisyValue(name, field, new MedianFilter());
        _noisy.Add(added);
        return added.Filter;
    }

    /// <summary>A value of an entry that is smoothed.</summary>
    private sealed record NoisyValue(string Name, FieldDefinition Field, MedianFilter Filter);
}
