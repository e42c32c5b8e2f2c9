using NodeTelemetry.Protocol.Limits;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Collector.Nodes.State;

/// <summary>
/// Knows of one run which samples have come and which have not, and so tells whether a datagram is new or repeated.
/// </summary>
/// <remarks>
/// Everything up to the highest number has come, save for the gaps: so it is exact however late a datagram comes, and
/// takes no memory for a node without loss. A mutable struct inside <see cref="NodeState"/>.
/// </remarks>
internal struct SequenceWindow
{
    /// <summary>How many samples back a repetition is taken for a copy by another way, and not for a replay.</summary>
    public const int Length = 64;

    /// <summary>How many samples back a gap is kept open: five times what an agent of the usual options keeps in two
    /// datagrams each.</summary>
    public const int RepairSamplesMax = 1024;

    /// <summary>Gaps at most, 12 kB: half of the samples lost in turn for five minutes at 1 s.</summary>
    public const int GapCountMax = 256;

    /// <summary>What a sample marks of which everything has come.</summary>
    private const ulong Whole = ulong.MaxValue;

    // In order, oldest first; null for most nodes at most times.
    private List<SampleGap>? _gaps;

    // One bit for each part of the highest sample that has come.
    private ulong _newest;
    private bool _isRestored;

    /// <summary>Gets the highest sequence number seen.</summary>
    public long Highest { get; private set; }

    /// <summary>
    /// Gets the samples up to <see cref="Highest"/>, since the first one seen, of which nothing has come.
    /// </summary>
    public long Missed { get; private set; }

    /// <summary>Gets the samples that were asked for and have come, whole, since the process started.</summary>
    public long Repaired { get; private set; }

    /// <summary>Gets the samples that have not come and will not be asked for any more, since the process
    /// started.</summary>
    public long Unrecoverable { get; private set; }

    /// <summary>Gets a value indicating whether anything has not come.</summary>
    public readonly bool HasGaps => _gaps is not null;

    /// <summary>Copies the gaps, oldest first, with what the newest sample lacks: to be stored.</summary>
    public readonly SampleGap[] CopyGaps()
    {
        var isNewestWhole = _newest is 0 or Whole;
        return _gaps is null && isNewestWhole ? []
            : isNewestWhole ? [.. _gaps!]
            : [.. _gaps ?? [], new SampleGap(Highest, Highest, _newest, IsExpected: true)];
    }

    /// <summary>
    /// Starts anew with a run's first datagram, which is to be marked next. Earlier ones may still come.
    /// </summary>
    public void Start(long first, long now)
    {
        GiveUp(_gaps?.Count ?? 0);
        Highest = first;
        Missed = 0;
        _newest = 0;
        _isRestored = false;
        if (first > 0)
        {
            var from = Math.Max(0, first - RepairSamplesMax);
            (_gaps ??= []).Add(new SampleGap(from, first - 1, 0, false) { IsBackfill = true, Timestamp = now });
        }
    }

    /// <summary>
    /// Goes on with a run of which everything up to <paramref name="highest"/> has been taken, save for
    /// <paramref name="gaps"/>. What was sent while nobody listened does not count as missed.
    /// </summary>
    public void Restore(long highest, IReadOnlyList<SampleGap> gaps, long now)
    {
        GiveUp(_gaps?.Count ?? 0);
        Highest = highest;
        Missed = 0;
        _newest = Whole;
        _isRestored = true;
        foreach (var gap in gaps)
        {
            if (gap.From == highest)
            {
                _newest = gap.Parts;
                continue;
            }

            (_gaps ??= []).Add(gap with { IsExpected = false, Attempts = 0, Timestamp = now });
        }
    }

    /// <summary>Marks a datagram as seen.</summary>
    /// <param name="sequence">Its sequence number.</param>
    /// <param name="part">Which part it is; <see langword="null"/> when it carries the whole sample.</param>
    /// <param name="now">The present timestamp.</param>
    public SequenceVerdict Mark(long sequence, PartNumber? part, long now)
    {
        if (sequence > Highest)
        {
            Advance(sequence, now);
        }

        var bits = part is null ? Whole : 1UL << part.Index;
        if (sequence < Highest)
        {
            return Fill(sequence, part, bits);
        }

        if ((_newest & bits) == bits)
        {
            return SequenceVerdict.Repeated;
        }

        _newest = Joined(_newest, bits, part);
        return SequenceVerdict.New;
    }

