namespace NodeTelemetry.Collector.Nodes.Events;

/// <summary>The details of an event. What does not apply or is not known is absent; API.md explains each.</summary>
internal sealed record EventDetails
{
    /// <summary>No details.</summary>
    public static readonly EventDetails None = new();

    /// <summary>Gets the name of the health before: <c>late</c>, <c>lost</c>, <c>left</c>, <c>rebooting</c>.</summary>
    public string? Before { get; init; }

    /// <summary>Gets how long the node had been silent, in s.</summary>
    public double? SilenceSeconds { get; init; }

    /// <summary>Gets the address from which it was last heard.</summary>
    public string? Address { get; init; }

    /// <summary>Gets the reason of a goodbye.</summary>
    public string? Reason { get; init; }

    /// <summary>Gets the time until it is expected again, in s.</summary>
    public long? BackSeconds { get; init; }

    /// <summary>Gets whether a reboot, restart or loss was announced by a goodbye.</summary>
    public bool? Planned { get; init; }

    /// <summary>Gets the kernel's boot id, 8 hexadecimal digits.</summary>
    public string? Boot { get; init; }

    /// <summary>Gets the agent's run, 8 hexadecimal digits.</summary>
    public string? Run { get; init; }

    /// <summary>Gets the identity of the other node of a duplicate, or the earlier one of the same machine.</summary>
    public string? OtherNode { get; init; }

    /// <summary>Gets the other machine's address.</summary>
    public string? OtherAddress { get; init; }

    /// <summary>Gets the likely cause of a network fault.</summary>
    public string? Cause { get; init; }

    /// <summary>Gets the collector's interface that the cause is about.</summary>
    public string? Interface { get; init; }

    /// <summary>Gets the identities of the nodes concerned, as many as are listed.</summary>
    public IReadOnlyList<string>? Nodes { get; init; }

    /// <summary>Gets how many nodes are concerned.</summary>
    public int? NodeCount { get; init; }

    /// <summary>Gets how many nodes there were to be heard.</summary>
    public int? NodesTotal { get; init; }

    /// <summary>Gets what changed, such as <c>interval: 1 s → 2 s</c>.</summary>
    public IReadOnlyList<string>? Changes { get; init; }

    /// <summary>Gets what may have killed the node, as its last sample tells, each in a few words.</summary>
    public IReadOnlyList<string>? Symptoms { get; init; }

    /// <summary>Gets the last readings of a lost node by their names in the API.</summary>
    public IReadOnlyDictionary<string, double>? Last { get; init; }
}
