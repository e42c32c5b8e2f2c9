using System.Net;
using NodeTelemetry.Collector.Nodes.Events;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Collector.Nodes.State;

/// <summary>
/// Everything about one node that changes. Written by the ingest loop only; others read <see cref="Status"/>.
/// </summary>
internal sealed class NodeState
{
    /// <summary>Intervals without a datagram from an address after which another one is shown.</summary>
    private const int AddressIntervals = 3;

    /// <summary>Intervals after a question halfway between two samples within which a new one must be its
    /// answer.</summary>
    private const double ReplyIntervals = 0.25;

    /// <summary>
    /// What a raspi-cluster node is taken to promise until its interval has been learnt: what its daemon sends at.
    /// </summary>
    private static readonly TimeSpan LegacyInterval = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How much older than its number says a sample may be by its clock: longer than a machine is suspended or busy.
    /// </summary>
    private const double ClockDoubtMilliseconds = 3_600_000;

    /// <summary>
    /// A raspi-cluster node's datagrams are this far apart at least; closer ones are copies by another way.
    /// </summary>
    private static readonly TimeSpan LegacyGapMin = TimeSpan.FromMilliseconds(50);

    private readonly TimeProvider _time;
    private readonly RunHistory _history;
    private readonly SampleMerger _merger = new();
    private readonly SocketAddress _source = new(System.Net.Sockets.AddressFamily.InterNetworkV6);
    private long _sourceTimestamp;
    private SequenceWindow _window;
    private uint? _run;
    private SampleHeader? _forgotten;
    private long _missedInEarlierRuns;
    private DateTimeOffset _newestAt;
    private volatile NodeStatus _status;

    /// <summary>
    /// Initializes a new instance of the <see cref="NodeState"/> class for a node that is heard for the first time.
    /// </summary>
    /// <remarks>The snapshot itself is to be given to <see cref="Apply"/> next.</remarks>
    /// <param name="id">The identity.</param>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="receivedTimestamp">When it arrived.</param>
    /// <param name="forgotten">What it was when it was forgotten, if it is known still: its runs are refused.</param>
    /// <param name="time">The clock.</param>
    public NodeState(
        string id, NodeSnapshot snapshot, long receivedTimestamp, NodeStatus? forgotten, TimeProvider time)
    {
        _time = time;
        Probes = new ProbeState(time);
        Notifications = new NotificationState(time);
        var now = time.GetUtcNow();
        _status = new NodeStatus
        {
            Id = id,
            Hostname = snapshot.Hostname,
            Health = NodeHealth.Up,
            HealthSince = now,
            FirstSeen = now,
            LastSeen = now,
            LastSeenTimestamp = receivedTimestamp,
            Interval = GetInterval(snapshot.Header) ?? LegacyInterval,
            Readings = snapshot,
            Received = 0,
            Missed = 0,
            Duplicates = 0,
            EarlierRuns = forgotten?.EarlierRuns ?? [],
            EarlierBoots = forgotten?.EarlierBoots ?? [],
        };
        _history = new RunHistory(_status);
        if (forgotten?.Header is { } header)
        {
            // It is a new node, but its last run may go on; another one ends it.
            _run = header.Run;
            _forgotten = header;
            _window.Restore(header.Sequence, [], receivedTimestamp);
        }
    }

    /// <summary>
    /// Initializes a new instance of the <see cref="NodeState"/> class for a node that an earlier process knew.
    /// </summary>
    public NodeState(NodeStatus known, TimeProvider time)
    {
        _time = time;
        Probes = new ProbeState(time);
        Notifications = new NotificationState(time)
        {
            IsSilenceReported = known is { Health: NodeHealth.Lost, IsIsolated: false },
        };
        _status = known;
        _run = known.Header?.Run;
        _newestAt = known.LastSeen;
        _history = new RunHistory(known);
        if (known.Header is { } header)
        {
            _window.Restore(header.Sequence, known.Gaps, time.GetTimestamp());
        }

        // Where it was heard last it is probably still, and can be asked.
        if (known.Port is { } port && IPAddress.TryParse(known.Address, out var address))
        {
            SetSource(new IPEndPoint(address, port).Serialize(), time.GetTimestamp());
            Probes.Restore(known.IsMulticastLost);
        }
        else
        {
            _status = known with { AnswersProbes = false, IsMulticastLost = false };
        }
    }

    /// <summary>Gets what others may see of it.</summary>
    public NodeStatus Status => _status;

