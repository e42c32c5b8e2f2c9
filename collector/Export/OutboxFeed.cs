using NodeTelemetry.Collector.Export.Documents;
using NodeTelemetry.Collector.Nodes.Events;
using NodeTelemetry.Collector.Nodes.Registry;
using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Collector.Storage.Outbox;

namespace NodeTelemetry.Collector.Export;

/// <summary>Puts every accepted sample and every event into the outbox, encoded once.</summary>
internal sealed class OutboxFeed(BulkRequestWriter writer, OutboxStore outbox) : ISampleListener, IEventListener
{
    /// <inheritdoc/>
    public void OnSample(AcceptedSnapshot accepted, NodeStatus status)
    {
        outbox.Append(writer.Encode(accepted, status), writer.Route);
        var sections = accepted.Snapshot.Sections;
        for (var index = 0; index < sections.Count; index++)
        {
            var section = sections[index];
            for (var entry = 0; writer.HasDocuments(section.Definition) && entry < section.EntryCount; entry++)
            {
                outbox.Append(writer.Encode(accepted, status, section.Definition, section[entry]), writer.Route);
            }
        }
    }

    /// <inheritdoc/>
    public void OnEvent(NodeEvent raised) => outbox.Append(writer.Encode(raised), writer.Route);
}
