using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Nodes.Registry;
using NodeTelemetry.Collector.Storage.Database;

namespace NodeTelemetry.Collector.Storage.History;

/// <summary>Values that the database does not have yet, aggregated in buckets of one width.</summary>
/// <remarks>Guarded by the lock of <see cref="HistoryStore"/>.</remarks>
internal sealed class HistoryBuckets
{
    // Datagrams may wait in the receive queue: a bucket stays open a little longer, so that it is written only once.
    private const int CloseDelaySeconds = 1;

    // 10 000 nodes fill it in most of a minute. A checkpoint in the middle of a bucket writes its rows twice.
    private const long UnsealedBytesMax = 64 * 1024 * 1024;

    private readonly string[] _series;
    private readonly int _nodesMax;
    private readonly Dictionary<string, HistoryNode> _nodes = [];

    // A row is a checkpoint: the newest one stays, whatever its size.
    private readonly Journal<HistoryBucket[], HistoryBucket[]> _sealed;
    private readonly List<HistoryBucket> _closed = [];
    private readonly LateBuckets _late = new();
    private HistoryBucket? _open;
    private long _sealedUntil;

    /// <summary>Initializes a new instance of the <see cref="HistoryBuckets"/> class.</summary>
    /// <param name="gate">The lock of the store.</param>
    /// <param name="tier">The finest tier that has these series.</param>
    /// <param name="series">The names of the series that every node has.</param>
    /// <param name="settings">The limits.</param>
    /// <param name="metrics">Counts dropped values.</param>
    public HistoryBuckets(
        Lock gate, HistoryTier tier, string[] series, StorageSettings settings, StorageMetrics metrics)
    {
        Tier = tier;
        _series = series;
        _nodesMax = settings.HistoryNodesMax;
        _sealed = new(
            gate,
            settings.MemoryBytesMax / 2,
            static buckets => buckets.Sum(static bucket => bucket.Bytes),
            buckets => metrics.HistoryDropped[HistoryDropReason.MemoryFull].Inc(
                buckets.SelectMany(static bucket => bucket.Rows)
                    .Sum(static row => row.Cells.LongCount(static cell => cell.Count > 0))));
    }

    /// <summary>Gets the finest tier that has these series.</summary>
    public HistoryTier Tier { get; }

    /// <summary>Gets the buckets in the open transaction.</summary>
    public IEnumerable<HistoryBucket> InFlight => _sealed.InFlight.Values.SelectMany(static buckets => buckets);

    /// <summary>Gets when the first late sample since the last checkpoint came, in seconds since the epoch.</summary>
    public long? LateSince => _late.Since;

    /// <summary>Gets a value indicating whether the values since the last checkpoint take too much memory.</summary>
    public bool IsFull =>
        (_open?.Bytes ?? 0) + _closed.Sum(static bucket => bucket.Bytes) + _late.Bytes > UnsealedBytesMax;

    /// <summary>Gets the buckets that are not in the database yet.</summary>
    public IEnumerable<HistoryBucket> Unwritten
    {
        get
        {
            var buckets = _sealed.Rows.SelectMany(static row => row).Concat(_closed).Concat(_late.Buckets);
            return _open is null ? buckets : buckets.Append(_open);
        }
    }

    /// <summary>Gets the time up to which all buckets are closed, in seconds since the epoch.</summary>
    public long ClosedUntil(long now) => _closed.Select(static bucket => bucket.Start)
        .Append(_open?.Start ?? long.MaxValue)
        .Append(Math.Max(Tier.Floor(now - CloseDelaySeconds), _sealedUntil <= now ? _sealedUntil : 0))
        .Min();

    /// <summary>Gets the row for a sample.</summary>
    /// <param name="accepted">The sample.</param>
    /// <param name="now">The current time in seconds since the epoch.</param>
    /// <returns><see langword="null"/> if there are too many nodes.</returns>
    public HistoryRow? GetRow(AcceptedSnapshot accepted, long now)
    {
        if (!_nodes.TryGetValue(accepted.NodeId, out var node))
        {
            if (_nodes.Count >= _nodesMax)
            {
                return null;
            }

            node = new HistoryNode(accepted.NodeId, _series);
            _nodes.Add(accepted.NodeId, node);
        }

        var start = Tier.Floor(accepted.ReceivedAt.ToUnixTimeSeconds());
        return !accepted.IsLate || _open?.Start == start ? OpenRow(node, start) : _late.GetRow(start, node, now);
    }

    /// <summary>Forgets a node; its values stay.</summary>
    public void Forget(string node) => _nodes.Remove(node);

    /// <summary>Closes the open bucket if its time is over.</summary>
    /// <param name="now">The current time in seconds since the epoch.</param>
    public void CloseComplete(long now)
    {
        if (_open is { } open && (now >= open.Start + Tier.StepSeconds + CloseDelaySeconds || now < open.Start))
        {
            CloseOpen();
        }
    }

    /// <summary>Makes all values part of a checkpoint.</summary>
    /// <remarks>Later values of a bucket that was open are merged with its row.</remarks>
    /// <param name="now">The current time in seconds since the epoch.</param>
    public void Seal(long now)
    {
        // Samples come in the order of their time: those of the buckets before have been added.
        _sealedUntil = Tier.Floor(now);
        CloseOpen();
        _closed.AddRange(_late.TakeAll());
        if (_closed.Count > 0)
        {
            HistoryBucket[] buckets = [.. _closed];
            _sealed.Put(buckets, buckets);
            _closed.Clear();
        }
    }

    /// <summary>Takes the values up to the last checkpoint into a transaction.</summary>
    public void Take(DatabaseTransaction transaction) => _sealed.Take(transaction);

    private HistoryRow OpenRow(HistoryNode node, long start)
    {
        if (_open?.Start != start)
        {
            // Also when the wall clock stepped back: the bucket is merged with the rows already written for that time.
            CloseOpen();
            _open = new HistoryBucket(start);
        }

        if (node.Bucket != _open)
        {
            node.Bucket = _open;
            node.Row = _open.Add(node);
        }

        return node.Row!;
    }

    private void CloseOpen()
    {
        if (_open is { Rows.Count: > 0 } open)
        {
            _closed.Add(open);
        }

        _open = null;
    }
}
