using NodeTelemetry.Collector.Diagnostics;

namespace NodeTelemetry.Collector.Storage.Outbox;

/// <summary>Tells whose document it is; <see langword="null"/> when that does not stand in it.</summary>
/// <param name="lines">The document's two lines.</param>
internal delegate string? NodeOfDocument(ReadOnlySpan<byte> lines);

/// <summary>Counts the documents that will not be delivered, by reason and by node.</summary>
internal sealed class OutboxDrops(StorageMetrics metrics, NodeOfDocument? nodeOf)
{
    private readonly Lock _lock = new();

    // Dropped for want of memory and not counted yet: that takes milliseconds, which the ingest loop does not have.
    private readonly List<OutboxBatch> _batches = [];
    private readonly List<BatchBuffer> _buffers = [];

    /// <summary>Keeps a batch for <see cref="CountLater"/>: memory ran out.</summary>
    public void AddLater(OutboxBatch batch)
    {
        lock (_lock)
        {
            _batches.Add(batch);
        }
    }

    /// <summary>Keeps the lines of a batch for <see cref="CountLater"/>: memory ran out.</summary>
    public void AddLater(BatchBuffer buffer)
    {
        lock (_lock)
        {
            _buffers.Add(buffer);
        }
    }

    /// <summary>Counts what was kept.</summary>
    public void CountLater()
    {
        OutboxBatch[] batches;
        BatchBuffer[] buffers;
        lock (_lock)
        {
            batches = [.. _batches];
            buffers = [.. _buffers];
            _batches.Clear();
            _buffers.Clear();
        }

        foreach (var batch in batches)
        {
            Add(OutboxDropReason.MemoryFull, batch);
        }

        foreach (var buffer in buffers)
        {
            Add(OutboxDropReason.MemoryFull, buffer.Lines);
        }
    }

    /// <summary>Counts documents of which nothing is left.</summary>
    public void Add(OutboxDropReason reason, long documents)
    {
        if (documents > 0)
        {
            metrics.OutboxDocumentsDropped[reason].Add(documents);
            metrics.OutboxNodesDropped.Add(null, reason, documents);
        }
    }

    /// <summary>Counts the documents of a batch.</summary>
    public void Add(OutboxDropReason reason, OutboxBatch batch)
    {
        try
        {
            Add(reason, batch.ReadLines());
        }
        catch (InvalidDataException)
        {
            Add(reason, batch.Documents);
        }
    }

    /// <summary>Counts documents by their lines.</summary>
    public void Add(OutboxDropReason reason, ReadOnlySpan<byte> lines)
    {
        while (!lines.IsEmpty)
        {
            // Two lines each, because JSON has no line feed inside.
            var middle = lines.IndexOf((byte)'\n') + 1;
            var end = middle + lines[middle..].IndexOf((byte)'\n') + 1;
            end = end > middle && middle > 0 ? end : lines.Length;
            metrics.OutboxDocumentsDropped[reason].Add();
            metrics.OutboxNodesDropped.Add(nodeOf?.Invoke(lines[..end]), reason, 1);
            lines = lines[end..];
        }
    }
}
