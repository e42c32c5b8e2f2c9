using NodeTelemetry.Collector.Nodes.Events;

namespace NodeTelemetry.Collector.Nodes.State;

/// <summary>
/// Learns of everything that happens to nodes. Called by the ingest loop only, so never by two threads at once.
/// </summary>
/// <remarks>An implementation may neither block nor throw: slow work goes behind its own bounded queue.</remarks>
internal interface INodeListener
{
    /// <summary>A datagram was accepted; <paramref name="status"/> is the node after it.</summary>
    void OnSnapshot(AcceptedSnapshot accepted, NodeStatus status);

    /// <summary>
    /// A node is in another health than <paramref name="before"/>, or, where that is <see langword="null"/>, new.
    /// </summary>
    /// <remarks>Whoever tells people goes by <see cref="OnEvent"/>: a sample that is lost makes a node late for a
    /// moment, and a dead switch makes many lost at once, which is one event. One that was lost with others and is lost
    /// by itself in the end comes here too, from lost to lost.</remarks>
    void OnHealthChanged(NodeStatus status, NodeHealth? before);

    /// <summary>Something happened that is worth a line.</summary>
    void OnEvent(NodeEvent raised);
}
