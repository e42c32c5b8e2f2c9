using System.Text.Json.Serialization;
using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Collector.Storage.Tables;

/// <summary>What is kept of a node over a restart of the collector.</summary>
internal sealed record NodeRecord
{
    /// <summary>Gets the identity.</summary>
    public required string Id { get; init; }

    /// <summary>Gets the host name that it gave last.</summary>
    public required string Hostname { get; init; }

    /// <summary>Gets the address from which it was last heard.</summary>
    public string? Address { get; init; }

    /// <summary>Gets when it was first heard, by the collector's wall clock.</summary>
    public required DateTimeOffset FirstSeen { get; init; }

    /// <summary>Gets when it was last heard, by the collector's wall clock.</summary>
    public required DateTimeOffset LastSeen { get; init; }

    /// <summary>Gets the health.</summary>
    public required NodeHealth Health { get; init; }

    /// <summary>Gets the interval that it promised, or that was learnt.</summary>
    public required TimeSpan Interval { get; init; }

    /// <summary>Gets the boot of its newest sample; <see langword="null"/> for a raspi-cluster node.</summary>
    public uint? Boot { get; init; }

    /// <summary>Gets the run of its newest sample.</summary>
    public uint? Run { get; init; }

    /// <summary>Gets the highest sequence number of that run.</summary>
    public long? Sequence { get; init; }

    /// <summary>Gets the uptime that its newest sample had.</summary>
    public long? UptimeSeconds { get; init; }

    /// <summary>Gets its clock in its newest sample.</summary>
    public long? SentMilliseconds { get; init; }

    /// <summary>Gets the port from which it was last heard.</summary>
    public int? Port { get; init; }

    /// <summary>Gets the signature of its newest sample, which names its key.</summary>
    public string? Signature { get; init; }

    /// <summary>Gets its goodbye.</summary>
    public ByeReading? Bye { get; init; }

    /// <summary>Gets a value indicating whether it was lost together with others.</summary>
    public bool IsIsolated { get; init; }

    /// <summary>Gets a value indicating whether its multicast does not arrive.</summary>
    public bool IsMulticastLost { get; init; }

    /// <summary>Gets a value indicating whether it answers probes.</summary>
    public bool AnswersProbes { get; init; }

    /// <summary>Gets the boots before the present one, oldest first.</summary>
    public IReadOnlyList<BootMark> EarlierBoots { get; init; } = [];

    /// <summary>Gets the runs before that one, oldest first.</summary>
    public IReadOnlyList<uint> EarlierRuns { get; init; } = [];

    /// <summary>Gets what has not come of that run, oldest first.</summary>
    public IReadOnlyList<SampleGap> Gaps { get; init; } = [];

    /// <summary>Gets what it said last about itself.</summary>
    public AboutReading? About { get; init; }

    /// <summary>Gets its labels.</summary>
    public IReadOnlyList<KeyValuePair<string, string>>? Labels { get; init; }

    /// <summary>Makes the record of a status.</summary>
    public static NodeRecord From(NodeStatus status) => new()
    {
        Id = status.Id,
        Hostname = status.Hostname,
        Address = status.Address,
        FirstSeen = status.FirstSeen,
        LastSeen = status.LastSeen,
        Health = status.Health,
        Interval = status.Interval,
        Boot = status.Header?.Boot,
        Run = status.Header?.Run,
        Sequence = status.Header?.Sequence,
        UptimeSeconds = status.Header?.UptimeSeconds,
        SentMilliseconds = status.Header?.TimeMilliseconds,
        Port = status.Port,
        Signature = status.Readings.Signature,
        Bye = status.Bye,
        IsIsolated = status.IsIsolated,
        IsMulticastLost = status.IsMulticastLost,
        AnswersProbes = status.AnswersProbes,
        EarlierBoots = status.EarlierBoots,
        EarlierRuns = status.EarlierRuns,
        Gaps = status.Gaps,
        About = status.About,
        Labels = status.Labels,
    };

    /// <summary>Makes the status that a collector starts with: known, but not yet heard.</summary>
    public NodeStatus ToStatus() => new()
    {
        Id = Id,
        Hostname = Hostname,
        Health = Health,
        HealthSince = LastSeen,
        FirstSeen = FirstSeen,
        LastSeen = LastSeen,
        LastSeenTimestamp = 0,
        Interval = Interval,
        Address = Address,
        Header = Boot is { } boot && Run is { } run && Sequence is { } sequence
            ? new SampleHeader
            {
                Node = Id,
                Boot = boot,
                Run = run,
                Sequence = sequence,
                TimeMilliseconds = SentMilliseconds ?? LastSeen.ToUnixTimeMilliseconds(),
                UptimeSeconds = UptimeSeconds,
                IntervalMilliseconds = (int)Interval.TotalMilliseconds,
            }
            : null,
        Port = Port,
        Bye = Bye,
        IsIsolated = IsIsolated,
        IsMulticastLost = IsMulticastLost,
        AnswersProbes = AnswersProbes,
        EarlierBoots = EarlierBoots,
        EarlierRuns = EarlierRuns,
        Gaps = Gaps,
        Readings = new NodeSnapshot { Hostname = Hostname, Signature = Signature },
        About = About,
        Labels = Labels,
        Received = 0,
        Missed = 0,
        Duplicates = 0,
    };

    /// <summary>
    /// Tells whether everything but time and sequence is the same, so that its row need not be written.
    /// </summary>
    public bool IsSameNode(NodeRecord other) =>
        Hostname == other.Hostname && Address == other.Address && FirstSeen == other.FirstSeen && Health == other.Health
        && Port == other.Port && Bye == other.Bye && IsIsolated == other.IsIsolated
        && IsMulticastLost == other.IsMulticastLost && AnswersProbes == other.AnswersProbes
        && KeyOf(Signature) == KeyOf(other.Signature) && IsSameList(EarlierBoots, other.EarlierBoots)
        && IsSameInterval(other.Interval) && IsSameAbout(other.About)
        && IsSameList(Labels, other.Labels);

    // Every datagram has another signature; only the name of the key matters.
    private static string? KeyOf(string? signature) => signature?.Split(':')[0];

    // A learnt interval wavers; its third digit does not matter.
    private bool IsSameInterval(TimeSpan other) => Math.Abs((Interval - other).Ticks) <= Interval.Ticks / 10;

    // Every half minute the same comes as another object, with another list in it.
    private bool IsSameAbout(AboutReading? other) =>
        ReferenceEquals(About, other)
        || (About is not null && other is not null
            && About with { Addresses = null } == other with { Addresses = null }
            && IsSameList(About.Addresses, other.Addresses));

    private static bool IsSameList<T>(IReadOnlyList<T>? one, IReadOnlyList<T>? other) =>
        ReferenceEquals(one, other) || (one ?? []).SequenceEqual(other ?? []);
}

/// <summary>JSON of the columns <c>about</c>, <c>labels</c>, <c>bye</c>, <c>boots</c>, <c>earlier_runs</c> and
/// <c>gaps</c>.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AboutReading))]
[JsonSerializable(typeof(ByeReading))]
[JsonSerializable(typeof(KeyValuePair<string, string>[]))]
[JsonSerializable(typeof(uint[]))]
[JsonSerializable(typeof(long[]))]
internal sealed partial class NodeJsonContext : JsonSerializerContext;
