using System.Net;
using NodeTelemetry.Collector.Nodes.Events;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Collector.Nodes.State;

/// <summary>The state of one node. Written by the ingest loop only; other threads read <see cref="Status"/>.</summary>
internal sealed class NodeState
{
    /// <summary>Intervals without a datagram from the current address after which another one replaces it.</summary>
    private const int AddressIntervals = 3;

    /// <summary>Intervals after a halfway probe within which a new sample must be the reply.</summary>
    private const double ReplyIntervals = 0.25;

    /// <summary>
    /// The assumed interval of a raspi-cluster node until it has been learnt: the default of its daemon.
    /// </summary>
    private static readonly TimeSpan LegacyInterval = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How far the age of a sample by its clock may exceed the age by its number: longer than a suspend.
    /// </summary>
    private const double ClockDoubtMilliseconds = 3_600_000;

    /// <summary>
    /// Least time between two datagrams of a raspi-cluster node; closer ones are copies over another path.
    /// </summary>
    private static readonly TimeSpan LegacyGapMin = TimeSpan.FromMilliseconds(50);

    private readonly TimeProvider _time;
    private readonly SampleOrder _order;
    private readonly SampleMerger _merger = new();
    private readonly SocketAddress _source = new(System.Net.Sockets.AddressFamily.InterNetworkV6);
    private long _sourceTimestamp;
    private DateTimeOffset _newestAt;
    private volatile NodeStatus _status;

    /// <summary>Initializes a new instance of the <see cref="NodeState"/> class for a new node.</summary>
    /// <remarks>The snapshot itself is passed to <see cref="Apply"/> next.</remarks>
    /// <param name="id">The identity.</param>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="receivedTimestamp">When it arrived.</param>
    /// <param name="forgotten">Its status when it was forgotten, if kept: its runs are rejected.</param>
    /// <param name="time">The clock.</param>
    public NodeState(
        string id, NodeSnapshot snapshot, long receivedTimestamp, NodeStatus? forgotten, TimeProvider time)
    {
        _time = time;
        Probes = new ProbeState(time);
        Cookies = new CookieState(time);
        Reduced = new SampleCompleter(time);
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
        _order = new SampleOrder(_status with { LastSeen = forgotten?.LastSeen ?? now }, forgotten?.Header, time);
    }

