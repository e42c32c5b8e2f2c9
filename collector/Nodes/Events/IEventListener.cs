namespace NodeTelemetry.Collector.Nodes.Events;

/// <summary>Receives events, in the order of their ids. Called by the ingest loop only.</summary>
/// <remarks>An implementation must not block or throw: slow work goes behind its own bounded queue.</remarks>
internal interface IEventListener
{
    /// <summary>Called for each event, after the change of state that caused it.</summary>
    void OnEvent(NodeEvent raised);
}
