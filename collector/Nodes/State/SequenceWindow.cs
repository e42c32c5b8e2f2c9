using NodeTelemetry.Protocol.Limits;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Collector.Nodes.State;

/// <summary>The received and missing samples of one run, to decide whether a datagram is new or a duplicate.</summary>
/// <remarks>
/// Everything up to the highest number has arrived except the gaps: exact however late a datagram arrives,
/// and without memory for a node without loss. A mutable struct inside <see cref="NodeState"/>.
/// </remarks>
internal struct SequenceWindow
{
    /// <summary>How many samples back a repetition counts as a copy over another path, not as a replay.</summary>
    public const int Length = 64;

    /// <summary>How many samples back a gap is kept open: five times what an agent of the usual options keeps
    /// in two datagrams each.</summary>
    public const int RepairSamplesMax = 1024;

    /// <summary>Maximum number of gaps, 12 kB: every other sample lost for five minutes at 1 s.</summary>
    public const int GapCountMax = 256;

    /// <summary>Marks a sample of which every part has arrived.</summary>
    private const ulong Whole = ulong.MaxValue;

    // Oldest first; null for a node without gaps.
    private List<SampleGap>? _gaps;

    // One bit for each received part of the highest sample.
    private ulong _newest;
    private bool _isRestored;

    /// <summary>Gets the highest sequence number seen.</summary>
    public long Highest { get; private set; }

    /// <summary>
    /// Gets the samples up to <see cref="Highest"/>, since the first one received, of which nothing has arrived.
    /// </summary>
    public long Missed { get; private set; }

    /// <summary>Gets the completely repaired samples, since the process started.</summary>
    public long Repaired { get; private set; }

    /// <summary>Gets the samples that are missing for good, since the process started.</summary>
    public long Unrecoverable { get; private set; }

    /// <summary>Gets a value indicating whether anything is missing.</summary>
    public readonly bool HasGaps => _gaps is not null;

    /// <summary>Copies the gaps, oldest first, including missing parts of the newest sample, for storage.</summary>
    public readonly SampleGap[] CopyGaps()
    {
        var isNewestWhole = _newest is 0 or Whole;
        return _gaps is null && isNewestWhole ? []
            : isNewestWhole ? [.. _gaps!]
            : [.. _gaps ?? [], new SampleGap(Highest, Highest, _newest, IsExpected: true)];
    }

    /// <summary>Restarts with the first datagram of a run, which is marked next.
    /// Earlier ones may still arrive.</summary>
    public void Start(long first, long now)
    {
        DropOldest(_gaps?.Count ?? 0);
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

    /// <summary>Resumes a run of which everything up to <paramref name="highest"/> was received
    /// except <paramref name="gaps"/>. Samples sent while no collector ran do not count as missed.</summary>
    public void Restore(long highest, IReadOnlyList<SampleGap> gaps, long now)
    {
        DropOldest(_gaps?.Count ?? 0);
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

    /// <summary>Goes back to an earlier sample, which is marked next.
    /// What is above it did not come from its sender.</summary>
    /// <param name="sequence">The sample.</param>
    /// <param name="first">The first sample of its sender that was rejected, if one was.</param>
    /// <param name="now">The current timestamp.</param>
    public void Rewind(long sequence, long? first, long now)
    {
        List<SampleGap> kept = [];
        foreach (var gap in _gaps ?? [])
        {
            var end = Math.Min(gap.To, (first ?? sequence) - 1);
            Missed -= gap is { Parts: 0, IsExpected: true } ? gap.To - Math.Max(gap.From - 1, end) : 0;
            if (gap.From <= end)
            {
                kept.Add(gap with { To = end });
            }
        }

        _newest = _gaps?.Find(gap => gap.From <= sequence && gap.To >= sequence).Parts ?? 0;
        if (first < sequence)
        {
            kept.Add(new SampleGap(first.Value, sequence - 1, 0, IsExpected: false) { Timestamp = now });
        }

        _gaps = kept.Count == 0 ? null : kept;
        _isRestored = false;
        Highest = sequence;
    }

    /// <summary>Determines whether an earlier sample, or a part of it, is missing.</summary>
    public readonly bool IsMissing(long sequence)
    {
        for (var index = 0; index < (_gaps?.Count ?? 0); index++)
        {
            if (_gaps![index].From <= sequence && sequence <= _gaps[index].To)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Marks a datagram as received.</summary>
    /// <param name="sequence">Its sequence number.</param>
    /// <param name="part">Which part it is; <see langword="null"/> when it carries the whole sample.</param>
    /// <param name="now">The current timestamp.</param>
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

    /// <summary>Takes the newest gap that is due, because the oldest may be gone already.
    /// A gap whose attempts are exhausted becomes unrecoverable together with all older ones.</summary>
    /// <param name="isDue">Determines whether a gap is due.</param>
    /// <param name="attemptsMax">Attempts after which a gap is unrecoverable.</param>
    /// <param name="now">The current timestamp.</param>
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
                DropOldest(index + 1);
                return false;
            }

            if (gap.Count > WireLimits.RangeSamplesMax)
            {
                if (_gaps.Count >= GapCountMax / 2)
                {
                    // Finish the gaps already requested first, or the pieces would push out the rest.
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

        // Without repair requests, gaps become unrecoverable by age alone.
        while (_gaps is not null && _gaps[0].To < Highest - RepairSamplesMax)
        {
            DropOldest(1);
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
            DropOldest(1);
        }
    }

    private void DropOldest(int count)
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
