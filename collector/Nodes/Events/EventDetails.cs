namespace NodeTelemetry.Collector.Nodes.Events;

/// <summary>The details of an event. A detail that does not apply is absent. Listed in API.md.</summary>
internal sealed record EventDetails
{
    /// <summary>No details.</summary>
    public static readonly EventDetails None = new();

    /// <summary>Gets the name of the health before: <c>late</c>, <c>lost</c>, <c>left</c>, <c>rebooting</c>.</summary>
    public string? Before { get; init; }

    /// <summary>Gets how long the node had been silent, in s.</summary>
    public double? SilenceSeconds { get; init; }

    /// <summary>Gets the address of its last datagram.</summary>
    public string? Address { get; init; }

    /// <summary>Gets the reason of a goodbye.</summary>
    public string? Reason { get; init; }

    /// <summary>Gets the announced time until it is back, in s.</summary>
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

    /// <summary>Gets the ids of the nodes concerned; long lists are cut.</summary>
    public IReadOnlyList<string>? Nodes { get; init; }

    /// <summary>Gets the number of nodes concerned.</summary>
    public int? NodeCount { get; init; }

    /// <summary>Gets the number of nodes that could be evaluated.</summary>
    public int? NodesTotal { get; init; }

    /// <summary>Gets the number of events of this kind and node that it stands for.</summary>
    public int? Count { get; init; }

    /// <summary>Gets when the first of them was raised, in ms since the epoch.</summary>
    public long? Since { get; init; }

    /// <summary>Gets the id of the event that stood for the earlier ones, and is replaced.</summary>
    public long? Replaces { get; init; }

    /// <summary>Gets what changed, such as <c>interval: 1 s → 2 s</c>.</summary>
    public IReadOnlyList<string>? Changes { get; init; }

    /// <summary>Gets what the last sample of a lost node suggests about the cause.</summary>
    public IReadOnlyList<string>? Symptoms { get; init; }

    /// <summary>Gets the last readings of a lost node by API name.</summary>
    public IReadOnlyDictionary<string, double>? Last { get; init; }
}
