using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Collector.Nodes.State;

/// <summary>
/// The status of a node at one moment. Immutable: every accepted datagram and every change of health creates a new one.
/// </summary>
internal sealed record NodeStatus
{
    /// <summary>Datagrams after which a raspi-cluster node's interval counts as learnt.</summary>
    public const int LegacyLearningCount = 3;

    /// <summary>Gets the identity: 16 hexadecimal digits, or the host name of a raspi-cluster node.</summary>
    public required string Id { get; init; }

    /// <summary>Gets the newest host name.</summary>
    public required string Hostname { get; init; }

    /// <summary>Gets the health.</summary>
    public required NodeHealth Health { get; init; }

    /// <summary>Gets when the health last changed, by the collector's wall clock.</summary>
    public required DateTimeOffset HealthSince { get; init; }

    /// <summary>Gets the time of its first datagram, by the collector's wall clock.</summary>
    public required DateTimeOffset FirstSeen { get; init; }

    /// <summary>Gets the time of its last datagram, by the collector's wall clock.</summary>
    public required DateTimeOffset LastSeen { get; init; }

    /// <summary>
    /// Gets the <see cref="TimeProvider"/> timestamp of its last datagram, from which the health follows.
    /// </summary>
    public required long LastSeenTimestamp { get; init; }

    /// <summary>Gets the promised interval, or the learnt one of a raspi-cluster node.</summary>
    public required TimeSpan Interval { get; init; }

    /// <summary>Gets the source address.</summary>
    public string? Address { get; init; }

    /// <summary>Gets the source port.</summary>
    public int? Port { get; init; }

    /// <summary>Gets the header of its newest sample; <see langword="null"/> for a raspi-cluster node.</summary>
    public SampleHeader? Header { get; init; }

    /// <summary>Gets the earlier runs, oldest first: their datagrams are rejected, also after a restart.</summary>
    public IReadOnlyList<EarlierRun> EarlierRuns { get; init; } = [];

    /// <summary>
    /// Gets the earlier boots, oldest first, and how far they got: older datagrams are rejected, also after a restart.
    /// </summary>
    public IReadOnlyList<BootMark> EarlierBoots { get; init; } = [];

    /// <summary>Gets the readings of its newest sample, all parts together.</summary>
    public required NodeSnapshot Readings { get; init; }

    /// <summary>Gets the newest description of the machine.</summary>
    public AboutReading? About { get; init; }

    /// <summary>Gets its labels.</summary>
    public IReadOnlyList<KeyValuePair<string, string>>? Labels { get; init; }

    /// <summary>Gets the goodbye, while the health is <see cref="NodeHealth.Left"/>
    /// or <see cref="NodeHealth.Rebooting"/>.</summary>
    public ByeReading? Bye { get; init; }

    /// <summary>
    /// Gets a value indicating whether its interval is known well enough to evaluate its silence.
    /// A raspi-cluster node does not promise one; for one restored from the database it had been learnt.
    /// </summary>
    public bool IsIntervalKnown => Header is not null || Received is 0 or >= LegacyLearningCount;

    /// <summary>
    /// Gets how far its clock was ahead of the collector's at its last unsolicited sample;
    /// <see langword="null"/> before the first. A probe reply may be as old as the interval.
    /// </summary>
    public double? ClockDeviationSeconds { get; init; }

    /// <summary>Gets the datagrams accepted since the collector started.</summary>
    public required long Received { get; init; }

    /// <summary>Gets the missing samples, by the gaps in its sequence, since the collector started.</summary>
    public required long Missed { get; init; }

    /// <summary>Gets the repaired samples, since the collector started.</summary>
    public long Repaired { get; init; }

    /// <summary>Gets the samples permanently lost: no longer buffered by the agent, or retries exhausted.</summary>
    public long Unrecoverable { get; init; }

    /// <summary>Gets the gaps of its current run, oldest first: they are requested, also after a restart.</summary>
    public IReadOnlyList<SampleGap> Gaps { get; init; } = [];

    /// <summary>Gets the duplicate datagrams, since the collector started.</summary>
    public required long Duplicates { get; init; }

    /// <summary>
    /// Gets a value indicating whether it has replied to a probe at its current address,
    /// so that silence after probes is meaningful.
    /// </summary>
    public bool AnswersProbes { get; init; }

    /// <summary>Gets a value indicating whether it replies to probes, but its multicast does not arrive.</summary>
    public bool IsMulticastLost { get; init; }

    /// <summary>Gets how often a probe reply replaced a missed sample, since the collector started.</summary>
    public long ProbeRecoveries { get; init; }

    /// <summary>
    /// Gets a value indicating whether it was lost in an outage together with others. One event reports the outage;
    /// none reports this node while it lasts.
    /// </summary>
    public bool IsIsolated { get; init; }

    /// <summary>Gets the identity conflict, while it lasts.</summary>
    public IdentityConflict? Conflict { get; init; }
}