    /// <summary>Gets where its datagrams come from: the address that is shown, with its port.</summary>
    public SocketAddress Source => _source;

    /// <summary>Gets a value indicating whether it is known where to ask it, and it speaks our protocol.</summary>
    public bool CanBeProbed => _status.Port is not null && _status.Header is not null;

    /// <summary>Gets or sets when the next check is due; <see cref="long.MaxValue"/> for never.</summary>
    public long DueTimestamp { get; set; } = long.MaxValue;

    /// <summary>Gets the state of its probing.</summary>
    public ProbeState Probes { get; }

    /// <summary>Gets a value indicating whether samples of its present run have not come.</summary>
    public bool HasGaps => _window.HasGaps;

    /// <summary>Gets or sets the timestamp from which it may be asked for samples again.</summary>
    public long RepairedFromTimestamp { get; set; }

    /// <summary>Gets what has been told of it.</summary>
    public NotificationState Notifications { get; }

    /// <summary>Gets the change of run that the last datagram brought, if it did.</summary>
    public RunEntry? Entered { get; private set; }

    /// <summary>
    /// Takes a snapshot, unless it has been taken before. Health follows it, except for one that is not the newest.
    /// </summary>
    public ApplyOutcome Apply(NodeSnapshot snapshot, SocketAddress source, long receivedTimestamp)
    {
        Entered = null;
        var outcome = snapshot.Header is { } header ? Order(header, receivedTimestamp) : OrderLegacy(receivedTimestamp);
        var status = _status;
        if (IsShown(source))
        {
            _sourceTimestamp = receivedTimestamp;
        }

        if (outcome == ApplyOutcome.Duplicate)
        {
            var counted = status with { Duplicates = status.Duplicates + 1 };
            _status = IsProbeReply(snapshot.Header, source, receivedTimestamp)
                ? ApplyProbeReply(counted, receivedTimestamp)
                : counted;
        }
        else if (outcome == ApplyOutcome.Accepted)
        {
            var isNewest = snapshot.Header is null || snapshot.Header.Sequence == _window.Highest;
            _status = WithGaps(isNewest
                ? ApplySample(status, snapshot, source, receivedTimestamp)
                : status with { Received = status.Received + 1 });
        }

        return outcome;
    }

    /// <summary>Takes what is to be asked for next; see <see cref="SequenceWindow.TryTakeDue"/>.</summary>
    public bool TryTakeDueGap(Func<SampleGap, long, bool> isDue, int attemptsMax, long now, out SampleGap gap)
    {
        var before = _window.Unrecoverable;
        var isTaken = _window.TryTakeDue(isDue, attemptsMax, now, out gap);
        if (_window.Unrecoverable != before)
        {
            _status = WithGaps(_status);
        }

        return isTaken;
    }

    /// <summary>Tells when a sample that comes after newer ones would have arrived.</summary>
    /// <remarks>
    /// By the sender's clock against that of the newest sample, so that it does not matter whether it is right; where
    /// it was set in between, by the promised interval. A tick that is skipped takes no number, so a sample may be
    /// older than its number says, but not by an hour, and not younger.
    /// </remarks>
    public DateTimeOffset EstimateArrival(SampleHeader header)
    {
        var newest = _status.Header!;
        var byNumber = (newest.Sequence - header.Sequence) * (double)header.IntervalMilliseconds;
        var byClock = (double)newest.TimeMilliseconds - header.TimeMilliseconds;
        var isCredible = newest.Run == header.Run
            && byClock >= byNumber - header.IntervalMilliseconds
            && byClock <= byNumber + ClockDoubtMilliseconds;
        return _newestAt - TimeSpan.FromMilliseconds(Math.Max(0, isCredible ? byClock : byNumber));
    }

    /// <summary>Gives the node another health.</summary>
    /// <param name="health">The health.</param>
    /// <param name="isIsolated">Whether it is lost together with others.</param>
    public void SetHealth(NodeHealth health, bool isIsolated = false) =>
        _status = _status with { Health = health, HealthSince = _time.GetUtcNow(), IsIsolated = isIsolated };

    /// <summary>Ends what held it together with others: it is lost by itself now.</summary>
    public void EndIsolation() => _status = _status with { IsIsolated = false };

    /// <summary>Notes what is wrong with its identity. What was found first is shown until it is over.</summary>
    public void SetConflict(NodeEventKind kind, string? otherNode, string? otherAddress)
    {
        Notifications.ConflictTimestamp = _time.GetTimestamp();
        if (_status.Conflict is null)
        {
            _status = _status with
            {
                Conflict = new IdentityConflict(kind, _time.GetUtcNow(), otherNode, otherAddress),
            };
        }
    }

