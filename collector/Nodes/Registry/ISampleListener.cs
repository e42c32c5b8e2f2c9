using NodeTelemetry.Collector.Nodes.State;

namespace NodeTelemetry.Collector.Nodes.Registry;

/// <summary>Receives accepted datagrams. Called by the ingest loop only.</summary>
/// <remarks>An implementation must not block or throw: slow work goes behind its own bounded queue.</remarks>
internal interface ISampleListener
{
    /// <summary>Called for each accepted datagram; <paramref name="status"/> is the node after it.</summary>
    void OnSample(AcceptedSnapshot accepted, NodeStatus status);
}
