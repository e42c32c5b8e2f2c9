namespace NodeTelemetry.Collector.Storage.History;

/// <summary>Adds up samples that come late, each for the time that it belongs to.</summary>
/// <remarks>They come by the hundred, in any order; written one by one, each would cost a transaction. For the lock of
/// <see cref="HistoryStore"/>.</remarks>
internal sealed class LateBuckets
{
    // What an entry of the look-up takes beside what its bucket says.
    private const int EntryBytes = 64;

    private readonly Dictionary<(long Start, HistoryNode Node), HistoryRow> _rows = [];
    private readonly SortedDictionary<long, HistoryBucket> _buckets = [];

    /// <summary>Gets when the first of them came, in seconds since the epoch; <see langword="null"/> when there are
    /// none.</summary>
    public long? Since { get; private set; }

    /// <summary>Gets the bytes of memory that they take, roughly.</summary>
    public long Bytes { get; private set; }

    /// <summary>Gets the buckets, oldest first.</summary>
    public IEnumerable<HistoryBucket> Buckets => _buckets.Values;

    /// <summary>Gets where to add a node's sample.</summary>
    /// <param name="start">The start of its bucket.</param>
    /// <param name="node">The node.</param>
    /// <param name="now">The present time in seconds since the epoch.</param>
    public HistoryRow RowOf(long start, HistoryNode node, long now)
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

    /// <summary>Gives all buckets away.</summary>
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
