using System.Text.Json.Serialization;
using NodeTelemetry.Collector.Nodes;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Collector.Storage;

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

        // Who was lost together with others is judged anew by the next process, with the others.
        Health = status is { Health: NodeHealth.Lost, IsCutOff: true } ? NodeHealth.Late : status.Health,
        Interval = status.Interval,
        Boot = status.Header?.Boot,
        Run = status.Header?.Run,
        Sequence = status.Header?.Sequence,
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
                TimeMilliseconds = LastSeen.ToUnixTimeMilliseconds(),
                IntervalMilliseconds = (int)Interval.TotalMilliseconds,
            }
            : null,
        EarlierRuns = EarlierRuns,
        Gaps = Gaps,
        Readings = new NodeSnapshot { Hostname = Hostname },
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
        && IsSameInterval(other.Interval) && IsSameAbout(other.About)
        && IsSameList(Labels, other.Labels);

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

/// <summary>JSON of the columns <c>about</c>, <c>labels</c>, <c>earlier_runs</c> and <c>gaps</c>.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AboutReading))]
[JsonSerializable(typeof(KeyValuePair<string, string>[]))]
[JsonSerializable(typeof(uint[]))]
[JsonSerializable(typeof(long[]))]
internal sealed partial class NodeJsonContext : JsonSerializerContext;
