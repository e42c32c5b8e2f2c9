namespace NodeTelemetry.Collector.Nodes.Events;

/// <summary>Something that happened to a node, to the network or to the collector, told once.</summary>
/// <remarks>
/// Raised by the ingest loop through <c>NodeEvents</c>, in order, after the change of state that it is about.
/// Everything is known when it is raised, so a listener may keep it.
/// </remarks>
internal sealed record NodeEvent
{
    /// <summary>Gets the order: every event has a higher one than those before it, also over restarts.</summary>
    public required long Id { get; init; }

    /// <summary>Gets when it was noticed, by the collector's wall clock.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>Gets what it is about.</summary>
    public required NodeEventKind Kind { get; init; }

    /// <summary>Gets the node's identity; <see langword="null"/> when it is not about one node.</summary>
    public string? Node { get; init; }

    /// <summary>Gets the node's host name at that time.</summary>
    public string? Hostname { get; init; }

    /// <summary>Gets a sentence that says what happened, for people; it names the node.</summary>
    public required string Text { get; init; }

    /// <summary>Gets what programs want to know besides.</summary>
    public EventDetails Details { get; init; } = EventDetails.None;
}
