using NodeTelemetry.Collector.Diagnostics;

namespace NodeTelemetry.Collector.Storage.Outbox;

/// <summary>Counts the documents that will not be delivered, by reason and by node.</summary>
internal sealed class OutboxDrops(StorageMetrics metrics)
{
    /// <summary>Counts documents of unknown nodes.</summary>
    public void Add(OutboxDropReason reason, long documents) => Add(reason, null, documents);

    /// <summary>Counts documents by their routes.</summary>
    public void Add(OutboxDropReason reason, DocumentRoutes routes)
    {
        foreach (var (route, documents) in routes.Runs)
        {
            Add(reason, route.Node, documents);
        }
    }

    /// <summary>Counts the documents of a batch, which may be damaged.</summary>
    public void Add(OutboxDropReason reason, OutboxBatch batch)
    {
        try
        {
            Add(reason, batch.ReadRoutes());
        }
        catch (InvalidDataException)
        {
            Add(reason, batch.Documents);
        }
    }

    /// <summary>Counts documents of a node.</summary>
    public void Add(OutboxDropReason reason, string? node, long documents)
    {
        if (documents > 0)
        {
            metrics.OutboxDocumentsDropped[reason].Inc(documents);
            metrics.OutboxNodesDropped.Inc(node, reason, documents);
        }
    }
}
