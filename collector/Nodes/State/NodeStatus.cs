using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Collector.Nodes.State;

/// <summary>
/// What is known of a node at one moment. Immutable: every accepted datagram and every change of health makes a new
/// one.
/// </summary>
internal sealed record NodeStatus
{
    /// <summary>Datagrams after which a raspi-cluster node's interval counts as learnt.</summary>
    public const int LegacyLearningCount = 3;

    /// <summary>Gets the identity: 16 hexadecimal digits, or the host name of a raspi-cluster node.</summary>
    public required string Id { get; init; }

    /// <summary>Gets the host name that it gave last.</summary>
    public required string Hostname { get; init; }

    /// <summary>Gets the health.</summary>
    public required NodeHealth Health { get; init; }

    /// <summary>Gets when it took that health, by the collector's wall clock.</summary>
    public required DateTimeOffset HealthSince { get; init; }

    /// <summary>Gets when it was first heard, by the collector's wall clock.</summary>
    public required DateTimeOffset FirstSeen { get; init; }

    /// <summary>Gets when it was last heard, by the collector's wall clock.</summary>
    public required DateTimeOffset LastSeen { get; init; }

    /// <summary>
    /// Gets when it was last heard, as a timestamp of the <see cref="TimeProvider"/>; health is judged by this.
    /// </summary>
    public required long LastSeenTimestamp { get; init; }

    /// <summary>Gets the interval that it promised, or that was learnt of a raspi-cluster node.</summary>
    public required TimeSpan Interval { get; init; }

    /// <summary>Gets the address from which it was last heard.</summary>
    public string? Address { get; init; }

    /// <summary>Gets the port from which it was last heard.</summary>
    public int? Port { get; init; }

    /// <summary>Gets the header of its newest sample; <see langword="null"/> for a raspi-cluster node.</summary>
    public SampleHeader? Header { get; init; }

    /// <summary>
    /// Gets the runs before the present one, oldest first: their datagrams are refused, also after a restart.
    /// </summary>
    public IReadOnlyList<uint> EarlierRuns { get; init; } = [];

    /// <summary>
    /// Gets the boots before the present one, oldest first, and how far they got: what is older is refused, also after
    /// a restart.
    /// </summary>
    public IReadOnlyList<BootMark> EarlierBoots { get; init; } = [];

    /// <summary>Gets the readings of its newest sample, all parts together.</summary>
    public required NodeSnapshot Readings { get; init; }

    /// <summary>Gets what it said last about itself.</summary>
    public AboutReading? About { get; init; }

    /// <summary>Gets its labels.</summary>
    public IReadOnlyList<KeyValuePair<string, string>>? Labels { get; init; }

    /// <summary>Gets the goodbye, while the health is <see cref="NodeHealth.Left"/> or
    /// <see cref="NodeHealth.Rebooting"/>.</summary>
    public ByeReading? Bye { get; init; }

    /// <summary>
    /// Gets a value indicating whether its interval is known well enough to judge its silence. A raspi-cluster node
    /// does not promise one; of one that is known from the database it had been learnt.
    /// </summary>
    public bool IsIntervalKnown => Header is not null || Received is 0 or >= LegacyLearningCount;

    /// <summary>
    /// Gets how far its clock was ahead of the collector's when it last sent a new sample of its own accord;
    /// <see langword="null"/> until it does. What it was asked for may be as old as its interval.
    /// </summary>
    public double? ClockDeviationSeconds { get; init; }

    /// <summary>Gets the datagrams accepted since the collector started.</summary>
    public required long Received { get; init; }

    /// <summary>Gets the samples that never came, by the gaps in its sequence, since the collector started.</summary>
    public required long Missed { get; init; }

    /// <summary>Gets the samples that came because they were asked for, since the collector started.</summary>
    public long Repaired { get; init; }

    /// <summary>Gets the samples that nobody has any more or that were asked for in vain, since the collector
    /// started.</summary>
    public long Unrecoverable { get; init; }

    /// <summary>Gets what has not come of its present run, oldest first: it is asked for, also after a
    /// restart.</summary>
    public IReadOnlyList<SampleGap> Gaps { get; init; } = [];

    /// <summary>Gets the datagrams that had been accepted before, since the collector started.</summary>
    public required long Duplicates { get; init; }

    /// <summary>
    /// Gets a value indicating whether it has answered a probe at its present address, so that silence to probes means
    /// something.
    /// </summary>
    public bool AnswersProbes { get; init; }

    /// <summary>Gets a value indicating whether it answers when asked, but its multicast does not arrive.</summary>
    public bool IsMulticastLost { get; init; }

    /// <summary>Gets how often it was late and then heard from where it was probed, since the collector
    /// started.</summary>
    public long ProbeRecoveries { get; init; }

    /// <summary>
    /// Gets a value indicating whether it was lost together with others: one event about the network says so, and none
    /// about this node does for as long as that lasts.
    /// </summary>
    public bool IsIsolated { get; init; }

    /// <summary>Gets what is wrong with its identity.</summary>
    public IdentityConflict? Conflict { get; init; }
}
