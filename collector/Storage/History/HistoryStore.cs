using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Nodes.Registry;
using NodeTelemetry.Collector.Storage.Database;
using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;

namespace NodeTelemetry.Collector.Storage.History;

/// <summary>
/// The history: smallest, mean and largest value of each reading in buckets of several widths, each with a retention.
/// </summary>
/// <remarks>
/// Samples are aggregated in memory by their time of arrival and written with the next checkpoint.
/// Scalar readings go into the finest tier. Keyed entries (file systems, interfaces, sensors) go into the next,
/// because they are many and change slowly. <see cref="HistoryTiers"/> rolls them up into the coarser tiers.
/// A bucket that was already written, before a restart or a step of the clock, is merged.
/// <see cref="CopyUnwritten"/> may be called by any thread;
/// the other members, except those of the writer, under the lock of the checkpoint.
/// </remarks>
internal sealed class HistoryStore
{
    private readonly StorageMetrics _metrics;
    private readonly HistoryTiers _tiers;
    private readonly Lock _lock;
    private readonly HistoryBuckets _readings;
    private readonly HistoryBuckets _entries;
    private readonly HistoryRows _rows = new();
    private readonly HistoryNumbers _nodeNumbers = new("history_node");
    private readonly HistoryNumbers _seriesNumbers = new("history_reading");

    // Of the open transaction; used by the writer only.
    private readonly List<(long Time, long Node, long Start, HistoryRow Row)> _parts = [];
    private readonly ChunkCells _cells = new();
    private long _closedUntil;

    /// <summary>Initializes a new instance of the <see cref="HistoryStore"/> class.</summary>
    /// <param name="settings">The tiers and limits.</param>
    /// <param name="metrics">The counters.</param>
    /// <param name="retention">The time by which buckets are old.</param>
    /// <param name="time">The clock.</param>
    /// <param name="gate">The lock of the checkpoint.</param>
    public HistoryStore(
        StorageSettings settings, CollectorMetrics metrics, RetentionClock retention, TimeProvider time, Lock gate)
    {
        _lock = gate;
        _metrics = metrics.Storage;
        _tiers = new HistoryTiers(settings.Tiers, _rows, metrics.Storage, retention, time);
        _readings = new HistoryBuckets(
            _lock,
            settings.Tiers[0],
            [.. Readings.Select(static reading => reading.ApiName)],
            settings,
            metrics.Storage);
        _entries = new HistoryBuckets(_lock, settings.Tiers[settings.EntryTier], [], settings, metrics.Storage);
    }

    /// <summary>Gets the scalar readings with history, in the order of the catalogue.</summary>
    public static IReadOnlyList<FieldDefinition> Readings { get; } =
        [.. ReadingCatalog.Scalars.Where(
            static reading => reading.InHistory && reading.Kind != FieldKind.Counter)];

    /// <summary>Gets when the first late sample since the last checkpoint came, in seconds since the epoch.</summary>
    public long? LateSince => Min(_readings.LateSince, _entries.LateSince);

    /// <summary>Gets a value indicating whether the values since the last checkpoint take too much memory.</summary>
    public bool IsFull => _readings.IsFull || _entries.IsFull;

    /// <summary>Gets a value indicating whether the next round has more to do.</summary>
    public bool HasMore => _tiers.HasMore;

    /// <summary>Adds a sample.</summary>
    /// <param name="accepted">The sample.</param>
    /// <param name="now">The current time in seconds since the epoch.</param>
    public void Add(AcceptedSnapshot accepted, long now)
    {
        if (_readings.GetRow(accepted, now) is not { } row)
        {
            _metrics.HistoryDropped[HistoryDropReason.TooManyNodes].Inc();
            return;
        }

        for (var index = 0; index < Readings.Count; index++)
        {
            if (accepted.Snapshot[Readings[index]] is { } value && double.IsFinite(value))
            {
                row.Add(index, Readings[index].Derive is null ? value : HistoryCell.Round(value));
            }
        }

        if (EntrySeries.IsIn(accepted) && _entries.GetRow(accepted, now) is { } entries)
        {
            _metrics.HistoryDropped[HistoryDropReason.TooManySeries].Inc(EntrySeries.Add(accepted, entries));
        }
    }

    /// <summary>Forgets a node; its values stay.</summary>
    public void Forget(string node)
    {
        _readings.Forget(node);
        _entries.Forget(node);
    }

