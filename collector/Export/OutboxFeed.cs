using NodeTelemetry.Collector.Nodes;
using NodeTelemetry.Collector.Storage;

namespace NodeTelemetry.Collector.Export;

/// <summary>Puts every accepted reading into the outbox, encoded once and for all.</summary>
internal sealed class OutboxFeed(BulkRequestWriter writer, Outbox outbox) : INodeListener
{
    /// <inheritdoc/>
    public void OnSnapshot(AcceptedSnapshot accepted, NodeStatus status) =>
        outbox.Append(writer.Encode(accepted, status));

    /// <inheritdoc/>
    public void OnHealthChanged(NodeStatus status, NodeHealth? before)
    {
        // Health is not a reading.
    }

    /// <inheritdoc/>
    public void OnEvent(NodeEvent raised)
    {
        // An event is not a reading.
    }
}
