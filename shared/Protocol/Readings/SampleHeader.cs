namespace NodeTelemetry.Protocol.Readings;

/// <summary>Identity and order of one sample: <c>(Node, Run, Sequence, Part)</c> identifies a datagram.</summary>
public sealed record SampleHeader
{
    /// <summary>Gets the protocol version, wire key <c>v</c>; a receiver accepts any from 1.</summary>
    public int Version { get; init; } = Limits.WireLimits.Version;

    /// <summary>Gets the stable node identity, wire key <c>node</c>: 16 lower-case hexadecimal digits.</summary>
    public required string Node { get; init; }

    /// <summary>Gets the first 32 bits of the kernel's boot id, wire key <c>boot</c>: 8 hexadecimal digits.</summary>
    public required uint Boot { get; init; }

    /// <summary>Gets a number drawn at every agent start, wire key <c>run</c>: 8 hexadecimal digits.</summary>
    public required uint Run { get; init; }

    /// <summary>Gets the count of samples before this one within the run, wire key <c>seq</c>.</summary>
    public required long Sequence { get; init; }

    /// <summary>Gets the sender's wall clock in milliseconds since the Unix epoch, wire key <c>time</c>.
    /// Never used for order or loss.</summary>
    public required long TimeMilliseconds { get; init; }

    /// <summary>Gets the promised time to the next datagram in milliseconds, wire key <c>interval</c>.</summary>
    public required int IntervalMilliseconds { get; init; }

    /// <summary>Gets the kernel's uptime in whole seconds, wire key <c>uptime</c>.</summary>
    public long? UptimeSeconds { get; init; }

    /// <summary>Gets which part of the sample this datagram is, wire key <c>part</c>;
    /// <see langword="null"/> if it is all of it.</summary>
    public PartNumber? Part { get; init; }

    /// <summary>Gets the number of the full sample that this reduced one builds upon, wire key <c>full</c>;
    /// <see langword="null"/> in a full sample.</summary>
    public long? FullSequence { get; init; }
}
