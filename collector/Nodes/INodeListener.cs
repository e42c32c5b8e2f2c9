namespace NodeTelemetry.Collector.Nodes;

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
    void OnHealthChanged(NodeStatus status, NodeHealth? before);
}
