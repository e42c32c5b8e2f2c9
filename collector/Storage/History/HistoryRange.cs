using NodeTelemetry.Collector.Storage.Database;

namespace NodeTelemetry.Collector.Storage.History;

/// <summary>The buckets of a query and their tier.</summary>
/// <param name="Tier">The index of the tier.</param>
/// <param name="Start">The start of the first bucket, in seconds since the epoch.</param>
/// <param name="Step">The width of a bucket in seconds: the tier's, or a multiple to limit the number.</param>
/// <param name="Count">The number of buckets.</param>
internal readonly record struct HistoryRange(int Tier, long Start, long Step, int Count)
{
    // A result does not extend further into the future, which has no data: a caller may request the year 9999.
    private const long AheadSecondsMax = 86_400;

    /// <summary>Gets the end of the last bucket.</summary>
    public long End => Start + (Step * Count);

    /// <summary>Chooses the finest tier that reaches back to the beginning within the limit of buckets.</summary>
    /// <param name="tiers">The tiers, finest first.</param>
    /// <param name="now">The current time in seconds since the epoch.</param>
    /// <param name="from">The beginning in seconds since the epoch; earlier buckets are omitted.</param>
    /// <param name="to">The end, after the beginning; limited to a day from now.</param>
    /// <param name="points">The maximum number of buckets.</param>
    /// <param name="finest">The index of the finest tier with the requested series.</param>
    public static HistoryRange Choose(
        IReadOnlyList<HistoryTier> tiers, long now, long from, long to, int points, int finest = 0)
    {
        from = Math.Max(from, 0);
        to = Math.Max(Math.Min(to, now + AheadSecondsMax), from + 1);
        for (var index = finest; index < tiers.Count; index++)
        {
            var range = Create(tiers[index], index, 1, from, to);
            if (range.Count <= points && now - (long)tiers[index].Retention.TotalSeconds <= from)
            {
                return range;
            }
        }

        // No tier fits: the one that reaches back furthest, with several of its buckets in one.
        var last = tiers.Count - 1;
        var multiple = Math.Max(1, (to - from) / tiers[last].StepSeconds / points);
        while (true)
        {
            var wide = Create(tiers[last], last, multiple, from, to);
            if (wide.Count <= points)
            {
                return wide;
            }

            // Buckets start at multiples of their width: the first and the last may extend beyond the range.
            multiple += 1 + (multiple / 16);
        }
    }

    private static HistoryRange Create(HistoryTier tier, int index, long multiple, long from, long to)
    {
        var step = tier.StepSeconds * multiple;
        var start = from - (((from % step) + step) % step);
        var count = (to - start + step - 1) / step;
        return new HistoryRange(index, start, step, (int)Math.Clamp(count, 1, int.MaxValue));
    }
}