    /// <summary>Notes that nothing is wrong with its identity any more.</summary>
    public void ClearConflict() => _status = _status with { Conflict = null };

    private static TimeSpan? GetInterval(SampleHeader? header) =>
        header is null ? null : TimeSpan.FromMilliseconds(header.IntervalMilliseconds);

    private ApplyOutcome OrderLegacy(long receivedTimestamp) =>
        _status.Received > 0 && _time.GetElapsedTime(_status.LastSeenTimestamp, receivedTimestamp) < LegacyGapMin
            ? ApplyOutcome.Duplicate
            : ApplyOutcome.Accepted;

    private ApplyOutcome Order(SampleHeader header, long receivedTimestamp)
    {
        if (_run != header.Run && !TryEnterRun(header, receivedTimestamp))
        {
            return ApplyOutcome.OldRun;
        }

        return _window.Mark(header.Sequence, header.Part, receivedTimestamp) switch
        {
            SequenceVerdict.New => ApplyOutcome.Accepted,
            SequenceVerdict.Repeated => ApplyOutcome.Duplicate,
            _ => ApplyOutcome.TooOld,
        };
    }

    /// <summary>
    /// Makes another run the present one: a new one, or an earlier one that goes on beyond where it was left. No replay
    /// can do the latter, so whoever forges a run shuts the living one out for one datagram only.
    /// </summary>
    private bool TryEnterRun(SampleHeader header, long receivedTimestamp)
    {
        var newest = _status.Header ?? _forgotten;
        if (!_history.MayEnter(header, newest, out var reached))
        {
            return false;
        }

        _history.Enter(header, newest);
        _missedInEarlierRuns += _window.Missed;
        if (_status.Header is not null)
        {
            Entered = new RunEntry(
                _status,
                IsReturn: reached is not null,
                _status.Received > 0 ? _time.GetElapsedTime(_status.LastSeenTimestamp, receivedTimestamp) : null);
        }

        _run = header.Run;
        if (reached is { } highest)
        {
            _window.Restore(highest, [], receivedTimestamp);
        }
        else
        {
            _window.Start(header.Sequence, receivedTimestamp);
        }

        _status = _status with { EarlierRuns = _history.Runs, EarlierBoots = _history.Boots };
        return true;
    }

    /// <summary>
    /// Asks whether a duplicate proves life: it must come from where a probe has just been sent, and be the newest
    /// sample, known since before the probe. A copy from elsewhere, or of an older sample, may be anybody's replay.
    /// </summary>
    private bool IsProbeReply(SampleHeader? header, SocketAddress source, long receivedTimestamp) =>
        Probes.IsReplyExpected(receivedTimestamp) && header?.Sequence == _window.Highest && IsShown(source)
        && _status.Health is not (NodeHealth.Left or NodeHealth.Rebooting);

    private NodeStatus ApplyProbeReply(NodeStatus status, long receivedTimestamp)
    {
        Probes.OnReceived();
        var now = _time.GetUtcNow();
        var isUp = status.Health == NodeHealth.Up;
        if (!isUp)
        {
            Probes.OnProbeRecovered(receivedTimestamp);
        }

        return status with
        {
            Health = NodeHealth.Up,
            HealthSince = isUp ? status.HealthSince : now,
            IsIsolated = false,
            LastSeen = now,
            LastSeenTimestamp = receivedTimestamp,
            AnswersProbes = true,
            IsMulticastLost = Probes.IsMulticastLost,
            ProbeRecoveries = status.ProbeRecoveries + (isUp ? 0 : 1),
        };
    }

