using NodeTelemetry.Agent.Sensors.Chips;
using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Sensors.Quality;

/// <summary>The last measurement of one device. Discards impossible values, smooths noisy ones,
/// and marks those of a chip that is warming up or no longer responds.</summary>
/// <remarks>The same for I2C drivers, IIO and streams. Owned by the sampling thread, except <see cref="Pending"/>.
/// Allocates nothing once each entry has been seen.</remarks>
/// <param name="staleAfter">The age from which values are marked as stale: a few measurement periods.</param>
/// <param name="time">The clock.</param>
internal sealed class LastMeasurement(TimeSpan staleAfter, TimeProvider time)
{
    /// <summary>The age at which values are no longer sent, and after which a returning chip counts as cold.
    /// At least twice the age at which values become stale.</summary>
    public static readonly TimeSpan AgeMax = TimeSpan.FromMinutes(5);

    private readonly TimeSpan _ageMax = 2 * staleAfter > AgeMax ? 2 * staleAfter : AgeMax;
    private readonly List<NoisyValue> _noisy = [];
    private SectionBuilder _values = new(SensorsSection.Definition);
    private long? _taken;
    private long _since;
    private long _refused;
    private long _refusedReported;

    /// <summary>Gets the buffer for the next measurement. Belongs to the measuring thread until <see cref="Take"/>.
    /// </summary>
    public SectionBuilder Pending { get; private set; } = new(SensorsSection.Definition);

    /// <summary>Gets a value indicating whether there is a measurement that is recent enough to be sent.</summary>
    public bool IsCurrent => _taken is { } taken && time.GetElapsedTime(taken) <= _ageMax;

    /// <summary>Begins the next measurement: <see cref="Pending"/> has only the name and the part number of the device.
    /// </summary>
    public void Begin(string name, string partNumber)
    {
        Pending.Clear();
        Pending.Begin(name);
        Pending.Set(SensorsSection.Chip, partNumber);
    }

    /// <summary>Makes <see cref="Pending"/> the last measurement.</summary>
    public void Take()
    {
        var now = time.GetTimestamp();
        if (!IsCurrent)
        {
            _since = now;
            foreach (var noisy in _noisy)
            {
                noisy.Filter.Reset();
            }
        }

        _taken = now;
        (_values, Pending) = (Pending, _values);
        for (var index = 0; index < _values.EntryCount; index++)
        {
            _values.Resume(index);
            var model = ChipModels.Find(_values.Text(SensorsSection.Chip));
            DiscardImpossible(model);
            Smooth(model);
        }

        _refused = Pending.ValuesRefused + Pending.EntriesRefused + _values.ValuesRefused + _values.EntriesRefused;
    }

    /// <summary>Discards the measurement because another source reports the chip from now on.</summary>
    public void Forget() => _taken = null;

    /// <summary>Adds the values and their marks to a section. Entries without a value are omitted.</summary>
    /// <param name="into">The section.</param>
    /// <param name="names">The names under which entries are sent; <see langword="null"/> for the driver's own.</param>
    /// <returns>Whether an entry was added.</returns>
    public bool AddTo(SectionBuilder into, EntryNames? names = null)
    {
        into.AddRefused(_refused - _refusedReported);
        _refusedReported = _refused;
        if (!IsCurrent)
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

            if (time.GetElapsedTime(_since) < ChipModels.Find(into.Text(SensorsSection.Chip)).WarmUp)
            {
                into.Set(SensorsSection.WarmingUp, true);
            }
        }

        return into.EntryCount > first;
    }

    private void DiscardImpossible(ChipModel model)
    {
        foreach (var (field, min, max) in model.Limits)
        {
            if (_values.Number(field) is { } value && !(value >= min && value <= max))
            {
                _values.Remove(field);
                _values.AddRefused(1);
            }
        }
    }

    private void Smooth(ChipModel model)
    {
        foreach (var field in model.Noisy)
        {
            if (_values.Number(field) is { } value)
            {
                _values.Set(field, FindFilter(_values.Name!, field).Next(value));
            }
        }
    }

    private MedianFilter FindFilter(string name, FieldDefinition field)
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

    /// <summary>One smoothed value of an entry.</summary>
    private sealed record NoisyValue(string Name, FieldDefinition Field, MedianFilter Filter);
}
