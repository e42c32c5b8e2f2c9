using NodeTelemetry.Collector.Nodes.State;

namespace NodeTelemetry.Collector.Nodes.Registry;

/// <summary>Receives changes of node health. Called by the ingest loop only.</summary>
/// <remarks>
/// An implementation must not block or throw: slow work goes behind its own bounded queue.
/// Anything that notifies people listens to events instead: one lost sample makes a node late for a moment,
/// and a failed switch makes many nodes lost at once, which is one event.
/// </remarks>
internal interface IHealthListener
{
    /// <summary>Called when the health differs from <paramref name="before"/>,
    /// which is <see langword="null"/> for a new node.</summary>
    /// <remarks>An isolated node that stays lost when the outage ends comes here too, from lost to lost.</remarks>
    void OnHealthChanged(NodeStatus status, NodeHealth? before);
}