    private NodeStatus ApplySample(
        NodeStatus status, NodeSnapshot snapshot, SocketAddress source, long receivedTimestamp)
    {
        var now = _time.GetUtcNow();
        var readings = _merger.Merge(status.Readings, snapshot);
        var health = Goodbye.HealthAfter(readings.Bye);

        var isProbed = Probes.IsReplyExpected(receivedTimestamp) && IsShown(source);
        var isNewSample = (status.Header?.Sequence, status.Header?.Run) != (_window.Highest, _run);
        var isUnsolicited = !isProbed && isNewSample;
        var isAnswer = isNewSample && Probes.SinceSent(receivedTimestamp) < status.Interval * ReplyIntervals;
        var isRecovery = isProbed
            && (Probes.MustPoll || isAnswer || status.Health is NodeHealth.Late or NodeHealth.Lost);
        if (isRecovery)
        {
            Probes.OnProbeRecovered(receivedTimestamp);
        }
        else if (isUnsolicited)
        {
            Probes.OnUnsolicited();
        }

        Probes.OnReceived();
        if (isNewSample)
        {
            Probes.OnSample(receivedTimestamp);
        }

        _newestAt = now;
        var hasMoved = HasMoved(source, status, snapshot.Header, receivedTimestamp);
        if (hasMoved)
        {
            Probes.OnMoved();
            SetSource(source, receivedTimestamp);
        }

        // Labels come with about, so an agent without labels any more shows by an about without them.
        var isWhole = snapshot.Header?.Part is null;
        return status with
        {
            Hostname = snapshot.Hostname,
            Health = health,
            HealthSince = health == status.Health ? status.HealthSince : now,
            IsIsolated = false,
            LastSeen = now,
            LastSeenTimestamp = receivedTimestamp,
            Interval = GetInterval(snapshot.Header) ?? LearnInterval(status, receivedTimestamp),
            Address = hasMoved ? SourceText.FormatAddress(source) : status.Address,
            Port = hasMoved ? SourceText.GetPort(source) : status.Port,
            Header = snapshot.Header,
            Readings = readings,
            About = snapshot.About ?? status.About,
            Labels = snapshot.Labels ?? (isWhole && snapshot.About is not null ? null : status.Labels),
            Bye = readings.Bye,
            ClockDeviationSeconds = isUnsolicited && snapshot.Header is { } header
                ? (header.TimeMilliseconds - now.ToUnixTimeMilliseconds()) / 1000.0
                : status.ClockDeviationSeconds,
            Received = status.Received + 1,
            AnswersProbes = status.AnswersProbes && !hasMoved,
            IsMulticastLost = Probes.IsMulticastLost,
            ProbeRecoveries = status.ProbeRecoveries + (isRecovery ? 1 : 0),
        };
    }

    private NodeStatus WithGaps(NodeStatus status)
    {
        var (missed, gaps) = (_missedInEarlierRuns + _window.Missed, _window.CopyGaps());

        // Most datagrams leave nothing out, and a copy has half a kilobyte.
        return gaps.Length == 0 && status.Gaps.Count == 0 && status.Missed == missed
            && status.Repaired == _window.Repaired && status.Unrecoverable == _window.Unrecoverable
            ? status
            : status with
            {
                Missed = missed,
                Repaired = _window.Repaired,
                Unrecoverable = _window.Unrecoverable,
                Gaps = gaps,
            };
    }

    private TimeSpan LearnInterval(NodeStatus status, long receivedTimestamp)
    {
        if (status.Received == 0)
        {
            // A new one starts with what its daemon usually does, a restored one with what had been learnt.
            return status.Interval;
        }

        var gap = _time.GetElapsedTime(status.LastSeenTimestamp, receivedTimestamp);
        if (status.Received < NodeStatus.LegacyLearningCount)
        {
            // The first gaps are believed at once, the longer of them; nobody judges the node before.
            return status.Received == 1 || gap > status.Interval ? gap : status.Interval;
        }

        // A moving average; a long outage must not teach a long interval, so a gap counts as twice the known one at
        // most.
        var heard = gap < status.Interval * 2 ? gap : status.Interval * 2;
        return status.Interval + ((heard - status.Interval) / 8);
    }

    // SocketAddress compares its whole buffer, also what lies behind its size.
    private bool IsShown(SocketAddress source) =>
        _source.Buffer.Span[.._source.Size].SequenceEqual(source.Buffer.Span[..source.Size]);

    /// <summary>
    /// Asks whether a node sends from elsewhere. It sends each sample on every interface and in both families, and
    /// which copy comes first is chance: so an address stays for as long as it is heard in this run, be it by copies
    /// only.
    /// </summary>
    private bool HasMoved(SocketAddress source, NodeStatus status, SampleHeader? header, long receivedTimestamp) =>
        status.Port is null
        || (!IsShown(source)
            && (_time.GetElapsedTime(_sourceTimestamp, receivedTimestamp) >= status.Interval * AddressIntervals
                || status.Header?.Run != header?.Run));

    private void SetSource(SocketAddress source, long timestamp)
    {
        source.Buffer.Span[..source.Size].CopyTo(_source.Buffer.Span);
        _source.Size = source.Size;
        _sourceTimestamp = timestamp;
    }
}
