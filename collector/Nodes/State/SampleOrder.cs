using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Collector.Nodes.State;

/// <summary>Determines which samples of a node are new, by run and sequence number. For the ingest loop only.</summary>
/// <remarks>
/// Neither sequence nor uptime runs ahead of time: the announced interval and the clock of the collector bound them.
/// A sample outside of these bounds, or behind the current sequence though it was taken later, is a claim:
/// <see cref="SampleClaims"/> grants it when its sender goes on.
/// </remarks>
internal sealed class SampleOrder
{
    /// <summary>
    /// Samples by which a sequence may be ahead of its pace: after a change of interval, and after a delay.
    /// </summary>
    private const int SequenceSlack = 64;

    /// <summary>How far uptime may be ahead of the time passed: a suspended collector measures less.</summary>
    private static readonly TimeSpan UptimeSlack = TimeSpan.FromMinutes(10);

    /// <summary>A clock that is further ahead than this was set, or forged.</summary>
    private static readonly TimeSpan ClockSlack = TimeSpan.FromMinutes(1);

    /// <summary>Intervals of silence after which an unsigned node may continue with an older clock.</summary>
    private const int SilentIntervals = 3;

    /// <summary>
    /// How much longer than its clock says the collector may have been stopped: some boards have no clock of their own.
    /// </summary>
    private static readonly TimeSpan StopSlack = TimeSpan.FromDays(7);

    private readonly TimeProvider _time;
    private readonly TimeSpan _stopped;
    private readonly RunHistory _history;
    private readonly SampleClaims _claims;
    private SampleHeader? _forgotten;
    private SequenceWindow _window;
    private uint? _run;
    private long _missedInEarlierRuns;
    private double _credit;

    /// <summary>Initializes a new instance of the <see cref="SampleOrder"/> class.</summary>
    /// <param name="known">What is known about earlier runs.</param>
    /// <param name="forgotten">The last header of a node that was forgotten:
    /// it is new, but its run may continue.</param>
    /// <param name="time">The clock.</param>
    public SampleOrder(NodeStatus known, SampleHeader? forgotten, TimeProvider time)
    {
        _time = time;
        _history = new RunHistory(known);
        _claims = new SampleClaims(time);
        _forgotten = forgotten;
        if ((forgotten ?? known.Header) is { } header)
        {
            _run = header.Run;
            _window.Restore(header.Sequence, known.Gaps, time.GetTimestamp());
            var away = time.GetUtcNow() - known.LastSeen;
            _stopped = StopSlack + (away > TimeSpan.Zero ? away : TimeSpan.Zero);
        }
    }

    /// <summary>Gets a value indicating whether samples of the current run are missing.</summary>
    public bool HasGaps => _window.HasGaps;

    /// <summary>Gets the run and sequence number of the newest sample.</summary>
    public (uint? Run, long Sequence) Newest => (_run, _window.Highest);

    /// <summary>Gets the samples of all runs of which nothing has arrived.</summary>
    public long Missed => _missedInEarlierRuns + _window.Missed;

    /// <summary>Gets the completely repaired samples.</summary>
    public long Repaired => _window.Repaired;

    /// <summary>Gets the samples that are missing for good.</summary>
    public long Unrecoverable => _window.Unrecoverable;

    /// <summary>Gets the change of run by the last sample, if there was one.</summary>
    public RunEntry? Entered { get; private set; }

    /// <summary>Gets a value indicating whether the last sample regained the place of its sender.</summary>
    public bool IsRegained { get; private set; }

    /// <summary>Gets the earlier runs, oldest first.</summary>
    public IReadOnlyList<EarlierRun> EarlierRuns => _history.Runs;

    /// <summary>Gets the earlier boots, oldest first.</summary>
    public IReadOnlyList<BootMark> EarlierBoots => _history.Boots;

    /// <summary>Determines whether an earlier sample of the current run is missing.</summary>
    public bool IsMissing(SampleHeader header) => header.Run == _run && _window.IsMissing(header.Sequence);

    /// <summary>Copies the gaps, oldest first.</summary>
    public SampleGap[] CopyGaps() => _window.CopyGaps();

    /// <summary>Takes the next gap to request; see <see cref="SequenceWindow.TryTakeDue"/>.</summary>
    public bool TryTakeDueGap(Func<SampleGap, long, bool> isDue, int attemptsMax, long now, out SampleGap gap) =>
        _window.TryTakeDue(isDue, attemptsMax, now, out gap);

    /// <summary>Applies a sample.</summary>
    /// <param name="header">Its header.</param>
    /// <param name="status">The status of the node before it.</param>
    /// <param name="mayBeOlder">Whether a sample with an older clock is credible:
    /// it is not signed, and comes from the address of the node.</param>
    /// <param name="receivedTimestamp">When it arrived.</param>
    public ApplyOutcome Apply(SampleHeader header, NodeStatus status, bool mayBeOlder, long receivedTimestamp)
    {
        Entered = null;
        IsRegained = false;

        // Nothing was received by this process before: the sender went on while no collector ran.
        var elapsed = _time.GetElapsedTime(status.LastSeenTimestamp, receivedTimestamp)
            + (status.Received == 0 ? _stopped : TimeSpan.Zero);
        var outcome = Order(header, status, elapsed, receivedTimestamp);
        if ((outcome == ApplyOutcome.Accepted && header.Sequence == _window.Highest)
            || !IsClaim(header, status, outcome, elapsed, mayBeOlder)
            || _claims.Add(header, receivedTimestamp) is not { } first)
        {
            return outcome;
        }

        _claims.Clear();
        Grant(header, status, outcome, first, receivedTimestamp);
        return ApplyOutcome.Accepted;
    }