    /// <summary>Takes what is to be asked for next, if it is time to: of the newest gaps first, for the oldest may be
    /// gone. What has been asked for often enough is given up, and so is everything before it.</summary>
    /// <param name="isDue">Tells whether a gap is due.</param>
    /// <param name="attemptsMax">After how many attempts it is given up.</param>
    /// <param name="now">The present timestamp.</param>
    /// <param name="gap">At most <see cref="WireLimits.RangeSamplesMax"/> samples.</param>
    public bool TryTakeDue(Func<SampleGap, long, bool> isDue, int attemptsMax, long now, out SampleGap gap)
    {
        for (var index = (_gaps?.Count ?? 0) - 1; index >= 0; index--)
        {
            gap = _gaps![index];
            if (!isDue(gap, now))
            {
                continue;
            }

            if (gap.Attempts >= attemptsMax)
            {
                GiveUp(index + 1);
                return false;
            }

            if (gap.Count > WireLimits.RangeSamplesMax)
            {
                if (_gaps.Count >= GapCountMax / 2)
                {
                    // First what is asked for already, or the pieces would push the rest out.
                    continue;
                }

                var start = gap.To - WireLimits.RangeSamplesMax + 1;
                _gaps[index] = gap with { To = start - 1 };
                gap = gap with { From = start };
                _gaps.Insert(++index, gap);
            }

            gap = gap with { Attempts = gap.Attempts + 1, Timestamp = now };
            _gaps[index] = gap;
            return true;
        }

        gap = default;
        return false;
    }

    private static ulong Joined(ulong seen, ulong bits, PartNumber? part)
    {
        var all = part is null || part.Count >= WireLimits.PartCountMax ? Whole : (1UL << part.Count) - 1;
        seen |= bits;
        return (seen & all) == all ? Whole : seen;
    }

    private readonly int IndexOf(long sequence)
    {
        var (low, high) = (0, _gaps?.Count ?? 0);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_gaps![middle].To < sequence)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low < (_gaps?.Count ?? 0) && _gaps![low].From <= sequence ? low : -1;
    }

    private SequenceVerdict Fill(long sequence, PartNumber? part, ulong bits)
    {
        var index = IndexOf(sequence);
        if (index < 0)
        {
            return Highest - sequence >= Length ? SequenceVerdict.TooOld : SequenceVerdict.Repeated;
        }

        var gap = _gaps![index];
        if ((gap.Parts & bits) == bits)
        {
            return SequenceVerdict.Repeated;
        }

        Missed -= gap is { Parts: 0, IsExpected: true } ? 1 : 0;
        var seen = Joined(gap.Parts, bits, part);
        Repaired += seen == Whole && gap.Attempts > 0 ? 1 : 0;
        _gaps.RemoveAt(index);
        if (gap.To > sequence)
        {
            _gaps.Insert(index, gap with { From = sequence + 1 });
        }

        if (seen != Whole)
        {
            _gaps.Insert(index, gap with { From = sequence, To = sequence, Parts = seen });
        }

        if (gap.From < sequence)
        {
            _gaps.Insert(index, gap with { To = sequence - 1 });
        }

        KeepLimit();
        return SequenceVerdict.New;
    }

    private void Advance(long sequence, long now)
    {
        if (_newest is not (0 or Whole))
        {
            (_gaps ??= []).Add(new SampleGap(Highest, Highest, _newest, IsExpected: true) { Timestamp = now });
        }

        if (sequence - Highest > 1)
        {
            Missed += _isRestored ? 0 : sequence - Highest - 1;
            AddGap(Highest + 1, sequence - 1, !_isRestored, now);
        }

        Highest = sequence;
        _newest = 0;
        _isRestored = false;

        // At nodes that are not asked, gaps are given up by age alone.
        while (_gaps is not null && _gaps[0].To < Highest - RepairSamplesMax)
        {
            GiveUp(1);
        }

        KeepLimit();
    }

    private void AddGap(long from, long to, bool isExpected, long now)
    {
        if (to - from >= RepairSamplesMax)
        {
            Unrecoverable += to - from + 1 - RepairSamplesMax;
            from = to - RepairSamplesMax + 1;
        }

        (_gaps ??= []).Add(new SampleGap(from, to, 0, isExpected) { Timestamp = now });
    }

    private void KeepLimit()
    {
        if (_gaps is { Count: 0 })
        {
            _gaps = null;
        }

        while (_gaps?.Count > GapCountMax)
        {
            GiveUp(1);
        }
    }

    // The oldest ones.
    private void GiveUp(int count)
    {
        for (var index = 0; index < count; index++)
        {
            Unrecoverable += _gaps![index].IsBackfill ? 0 : _gaps[index].Count;
        }

        _gaps?.RemoveRange(0, count);
        if (_gaps is { Count: 0 })
        {
            _gaps = null;
        }
    }
}
