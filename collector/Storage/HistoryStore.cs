using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Nodes;
using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;

namespace NodeTelemetry.Collector.Storage;

/// <summary>
/// The history: smallest, mean and largest of each reading in buckets of several widths, each width kept for its own
/// time.
/// </summary>
/// <remarks>
/// Samples are added up in memory by the time they arrived and written when their bucket closes, into the finest tier;
/// the coarser ones follow from it (<see cref="HistoryTiers"/>). A bucket that was written already, before a restart or
/// a step of the clock, is merged.
/// </remarks>
internal sealed class HistoryStore : INodeListener, IDatabaseWork
{
    // Datagrams may wait in the receive queue: a bucket stays open a little longer, to be written once and not twice.
    private const int CloseDelaySeconds = 1;

    // How often a node's number is noted as in use; forgotten nodes' numbers are removed when their last rows are long
    // gone.
    private const long NoteSeconds = 86_400;

    // Late samples come in a burst, after a collector's start above all; then they are written together.
    private const int LateSeconds = 5;

    private readonly StorageSettings _settings;
    private readonly StorageMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly HistoryTiers _tiers;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, HistoryNode> _nodes = [];
    private readonly Queue<HistoryBucket> _closed = [];
    private readonly LateBuckets _late = new();
    private readonly List<HistoryBucket> _inFlight = [];
    private readonly List<HistoryNode> _noted = [];
    private readonly long[] _readingKeys;
    private HistoryBucket? _open;
    private long _closedBytes;

    /// <summary>Initializes a new instance of the <see cref="HistoryStore"/> class.</summary>
    public HistoryStore(StorageSettings settings, CollectorMetrics metrics, TimeProvider time)
    {
        _settings = settings;
        _metrics = metrics.Storage;
        _time = time;
        _tiers = new HistoryTiers(settings.Tiers, metrics.Storage, time);
        _readingKeys = new long[Readings.Count];
    }

    /// <summary>Gets the readings of which history is kept, in the order of the catalog; then those of one sensor
    /// each.</summary>
    public static IReadOnlyList<ReadingDefinition> Readings { get; } =
        [.. Scalars, .. FollowedSensors.Fields.Select(ReadingDefinition.Of)];

    /// <summary>Gets those that a node has one of.</summary>
    private static IEnumerable<ReadingDefinition> Scalars =>
        ReadingCatalog.Scalars.Where(static reading => reading.InHistory && reading.Kind != FieldKind.Counter);

    private HistoryTier Finest => _settings.Tiers[0];

    /// <inheritdoc/>
    public void OnSnapshot(AcceptedSnapshot accepted, NodeStatus status)
    {
        var start = Finest.Floor(accepted.ReceivedAt.ToUnixTimeSeconds());
        lock (_lock)
        {
            if (!TryGetNode(accepted.NodeId, out var node))
            {
                _metrics.HistoryDropped[HistoryDropReason.TooManyNodes].Add();
                return;
            }

            var cells = accepted.IsLate && _open?.Start != start ? LateCells(node, start) : OpenCells(node, start);
            var scalars = Readings.Count - FollowedSensors.Fields.Count;
            for (var index = 0; index < scalars; index++)
            {
                Add(ref cells[index], Readings[index].Value(accepted.Snapshot));
            }

            if (accepted.Snapshot.Section(SensorsSection.Definition) is not { } sensors)
            {
                return;
            }

            node.Sensors ??= new FollowedSensors();
            for (var index = scalars; index < Readings.Count; index++)
            {
                Add(ref cells[index], node.Sensors.Value(index - scalars, sensors, start));
            }
        }
    }

    /// <inheritdoc/>
    public void OnHealthChanged(NodeStatus status, NodeHealth? before)
    {
        if (status.Health == NodeHealth.Forgotten)
        {
            lock (_lock)
            {
                _nodes.Remove(status.Id);
            }
        }
    }

    /// <inheritdoc/>
    public void OnEvent(NodeEvent raised)
    {
        // Events have a table of their own.
    }

    /// <summary>Copies what is in memory, not yet in the database.</summary>
    /// <param name="node">The node; <see langword="null"/> for all.</param>
    public List<(long Start, string Node, HistoryCell[] Cells)> CopyUnwritten(string? node)
    {
        List<(long Start, string Node, HistoryCell[] Cells)> copy = [];
        lock (_lock)
        {
            var buckets = _inFlight.Concat(_closed).Concat(_late.Buckets);
            foreach (var bucket in _open is null ? buckets : buckets.Append(_open))
            {
                foreach (var (entry, cells) in bucket.Entries)
                {
                    if (node is null || entry.Name == node)
                    {
                        copy.Add((bucket.Start, entry.Name, [.. cells]));
                    }
                }
            }
        }

        return copy;
    }

    /// <inheritdoc/>
    public void Prepare(bool final)
    {
        var now = _time.GetUtcNow().ToUnixTimeSeconds();
        lock (_lock)
        {
            if (_open is { } open
                && (final || now >= open.Start + Finest.StepSeconds + CloseDelaySeconds || now < open.Start))
            {
                CloseOpen();
            }

            if (_late.Since is { } since && (final || now >= since + LateSeconds || now < since))
            {
                CloseLate();
            }
        }
    }

    /// <inheritdoc/>
    public void OnOpened(DatabaseSession session)
    {
        for (var index = 0; index < Readings.Count; index++)
        {
            var name = Readings[index].ApiName;
            session.Execute("INSERT OR IGNORE INTO history_reading (name) VALUES ($name)", ("$name", name));
            _readingKeys[index] = session.Integer(
                "SELECT id FROM history_reading WHERE name = $name", ("$name", name))!.Value;
        }

        lock (_lock)
        {
            // Also of nodes that are forgotten already, whose last samples wait.
            var waiting = (_open is null ? _closed : _closed.Append(_open))
                .Concat(_late.Buckets)
                .SelectMany(static bucket => bucket.Entries);
            foreach (var node in _nodes.Values.Concat(waiting.Select(static entry => entry.Node)))
            {
                node.Key = 0;
                node.LastNoted = 0;
            }
        }

        _tiers.OnOpened(session);
    }

