using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Sensors.Quality;

/// <summary>The baselines of all gas sensors of a node.</summary>
/// <remarks>Allocates: nothing once each sensor has been seen.</remarks>
/// <param name="time">The clock.</param>
internal sealed class GasBaselines(TimeProvider time)
{
    /// <summary>Two boards with three channels each, and as many that have been removed. Further sensors get no ratio.
    /// </summary>
    public const int CountMax = 12;

    /// <summary>The fields with a baseline and the fields of their ratios.</summary>
    private static readonly (FieldDefinition Ohms, FieldDefinition Ratio, bool IsCleanHigh)[] Gases =
    [
        (SensorsSection.OxidisingOhms, SensorsSection.OxidisingRatio, false),
        (SensorsSection.ReducingOhms, SensorsSection.ReducingRatio, true),
        (SensorsSection.AmmoniaOhms, SensorsSection.AmmoniaRatio, true),
    ];

    private readonly List<Entry> _entries = [];

    /// <summary>Gets the number of baselines.</summary>
    public int Count => _entries.Count;

    /// <summary>Gets the sensor, the field and the baseline,
    /// which is <see langword="null"/> until it has been learned.</summary>
    public (string Sensor, FieldDefinition Field, double? Ohms) this[int index] =>
        (_entries[index].Sensor, _entries[index].Field, _entries[index].Baseline.Ohms);

    /// <summary>Adds the ratios to the current entry, and learns from its readings.</summary>
    public void Apply(SectionBuilder entry)
    {
        foreach (var (field, ratio, isCleanHigh) in Gases)
        {
            // A resistance of zero has no logarithm; no working sensor has it.
            if (entry.Number(field) is not (> 0 and var ohms) || Find(entry.Name!, field, isCleanHigh) is not { } found)
            {
                continue;
            }

            var isWarm = entry.Number(SensorsSection.WarmingUp) is not 1;
            if (isWarm && entry.Number(SensorsSection.Stale) is not 1)
            {
                var now = time.GetTimestamp();
                found.Baseline.Learn(ohms, time.GetElapsedTime(found.Learned ?? now, now));
                found.Learned = now;
            }

            if (isWarm && found.Baseline.Ohms is { } clean)
            {
                entry.Set(ratio, ohms / clean);
            }
        }

        MarkLearning(entry);
    }

    /// <summary>Restores a learned baseline.</summary>
    /// <returns><see langword="false"/> if the field is unknown or the limit is reached.</returns>
    public bool TryRestore(string sensor, string wireName, double ohms)
    {
        foreach (var (field, _, isCleanHigh) in Gases)
        {
            if (field.WireName == wireName && Find(sensor, field, isCleanHigh) is { } found)
            {
                found.Baseline.Restore(ohms);
                return true;
            }
        }

        return false;
    }

    /// <summary>A sensor whose baselines are being learned is not credible yet.</summary>
    private void MarkLearning(SectionBuilder entry)
    {
        foreach (var found in _entries)
        {
            if (found.Sensor == entry.Name && found.Baseline.Ohms is null)
            {
                entry.Set(SensorsSection.WarmingUp, true);
            }
        }
    }

    private Entry? Find(string sensor, FieldDefinition field, bool isCleanHigh)
    {
        foreach (var found in _entries)
        {
            if (found.Field == field && found.Sensor == sensor)
            {
                return found;
            }
        }

        if (_entries.Count == CountMax)
        {
            return null;
        }

        var added = new Entry(sensor, field, new GasBaseline(isCleanHigh));
        _entries.Add(added);
        return added;
    }

    /// <summary>The baseline of one field of a sensor.</summary>
    private sealed record Entry(string Sensor, FieldDefinition Field, GasBaseline Baseline)
    {
        public long? Learned { get; set; }
    }
}
