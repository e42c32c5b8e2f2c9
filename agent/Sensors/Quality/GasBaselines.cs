using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Sensors.Quality;

/// <summary>The baselines of all gas sensors of a node.</summary>
/// <remarks>Allocates: nothing once each sensor has been seen.</remarks>
/// <param name="time">The clock.</param>
internal sealed class GasBaselines(TimeProvider time)
{
    /// <summary>Two boards of three resistances each, and two that are kept though they have gone; further ones get no
    /// ratio.</summary>
    public const int CountMax = 12;

    /// <summary>What has a baseline, with the field for the ratio to it.</summary>
    private static readonly (FieldDefinition Ohms, FieldDefinition Ratio, bool IsCleanHigh)[] Gases =
    [
        (SensorsSection.OxidisingOhms, SensorsSection.OxidisingRatio, false),
        (SensorsSection.ReducingOhms, SensorsSection.ReducingRatio, true),
        (SensorsSection.AmmoniaOhms, SensorsSection.AmmoniaRatio, true),
    ];

    private readonly List<Known> _known = [];

    /// <summary>Gets how many there are.</summary>
    public int Count => _known.Count;

    /// <summary>Gets one: the sensor, which resistance, and the baseline, if it is learnt.</summary>
    public (string Sensor, FieldDefinition Field, double? Ohms) this[int index] =>
        (_known[index].Sensor, _known[index].Field, _known[index].Baseline.Ohms);

    /// <summary>Adds the ratios to the present entry, and learns from its values.</summary>
    public void Apply(SectionBuilder entry)
    {
        foreach (var (field, ratio, isCleanHigh) in Gases)
        {
            // A resistance of zero has no logarithm; no sensor in working order has it.
            if (entry.Number(field) is not (> 0 and var ohms) || Find(entry.Name!, field, isCleanHigh) is not { } known)
            {
                continue;
            }

            var isWarm = entry.Number(SensorsSection.WarmingUp) is not 1;
            if (isWarm && entry.Number(SensorsSection.Stale) is not 1)
            {
                var now = time.GetTimestamp();
                known.Baseline.Learn(ohms, time.GetElapsedTime(known.Learnt ?? now, now));
                known.Learnt = now;
            }

            if (isWarm && known.Baseline.Ohms is { } clean)
            {
                entry.Set(ratio, ohms / clean);
            }
        }

        MarkLearning(entry);
    }

    /// <summary>Goes on with a baseline that was learnt before.</summary>
    /// <returns><see langword="false"/> if there is no such field, or no room.</returns>
    public bool TryRestore(string sensor, string wireName, double ohms)
    {
        foreach (var (field, _, isCleanHigh) in Gases)
        {
            if (field.WireName == wireName && Find(sensor, field, isCleanHigh) is { } known)
            {
                known.Baseline.Restore(ohms);
                return true;
            }
        }

        return false;
    }

    /// <summary>A sensor whose baselines are not learnt is not to be believed yet.</summary>
    private void MarkLearning(SectionBuilder entry)
    {
        foreach (var known in _known)
        {
            if (known.Sensor == entry.Name && known.Baseline.Ohms is null)
            {
                entry.Set(SensorsSection.WarmingUp, true);
            }
        }
    }

    private Known? Find(string sensor, FieldDefinition field, bool isCleanHigh)
    {
        foreach (var known in _known)
        {
            if (known.Field == field && known.Sensor == sensor)
            {
                return known;
            }
        }

        if (_known.Count == CountMax)
        {
            return null;
        }

        var added = new Known(sensor, field, new GasBaseline(isCleanHigh));
        _known.Add(added);
        return added;
    }

    /// <summary>A baseline, and when it learnt last.</summary>
    private sealed record Known(string Sensor, FieldDefinition Field, GasBaseline Baseline)
    {
        public long? Learnt { get; set; }
    }
}
