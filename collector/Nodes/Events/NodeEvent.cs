namespace NodeTelemetry.Collector.Nodes.Events;

/// <summary>Something that happened to a node, to the network or to the collector.</summary>
/// <remarks>
/// Raised by the ingest loop through <c>NodeEvents</c>, in order, after the change of state that caused it.
/// Immutable, so a listener may keep it.
/// </remarks>
internal sealed record NodeEvent
{
    /// <summary>Gets the id, which increases with every event, also across restarts.</summary>
    public required long Id { get; init; }

    /// <summary>Gets when it was detected, by the collector's wall clock.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Gets the kind.</summary>
    public required NodeEventKind Kind { get; init; }

    /// <summary>Gets the node's identity; <see langword="null"/> if it does not concern a single node.</summary>
    public string? Node { get; init; }

    /// <summary>Gets the node's host name at that time.</summary>
    public string? Hostname { get; init; }

    /// <summary>Gets the text for people: a sentence that names the node.</summary>
    public required string Text { get; init; }

    /// <summary>Gets the details for programs.</summary>
    public EventDetails Details { get; init; } = EventDetails.None;
}