    /// <summary>
    /// Initializes a new instance of the <see cref="NodeState"/> class for a node of an earlier process.
    /// </summary>
    public NodeState(NodeStatus known, TimeProvider time)
    {
        _time = time;
        Probes = new ProbeState(time);
        Cookies = new CookieState(time);
        Reduced = new SampleCompleter(time);
        Notifications = new NotificationState(time)
        {
            IsSilenceReported = known is { Health: NodeHealth.Lost, IsIsolated: false },
        };
        _status = known;
        _newestAt = known.LastSeen;
        _order = new SampleOrder(known, forgotten: null, time);

        // It is probably still at its last address, so it can be probed.
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

    /// <summary>Gets the immutable view for other threads.</summary>
    public NodeStatus Status => _status;

    /// <summary>Gets its source address: the address in the status, with its port.</summary>
    public SocketAddress Source => _source;

    /// <summary>Gets a value indicating whether its address is known and it uses this protocol.</summary>
    public bool CanBeProbed => _status.Port is not null && _status.Header is not null;

    /// <summary>Gets or sets when the next check is due; <see cref="long.MaxValue"/> for never.</summary>
    public long DueTimestamp { get; set; } = long.MaxValue;

    /// <summary>Gets the probing state.</summary>
    public ProbeState Probes { get; }

    /// <summary>Gets the cookie for unsigned requests.</summary>
    public CookieState Cookies { get; }

    /// <summary>Gets what completes its reduced samples.</summary>
    public SampleCompleter Reduced { get; }

    /// <summary>Gets the last accepted sample, complete as far as its full sample is known.</summary>
    public NodeSnapshot? Completed { get; private set; }

    /// <summary>Gets a value indicating whether samples of its current run are missing.</summary>
    public bool HasGaps => _order.HasGaps;

    /// <summary>Gets or sets the timestamp of the next permitted repair request.</summary>
    public long RepairedFromTimestamp { get; set; }

    /// <summary>Gets or sets the address under which the registry counts it.</summary>
    public string? EntryAddress { get; set; }

    /// <summary>Gets or sets the host name under which the registry finds it.</summary>
    public string? EntryHostname { get; set; }

    /// <summary>Gets what has been reported about it.</summary>
    public NotificationState Notifications { get; }

    /// <summary>Gets the change of run by the last datagram, if there was one.</summary>
    public RunEntry? Entered => _order.Entered;

    /// <summary>Gets a value indicating whether the last datagram regained the place of its sender.</summary>
    public bool IsRegained => _order.IsRegained;

    /// <summary>Applies a snapshot unless it is a duplicate. Only the newest sample changes the health.</summary>
    public ApplyOutcome Apply(NodeSnapshot snapshot, SocketAddress source, long receivedTimestamp)
    {
        if (snapshot.Header is { } earlier && _order.IsMissing(earlier) && !Reduced.CanComplete(earlier))
        {
            return ApplyOutcome.Incomplete;
        }

        var outcome = snapshot.Header is { } header
            ? Order(header, snapshot.Signature is null && IsSource(source), receivedTimestamp)
            : OrderLegacy(receivedTimestamp);
        var status = _status;
        if (IsSource(source))
        {
            _sourceTimestamp = receivedTimestamp;
        }

        if (Reduced.IsMissing(snapshot.Header) && outcome != ApplyOutcome.AheadOfTime)
        {
            // Requested, even if it was received before in part, or is older than what is kept of the run.
            outcome = outcome == ApplyOutcome.TooOld ? ApplyOutcome.Duplicate : outcome;
            status = ApplyFull(status, snapshot);
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
            var isNewest = snapshot.Header is null || snapshot.Header.Sequence == _order.Newest.Sequence;
            Completed = Reduced.Complete(snapshot, isNewest);
            _status = WithGaps(isNewest
                ? ApplySample(status, Completed, source, receivedTimestamp)
                : status with { Received = status.Received + 1 });
            if (!HasGaps)
            {
                Reduced.OnRepaired();
            }
        }

        return outcome;
    }

    /// <summary>Determines whether a datagram that was accepted belongs to the newest sample,
    /// so that its copy is certainly a duplicate.</summary>
    public bool IsNewest(uint run, long sequence) =>
        _order.Newest == (run, sequence) && _status.Header is { } newest
        && newest.Run == run && newest.Sequence == sequence;

    /// <summary>Takes the next gap to request; see <see cref="SequenceWindow.TryTakeDue"/>.</summary>
    public bool TryTakeDueGap(Func<SampleGap, long, bool> isDue, int attemptsMax, long now, out SampleGap gap)
    {
        var before = _order.Unrecoverable;
        var isTaken = _order.TryTakeDueGap(isDue, attemptsMax, now, out gap);
        if (_order.Unrecoverable != before)
        {
            _status = WithGaps(_status);
        }

        return isTaken;
    }

    /// <summary>Estimates when a sample that arrived after newer ones would have arrived in order.</summary>
    /// <remarks>
    /// By the sender's clock against that of the newest sample, so that it does not matter whether it is right;
    /// where it was set in between, by the promised interval. A tick that is skipped takes no number,
    /// so a sample may be older than its number says, but not by an hour, and not younger.
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

    /// <summary>Changes the health.</summary>
    /// <param name="health">The health.</param>
    /// <param name="isIsolated">Whether it is isolated: lost in an outage together with others.</param>
    public void SetHealth(NodeHealth health, bool isIsolated = false) =>
        _status = _status with { Health = health, HealthSince = _time.GetUtcNow(), IsIsolated = isIsolated };

    /// <summary>Ends the isolation: the node is lost individually now.</summary>
    public void EndIsolation() => _status = _status with { IsIsolated = false };

    /// <summary>Records an identity conflict. The first one stays visible until it is over,
    /// except that a shared id is worse than a shared name.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="otherNode">The other node's identity.</param>
    /// <param name="otherAddress">The other node's address.</param>
    /// <param name="text">The text of its event; <see langword="null"/> if it was reported before.</param>
    public void SetConflict(NodeEventKind kind, string? otherNode, string? otherAddress, string? text)
    {
        Notifications.ConflictTimestamp = _time.GetTimestamp();
        if (_status.Conflict is not { } conflict
            || (kind == NodeEventKind.DuplicateNode && conflict.Kind != NodeEventKind.DuplicateNode))
        {
            conflict = new IdentityConflict(kind, _time.GetUtcNow(), otherNode, otherAddress, text ?? string.Empty);
            _status = _status with { Conflict = conflict };
        }
        else if (conflict.Kind == kind && text is not null)
        {
            _status = _status with { Conflict = conflict with { Text = text } };
        }
    }

    /// <summary>Clears the identity conflict.</summary>
    public void ClearConflict() => _status = _status with { Conflict = null };

    private static TimeSpan? GetInterval(SampleHeader? header) =>
        header is null ? null : TimeSpan.FromMilliseconds(header.IntervalMilliseconds);

    private ApplyOutcome OrderLegacy(long receivedTimestamp) =>
        _status.Received > 0 && _time.GetElapsedTime(_status.LastSeenTimestamp, receivedTimestamp) < LegacyGapMin
            ? ApplyOutcome.Duplicate
            : ApplyOutcome.Accepted;

    private ApplyOutcome Order(SampleHeader header, bool mayBeOlder, long receivedTimestamp)
    {
        var outcome = _order.Apply(header, _status, mayBeOlder, receivedTimestamp);
        if (Entered is not null || IsRegained)
        {
            _status = _status with { EarlierRuns = _order.EarlierRuns, EarlierBoots = _order.EarlierBoots };
        }

        return outcome;
    }

    /// <summary>Determines whether a duplicate is a probe reply, which proves that the node is alive.</summary>
    /// <remarks>It must come from the probed address and be the newest sample, received before the probe.
    /// A copy from elsewhere, or of an older sample, may be a replay.</remarks>
    private bool IsProbeReply(SampleHeader? header, SocketAddress source, long receivedTimestamp) =>
        Probes.IsReplyExpected(receivedTimestamp) && header?.Sequence == _order.Newest.Sequence && IsSource(source)
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

    /// <summary>Applies the full sample that newer ones build upon.</summary>
    private NodeStatus ApplyFull(NodeStatus status, NodeSnapshot full) => status with
    {
        Readings = Reduced.TakeMissing(full) ?? status.Readings,
        About = status.About ?? full.About,
        Labels = status.Labels ?? full.Labels,
    };

    /// <summary>Finds the labels after a sample.
    /// They come with about, so an about without labels means that there are none any more.</summary>
    private static IReadOnlyList<KeyValuePair<string, string>>? FindLabels(NodeStatus status, NodeSnapshot snapshot) =>
        snapshot.Labels ?? (snapshot.Header?.Part is null && snapshot.About is not null ? null : status.Labels);

    private NodeStatus ApplySample(
        NodeStatus status, NodeSnapshot snapshot, SocketAddress source, long receivedTimestamp)
    {
        var now = _time.GetUtcNow();
        var readings = _merger.Merge(status.Readings, Reduced.WithKnown(snapshot, status.Readings));
        var health = Goodbye.HealthAfter(readings.Bye);

        var isProbed = Probes.IsReplyExpected(receivedTimestamp) && IsSource(source);
        var isNewSample = (status.Header?.Run, status.Header?.Sequence) != _order.Newest;
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
            Labels = FindLabels(status, snapshot),
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
        var (missed, gaps) = (_order.Missed, _order.CopyGaps());

        // Most datagrams change nothing here, and a copy has half a kilobyte.
        return gaps.Length == 0 && status.Gaps.Count == 0 && status.Missed == missed
            && status.Repaired == _order.Repaired && status.Unrecoverable == _order.Unrecoverable
            ? status
            : status with
            {
                Missed = missed,
                Repaired = _order.Repaired,
                Unrecoverable = _order.Unrecoverable,
                Gaps = gaps,
            };
    }

    private TimeSpan LearnInterval(NodeStatus status, long receivedTimestamp)
    {
        if (status.Received == 0)
        {
            // A new node starts with the default of its daemon, a restored one with the learnt interval.
            return status.Interval;
        }

        var gap = _time.GetElapsedTime(status.LastSeenTimestamp, receivedTimestamp);
        if (status.Received < NodeStatus.LegacyLearningCount)
        {
            // The longest of the first gaps counts; the node is not evaluated before.
            return status.Received == 1 || gap > status.Interval ? gap : status.Interval;
        }

        // A moving average; a long outage must not teach a long interval, so a gap counts at most twice the interval.
        var counted = gap < status.Interval * 2 ? gap : status.Interval * 2;
        return status.Interval + ((counted - status.Interval) / 8);
    }

    // SocketAddress compares its whole buffer, including the bytes beyond its size.
    private bool IsSource(SocketAddress source) =>
        _source.Buffer.Span[.._source.Size].SequenceEqual(source.Buffer.Span[..source.Size]);

    /// <summary>Determines whether a node moved to another address.</summary>
    /// <remarks>It sends each sample on every interface and in both families, and which copy arrives first is chance.
    /// So an address stays as long as datagrams of this run come from it, even if only copies.</remarks>
    private bool HasMoved(SocketAddress source, NodeStatus status, SampleHeader? header, long receivedTimestamp) =>
        status.Port is null
        || (!IsSource(source)
            && (_time.GetElapsedTime(_sourceTimestamp, receivedTimestamp) >= status.Interval * AddressIntervals
                || status.Header?.Run != header?.Run));

    private void SetSource(SocketAddress source, long timestamp)
    {
        source.Buffer.Span[..source.Size].CopyTo(_source.Buffer.Span);
        _source.Size = source.Size;
        _sourceTimestamp = timestamp;
    }
}