    /// <summary>Copies the values that are not in the database yet.</summary>
    /// <param name="node">The node; <see langword="null"/> for all.</param>
    /// <param name="forEntries">Whether to copy keyed entries instead of scalar readings.</param>
    public List<UnwrittenHistory> CopyUnwritten(string? node, bool forEntries)
    {
        List<UnwrittenHistory> copy = [];
        lock (_lock)
        {
            foreach (var bucket in (forEntries ? _entries : _readings).Unwritten)
            {
                foreach (var row in bucket.Rows)
                {
                    if (node is null || row.Node.Name == node)
                    {
                        copy.Add(new(bucket.Start, row.Node.Name, row.Node.Series, [.. row.Cells]));
                    }
                }
            }
        }

        return copy;
    }

    /// <summary>Closes the buckets whose time is over.</summary>
    /// <param name="now">The current time in seconds since the epoch.</param>
    public void CloseComplete(long now)
    {
        _readings.CloseComplete(now);
        _entries.CloseComplete(now);
    }

    /// <summary>Makes all values part of a checkpoint.</summary>
    /// <param name="now">The current time in seconds since the epoch.</param>
    public void Seal(long now)
    {
        _readings.Seal(now);
        _entries.Seal(now);
    }

    /// <summary>The database was opened.</summary>
    public void OnOpened(DatabaseSession session)
    {
        _rows.OnOpened(session, new HistoryReader(session.Prepare, (_, _, _) => _metrics.RowsDamaged.Inc()));
        _nodeNumbers.OnOpened();
        _seriesNumbers.OnOpened();
        _tiers.OnOpened(session);
    }

    /// <summary>Takes the values up to the last checkpoint into a transaction.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="now">The current time in seconds since the epoch.</param>
    public void Take(DatabaseTransaction transaction, long now)
    {
        _readings.Take(transaction);
        _entries.Take(transaction);

        // Older than the open bucket, nothing changes any more, unless the clock steps back.
        _closedUntil = _readings.ClosedUntil(now);
    }

    /// <summary>Writes the values taken, and maintains the coarser tiers.</summary>
    public void Write(DatabaseTransaction transaction)
    {
        transaction.OnEnded(OnCommitted, OnRolledBack);
        var hasRows = Write(transaction.Session, _readings) | Write(transaction.Session, _entries);
        _tiers.Maintain(transaction.Session, _closedUntil, hasRows);
    }

    private void OnCommitted()
    {
        _nodeNumbers.OnCommitted();
        _seriesNumbers.OnCommitted();
        _tiers.OnCommitted();
    }

    private void OnRolledBack()
    {
        _nodeNumbers.OnRolledBack();
        _seriesNumbers.OnRolledBack();
        _tiers.OnRolledBack();
    }

    private static long? Min(long? one, long? other) => one is null || other < one ? other : one;

    private bool Write(DatabaseSession session, HistoryBuckets buckets)
    {
        var step = buckets.Tier.StepSeconds;
        _parts.Clear();
        foreach (var bucket in buckets.InFlight)
        {
            foreach (var row in bucket.Rows)
            {
                var node = _nodeNumbers.Get(session, row.Node.Name, bucket.Start);
                _parts.Add((ChunkFormat.ChunkStart(step, bucket.Start), node, bucket.Start, row));
            }

            _tiers.OnWritten(buckets.Tier, bucket.Start);
        }

        // In the order of the key, so that the rows go to neighbouring pages.
        _parts.Sort(static (one, other) =>
            one.Time != other.Time ? one.Time.CompareTo(other.Time) : one.Node.CompareTo(other.Node));
        for (var index = 0; index < _parts.Count;)
        {
            var (time, node, _, _) = _parts[index];
            _cells.Clear(ChunkFormat.ChunkWidth(step));
            for (; index < _parts.Count && _parts[index].Time == time && _parts[index].Node == node; index++)
            {
                AddCells(session, (int)((_parts[index].Start - time) / step), _parts[index].Start, _parts[index].Row);
            }

            _rows.Write(step, time, node, _cells, isReplacing: false);
        }

        return _parts.Count > 0;
    }

    private void AddCells(DatabaseSession session, int bucket, long start, HistoryRow row)
    {
        var added = 0;
        for (var index = 0; index < row.Cells.Length; index++)
        {
            if (row.Cells[index].Count > 0)
            {
                var reading = _seriesNumbers.Get(session, row.Node.Series[index], start);
                _cells.Get(reading)[bucket].Add(row.Cells[index]);
                added++;
            }
        }

        _metrics.HistoryRowsWritten.Inc(added);
    }
}

/// <summary>Values of a node that are not in the database yet.</summary>
/// <param name="Start">The start of the bucket in seconds since the epoch.</param>
/// <param name="Node">The node's identity.</param>
/// <param name="Series">The names of the series.</param>
/// <param name="Cells">The values of each; the last ones may be missing.</param>
internal sealed record UnwrittenHistory(
    long Start, string Node, IReadOnlyList<string> Series, IReadOnlyList<HistoryCell> Cells);
