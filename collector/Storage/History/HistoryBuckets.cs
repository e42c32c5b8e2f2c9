using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Collector.Storage.Database;

namespace NodeTelemetry.Collector.Storage.History;

/// <summary>What nodes said and the database does not have yet, added up in buckets of one width.</summary>
/// <remarks>For the lock of <see cref="HistoryStore"/>.</remarks>
/// <param name="tier">The finest tier that has these series.</param>
/// <param name="series">The names of the series that every node has.</param>
/// <param name="settings">The limits.</param>
/// <param name="metrics">Counts what is dropped.</param>
internal sealed class HistoryBuckets(
    HistoryTier tier, string[] series, StorageSettings settings, StorageMetrics metrics)
{
    // Datagrams may wait in the receive queue: a bucket stays open a little longer, to be written once and not twice.
    private const int CloseDelaySeconds = 1;

    // Late samples come in a burst, after a collector's start above all; then they are written together.
    private const int LateSeconds = 5;

    private readonly long _bytesMax = settings.MemoryBytesMax / 2;
    private readonly Dictionary<string, HistoryNode> _nodes = [];
    private readonly Queue<HistoryBucket> _closed = [];
    private readonly LateBuckets _late = new();
    private readonly List<HistoryBucket> _inFlight = [];
    private HistoryBucket? _open;
    private long _closedBytes;

    /// <summary>Gets the finest tier that has these series.</summary>
    public HistoryTier Tier => tier;

    /// <summary>Gets what is not in the database yet.</summary>
    public IEnumerable<HistoryBucket> Unwritten
    {
        get
        {
            var buckets = _inFlight.Concat(_closed).Concat(_late.Buckets);
            return _open is null ? buckets : buckets.Append(_open);
        }
    }

    /// <summary>Gets up to where what has been said before <paramref name="now"/> is closed, in seconds since the
    /// epoch.</summary>
    public long ClosedUntil(long now) => Math.Min(tier.Floor(now - CloseDelaySeconds), _open?.Start ?? long.MaxValue);

    /// <summary>Gets where to add a sample.</summary>
    /// <param name="accepted">The sample.</param>
    /// <param name="now">The present time in seconds since the epoch.</param>
    /// <returns><see langword="null"/> if there are too many nodes.</returns>
    public HistoryRow? RowOf(AcceptedSnapshot accepted, long now)
    {
        if (!_nodes.TryGetValue(accepted.NodeId, out var node))
        {
            if (_nodes.Count >= settings.HistoryNodesMax)
            {
                return null;
            }

            node = new HistoryNode(accepted.NodeId, series);
            _nodes.Add(accepted.NodeId, node);
        }

        var start = tier.Floor(accepted.ReceivedAt.ToUnixTimeSeconds());
        if (!accepted.IsLate || _open?.Start == start)
        {
            return OpenRow(node, start);
        }

        if (_late.Bytes > _bytesMax / 2)
        {
            CloseLate();
        }

        return _late.RowOf(start, node, now);
    }

    /// <summary>Forgets a node; what it said stays.</summary>
    public void Forget(string node) => _nodes.Remove(node);

    /// <summary>Closes what is complete.</summary>
    /// <param name="now">The present time in seconds since the epoch.</param>
    /// <param name="final">Whether this is the last time.</param>
    public void Prepare(long now, bool final)
    {
        if (_open is { } open
            && (final || now >= open.Start + tier.StepSeconds + CloseDelaySeconds || now < open.Start))
        {
            CloseOpen();
        }

        if (_late.Since is { } since && (final || now >= since + LateSeconds || now < since))
        {
            CloseLate();
        }
    }

    /// <summary>Gives what is closed to the writer, which keeps it until it is committed.</summary>
    public IReadOnlyList<HistoryBucket> TakeClosed()
    {
        _inFlight.AddRange(_closed);
        _closed.Clear();
        _closedBytes = 0;
        return _inFlight;
    }

    /// <summary>What was taken is in the database.</summary>
    public void OnCommitted() => _inFlight.Clear();

    /// <summary>What was taken is not in the database.</summary>
    public void OnRolledBack()
    {
        // Older than what was closed since.
        var newer = _closed.ToArray();
        _closed.Clear();
        foreach (var bucket in _inFlight.Concat(newer))
        {
            _closed.Enqueue(bucket);
        }

        _closedBytes = _closed.Sum(static bucket => bucket.Bytes);
        _inFlight.Clear();
        KeepMemoryLimit();
    }

    private HistoryRow OpenRow(HistoryNode node, long start)
    {
        if (_open?.Start != start)
        {
            // Also when the wall clock stepped back: what was written for that time already is merged with.
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
            Close(open);
        }

        _open = null;
    }

    private void CloseLate() => _late.TakeAll().ForEach(Close);

    private void Close(HistoryBucket bucket)
    {
        _closed.Enqueue(bucket);
        _closedBytes += bucket.Bytes;
        KeepMemoryLimit();
    }

    private void KeepMemoryLimit()
    {
        while (_closedBytes > _bytesMax && _closed.Count > 1)
        {
            var oldest = _closed.Dequeue();
            _closedBytes -= oldest.Bytes;
            metrics.HistoryDropped[HistoryDropReason.MemoryFull].Add(
                oldest.Rows.Sum(static row => row.Cells.LongCount(static cell => cell.Count > 0)));
        }
    }
}