    /// <inheritdoc/>
    public bool Write(DatabaseSession session, bool final)
    {
        lock (_lock)
        {
            while (_closed.TryDequeue(out var bucket))
            {
                _inFlight.Add(bucket);
            }

            _closedBytes = 0;
        }

        foreach (var bucket in _inFlight)
        {
            WriteBucket(session, bucket);
        }

        // Whatever is older than the bucket that is open now will not change any more, unless the clock steps back.
        var now = _time.GetUtcNow().ToUnixTimeSeconds();
        var closedUntil = Math.Min(Finest.Floor(now - CloseDelaySeconds), OpenStart() ?? long.MaxValue);
        var hasMaintained = _tiers.Maintain(session, now, closedUntil);
        return _inFlight.Count > 0 || hasMaintained;
    }

    /// <inheritdoc/>
    public void OnCommitted()
    {
        lock (_lock)
        {
            _inFlight.Clear();
            _noted.Clear();
        }

        _tiers.OnCommitted();
    }

    /// <inheritdoc/>
    public void OnRolledBack()
    {
        lock (_lock)
        {
            foreach (var node in _noted)
            {
                node.Key = 0;
                node.LastNoted = 0;
            }

            // Older than what was closed since.
            var newer = _closed.ToArray();
            _closed.Clear();
            foreach (var bucket in _inFlight.Concat(newer))
            {
                _closed.Enqueue(bucket);
            }

            _closedBytes = _closed.Sum(static bucket => bucket.Bytes);
            _inFlight.Clear();
            _noted.Clear();
            KeepMemoryLimit();
        }

        _tiers.OnRolledBack();
    }

    private long? OpenStart()
    {
        lock (_lock)
        {
            return _open?.Start;
        }
    }

    private static void Add(ref HistoryCell cell, double? measured)
    {
        if (measured is { } value && double.IsFinite(value))
        {
            cell.Add(value, value, value, 1);
        }
    }

    private bool TryGetNode(string id, out HistoryNode node)
    {
        if (_nodes.TryGetValue(id, out node!))
        {
            return true;
        }

        if (_nodes.Count >= _settings.HistoryNodesMax)
        {
            return false;
        }

        node = new HistoryNode(id);
        _nodes.Add(id, node);
        return true;
    }

    private HistoryCell[] OpenCells(HistoryNode node, long start)
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
            node.Cells = new HistoryCell[Readings.Count];
            _open.Add(node, node.Cells);
        }

        return node.Cells;
    }

    private HistoryCell[] LateCells(HistoryNode node, long start)
    {
        if (_late.Bytes > _settings.MemoryBytesMax / 4)
        {
            CloseLate();
        }

        return _late.CellsOf(start, node, Readings.Count, _time.GetUtcNow().ToUnixTimeSeconds());
    }

    private void CloseOpen()
    {
        if (_open is { Entries.Count: > 0 } open)
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
        while (_closedBytes > _settings.MemoryBytesMax && _closed.Count > 1)
        {
            var oldest = _closed.Dequeue();
            _closedBytes -= oldest.Bytes;
            _metrics.HistoryDropped[HistoryDropReason.MemoryFull].Add(oldest.Entries.Count * (long)Readings.Count);
        }
    }

    private void WriteBucket(DatabaseSession session, HistoryBucket bucket)
    {
        foreach (var (node, _) in bucket.Entries)
        {
            ResolveKey(session, node, bucket.Start);
        }

        // In the order of the key, so that the rows go to neighbouring pages. Sorted as a copy: questions read the list
        // meanwhile.
        long rows = 0;
        foreach (var (node, cells) in bucket.Entries.OrderBy(static entry => entry.Node.Key))
        {
            for (var index = 0; index < cells.Length; index++)
            {
                if (cells[index].Count > 0)
                {
                    WriteRow(session, bucket.Start, node.Key, _readingKeys[index], cells[index]);
                    rows++;
                }
            }
        }

        _tiers.OnFinestWritten(bucket.Start);
        _metrics.HistoryRowsWritten.Add(rows);
    }

    private void WriteRow(DatabaseSession session, long time, long node, long reading, in HistoryCell cell) =>
        session.Execute(
            """
            INSERT INTO history (step, time, node, reading, low, mean, high, samples)
            VALUES ($step, $time, $node, $reading, $low, $mean, $high, $samples)
            ON CONFLICT DO UPDATE SET low = min(low, excluded.low), high = max(high, excluded.high),
                mean = (mean * samples + excluded.mean * excluded.samples) / (samples + excluded.samples),
                samples = samples + excluded.samples
            """,
            ("$step", Finest.StepSeconds),
            ("$time", time),
            ("$node", node),
            ("$reading", reading),
            ("$low", cell.Low),
            ("$mean", cell.Mean),
            ("$high", cell.High),
            ("$samples", cell.Count));

    private void ResolveKey(DatabaseSession session, HistoryNode node, long time)
    {
        if (node.Key != 0 && time < node.LastNoted + NoteSeconds)
        {
            return;
        }

        node.Key = session.Integer(
            "INSERT INTO history_node (name, last) VALUES ($name, $last) "
                + "ON CONFLICT (name) DO UPDATE SET last = max(last, excluded.last) RETURNING id",
            ("$name", node.Name),
            ("$last", time))!.Value;
        node.LastNoted = time;
        _noted.Add(node);
    }
}