    private ApplyOutcome Order(SampleHeader header, NodeStatus status, TimeSpan elapsed, long receivedTimestamp)
    {
        var newest = status.Header ?? _forgotten;
        if (newest is not null && IsUptimeAhead(header, newest, elapsed))
        {
            return ApplyOutcome.AheadOfTime;
        }

        if (_run != header.Run)
        {
            if (!_history.MayEnter(header, newest, out var reached))
            {
                return ApplyOutcome.OldRun;
            }

            EnterRun(header, status, reached, receivedTimestamp);
        }
        else if (header.Sequence > _window.Highest)
        {
            var credit = _credit + (status.Interval > TimeSpan.Zero ? elapsed / status.Interval : 0);
            var advance = header.Sequence - _window.Highest;
            if (advance > credit + SequenceSlack)
            {
                return ApplyOutcome.AheadOfTime;
            }

            _credit = Math.Clamp(credit - advance, 0, SequenceSlack);
        }

        return _window.Mark(header.Sequence, header.Part, receivedTimestamp) switch
        {
            SequenceVerdict.New => ApplyOutcome.Accepted,
            SequenceVerdict.Repeated => ApplyOutcome.Duplicate,
            _ => ApplyOutcome.TooOld,
        };
    }

    private static bool IsUptimeAhead(SampleHeader header, SampleHeader newest, TimeSpan elapsed) =>
        header.Boot != 0 && header.Boot == newest.Boot
        && header.UptimeSeconds is { } uptime && newest.UptimeSeconds is { } before
        && uptime - before > (elapsed + UptimeSlack).TotalSeconds;

    /// <summary>Determines whether a sample outside of the order may come from a live sender.</summary>
    /// <remarks>
    /// A copy or a replayed recording was taken before the newest sample; only the clock of the sender shows that.
    /// If the newest sample came from another clock, far ahead, the clock of the collector decides.
    /// </remarks>
    private bool IsClaim(
        SampleHeader header, NodeStatus status, ApplyOutcome outcome, TimeSpan elapsed, bool mayBeOlder)
    {
        var newest = status.Header ?? _forgotten;
        if (newest is null || outcome == ApplyOutcome.AheadOfTime)
        {
            return true;
        }

        // A repaired sample is later by its clock if that was set back after it, but not by its uptime.
        var now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        var slack = (long)ClockSlack.TotalMilliseconds;
        var isOfNow = Math.Abs(header.TimeMilliseconds - now) < slack;
        if (header.TimeMilliseconds > newest.TimeMilliseconds)
        {
            return isOfNow || header.Run != newest.Run || header.UptimeSeconds is not { } uptime
                || uptime >= newest.UptimeSeconds;
        }

        return (isOfNow && newest.TimeMilliseconds - header.TimeMilliseconds > slack
                && newest.TimeMilliseconds > now + slack)
            || (mayBeOlder && outcome != ApplyOutcome.Duplicate && elapsed >= status.Interval * SilentIntervals);
    }

    private void Grant(
        SampleHeader header, NodeStatus status, ApplyOutcome outcome, long first, long receivedTimestamp)
    {
        // A sequence that is only ahead has no rival: its gap is requested, and nothing has to be given back.
        IsRegained = outcome != ApplyOutcome.AheadOfTime || header.Sequence <= _window.Highest || _run != header.Run;
        _credit = 0;
        if (_run != header.Run)
        {
            _history.Admit(header);
            EnterRun(header, status, null, receivedTimestamp);
        }
        else if (header.Sequence < _window.Highest)
        {
            _window.Rewind(header.Sequence, outcome == ApplyOutcome.Accepted ? null : first, receivedTimestamp);
        }

        _window.Mark(header.Sequence, header.Part, receivedTimestamp);
    }

    /// <summary>Switches to another run: a new one,
    /// or an earlier one that continues beyond its highest sequence.</summary>
    /// <remarks>No replay can do the latter, so a forged run shuts out the real one for one datagram only.</remarks>
    private void EnterRun(SampleHeader header, NodeStatus status, long? reached, long receivedTimestamp)
    {
        _history.Enter(header, status.Header ?? _forgotten, _window.Highest);
        _missedInEarlierRuns += _window.Missed;
        if (status.Header is not null)
        {
            Entered = new RunEntry(
                status,
                IsReturn: reached is not null,
                status.Received > 0 ? _time.GetElapsedTime(status.LastSeenTimestamp, receivedTimestamp) : null);
        }

        _run = header.Run;
        _credit = 0;
        if (reached is { } highest)
        {
            _window.Restore(highest, [], receivedTimestamp);
        }
        else
        {
            _window.Start(header.Sequence, receivedTimestamp);
        }
    }
}
