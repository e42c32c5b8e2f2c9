namespace NodeTelemetry.Collector.Storage.History;

/// <summary>Aggregates late samples, each in the bucket of its time.</summary>
/// <remarks>
/// Hundreds come at once, in any order; written one by one, each would need a transaction.
/// Guarded by the lock of <see cref="HistoryStore"/>.
/// </remarks>
internal sealed class LateBuckets
{
    // Memory of an entry of the dictionary, in addition to its bucket.
    private const int EntryBytes = 64;

    private readonly Dictionary<(long Start, HistoryNode Node), HistoryRow> _rows = [];
    private readonly SortedDictionary<long, HistoryBucket> _buckets = [];

    /// <summary>Gets the arrival of the first sample in seconds since the epoch, if there is any.</summary>
    public long? Since { get; private set; }

    /// <summary>Gets the approximate bytes of memory in use.</summary>
    public long Bytes { get; private set; }

    /// <summary>Gets the buckets, oldest first.</summary>
    public IEnumerable<HistoryBucket> Buckets => _buckets.Values;

    /// <summary>Gets the row for a sample of a node.</summary>
    /// <param name="start">The start of its bucket.</param>
    /// <param name="node">The node.</param>
    /// <param name="now">The current time in seconds since the epoch.</param>
    public HistoryRow GetRow(long start, HistoryNode node, long now)
    {
        Since ??= now;
        if (!_rows.TryGetValue((start, node), out var row))
        {
            if (!_buckets.TryGetValue(start, out var bucket))
            {
                _buckets.Add(start, bucket = new HistoryBucket(start));
            }

            var before = bucket.Bytes;
            row = bucket.Add(node);
            _rows.Add((start, node), row);
            Bytes += bucket.Bytes - before + EntryBytes;
        }

        return row;
    }

    /// <summary>Takes all buckets.</summary>
    public List<HistoryBucket> TakeAll()
    {
        List<HistoryBucket> taken = [.. _buckets.Values];
        _buckets.Clear();
        _rows.Clear();
        Since = null;
        Bytes = 0;
        return taken;
    }
}
