namespace NodeTelemetry.Collector.Storage;

/// <summary>The buckets of an answer and the tier that they come from.</summary>
/// <param name="Tier">The index of the tier.</param>
/// <param name="Start">The start of the first bucket, in seconds since the epoch.</param>
/// <param name="Step">The width of a bucket of the answer in seconds: the tier's, or a multiple where its buckets would
/// be too many.</param>
/// <param name="Count">The number of buckets.</param>
internal readonly record struct HistoryRange(int Tier, long Start, long Step, int Count)
{
    /// <summary>Gets the end of the last bucket.</summary>
    public long End => Start + (Step * Count);

    /// <summary>Takes the finest tier that reaches back to the beginning and gives at most so many buckets.</summary>
    /// <param name="tiers">The tiers, finest first.</param>
    /// <param name="now">The present time in seconds since the epoch.</param>
    /// <param name="from">The beginning in seconds since the epoch.</param>
    /// <param name="to">The end, behind the beginning.</param>
    /// <param name="points">The most buckets.</param>
    public static HistoryRange Choose(IReadOnlyList<HistoryTier> tiers, long now, long from, long to, int points)
    {
        for (var index = 0; index < tiers.Count; index++)
        {
            var range = Make(tiers[index], index, 1, from, to);
            if (range.Count <= points && now - (long)tiers[index].Retention.TotalSeconds <= from)
            {
                return range;
            }
        }

        // No tier does: the one that reaches back furthest, several of its buckets in one.
        var last = tiers.Count - 1;
        var whole = Make(tiers[last], last, 1, from, to);
        if (whole.Count <= points)
        {
            return whole;
        }

        var multiple = (whole.Count + points - 1) / points;
        var wide = Make(tiers[last], last, multiple, from, to);
        return wide.Count <= points ? wide : Make(tiers[last], last, multiple + 1, from, to);
    }

    private static HistoryRange Make(HistoryTier tier, int index, int multiple, long from, long to)
    {
        var step = tier.StepSeconds * multiple;
        var start = from - (((from % step) + step) % step);
        var count = (to - start + step - 1) / step;
        return new HistoryRange(index, start, step, (int)Math.Clamp(count, 1, int.MaxValue));
    }
}
