using System.Globalization;
using Microsoft.Data.Sqlite;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Hosting;
using NodeTelemetry.Collector.Storage.Database;

namespace NodeTelemetry.Collector.Storage.Outbox;

/// <summary>
/// The batches of bulk lines that wait for OpenSearch.
/// Filled by the ingest loop, stored by the writer, read by the exporter.
/// </summary>
/// <remarks>
/// A document moves from the current buffer to a full buffer, a pending batch (compressed),
/// a batch in flight (in the open transaction) and a row.
/// A crash loses it until it is a row; a batch is closed after one linger at the latest.
/// The deletion of a delivered row is written with the next transaction: sending a batch twice is harmless.
/// </remarks>
internal sealed class OutboxStore : IDatabaseWork, IDisposable
{
    // Empty buffers kept for reuse: one is filled while one is compressed.
    private const int SpareBuffersMax = 2;

    private readonly StorageSettings _settings;
    private readonly CollectorMetrics _metrics;
    private readonly OutboxDrops _drops;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly WakeSignal _available;
    private readonly Queue<BatchBuffer> _full = [];
    private readonly Stack<BatchBuffer> _spare = [];

    // Batches to insert, by their key.
    private readonly Journal<object, OutboxBatch> _batches;

    // Rows to delete (null) or to shrink: bounded by the number of rows.
    private readonly Journal<long, OutboxBatch?> _changes;

    // Of the open transaction; used by the writer only.
    private readonly List<(OutboxBatch Batch, long Id)> _inserted = [];
    private readonly List<OutboxBatch> _dropped = [];
    private OutboxTotals _writtenTotals = OutboxTotals.None;

    private readonly RowLeases _leases = new();
    private readonly OutboxReader _reader = new();
    private BatchBuffer _current = new();
    private long _fullBytes;
    private OutboxTotals _totals = OutboxTotals.None;

    /// <summary>Initializes a new instance of the <see cref="OutboxStore"/> class.</summary>
    /// <param name="settings">The limits.</param>
    /// <param name="metrics">The counters.</param>
    /// <param name="time">The clock.</param>
    public OutboxStore(StorageSettings settings, CollectorMetrics metrics, TimeProvider time)
    {
        _batches = new(_lock, size: static batch => batch.Body.Length);
        _changes = new(_lock);
        _drops = new OutboxDrops(metrics.Storage);
        _settings = settings;
        _metrics = metrics;
        _time = time;
        _available = new WakeSignal(time);
    }

    /// <summary>Gets the status of the outbox.</summary>
    public OutboxStatus Status
    {
        get
        {
            lock (_lock)
            {
                return new OutboxStatus(
                    _totals.Documents, _totals.Bytes, _totals.OldestAt, _fullBytes + _batches.PendingSize);
            }
        }
    }

    /// <summary>Adds a document's two lines. Neither blocks nor throws; called by the ingest loop.</summary>
    public void Append(ReadOnlySpan<byte> lines, DocumentRoute route)
    {
        lock (_lock)
        {
            if (lines.Length > _settings.BatchBytesMax)
            {
                _drops.Add(OutboxDropReason.TooLong, route.Node, 1);
                return;
            }

            if (_current.Documents >= _settings.BatchDocumentsMax
                || _current.Length + lines.Length > _settings.BatchBytesMax)
            {
                CloseCurrent();
            }

            _current.Append(lines, route, _time);
        }
    }

    /// <summary>Waits until a batch may be available.</summary>
    public Task WaitAsync(CancellationToken token) => _available.WaitAsync(token);

    /// <summary>
    /// Leases the oldest batch that is free: from the database or, while that cannot be written, from memory.
    /// </summary>
    /// <remarks>
    /// For one exporter. A batch that was leased but not completed is leased again after a restart.
    /// A damaged batch is dropped here, and the next one leased.
    /// </remarks>
    /// <param name="database">The database; read through a separate connection.</param>
    /// <param name="isDegraded">Whether the database cannot be written, so that batches in memory are due too.</param>
    /// <exception cref="SqliteException">The database cannot be read.</exception>
    public OutboxBatch? Take(TelemetryDatabase database, bool isDegraded)
    {
        while (true)
        {
            long cursor;
            int generation;
            lock (_lock)
            {
                cursor = _leases.Cursor;
                generation = _leases.Generation;
            }

            var row = _reader.Read(database, cursor);
            lock (_lock)
            {
                if (row is null)
                {
                    return isDegraded ? TakePending() : null;
                }

                if (generation != _leases.Generation)
                {
                    continue;
                }

                var lease = _leases.Lease(row.Id);
                if (lease == LeaseOutcome.Dropping)
                {
                    return null;
                }

                if (lease == LeaseOutcome.AlreadyLeased)
                {
                    continue;
                }

                if (row.Batch is { } batch)
                {
                    batch.Generation = generation;
                    return batch;
                }

                _changes.Put(row.Id, null);
            }

            _drops.Add(OutboxDropReason.Damaged, row.Documents);
            database.ReportDamagedRow(
                "outbox", string.Create(CultureInfo.InvariantCulture, $"batch {row.Id}"), row.Problem);
        }
    }

    /// <summary>Removes a delivered batch.</summary>
    public void Complete(OutboxBatch batch)
    {
        lock (_lock)
        {
            if (batch.Id > 0)
            {
                Change(batch, null);
            }
            else if (!_batches.Remove(batch.Key))
            {
                batch.IsDone = true;
            }
        }
    }

    /// <summary>Replaces a partly delivered batch by one of the remaining lines.</summary>
    /// <returns>The smaller batch.</returns>
    public OutboxBatch Replace(OutboxBatch batch, IEnumerable<DocumentRoute> routes, ReadOnlySpan<byte> lines)
    {
        var smaller = OutboxBatch.Create(
            batch.CreatedAt, DocumentRoutes.Create(routes), lines, _settings.CompressBatches, batch.Key);
        lock (_lock)
        {
            if (batch.Id > 0)
            {
                smaller.Id = batch.Id;
                smaller.Generation = batch.Generation;
                Change(batch, smaller);
            }
            else
            {
                // If the larger batch is in flight and committed, it is deleted when the smaller one is written.
                smaller.IsLeased = true;
                batch.IsDone = !_batches.Pending.ContainsKey(batch.Key);
                _batches.Put(batch.Key, smaller);
                KeepMemoryLimit();
            }
        }

        return smaller;
    }

    /// <inheritdoc/>
    public TimeSpan Wait
    {
        get
        {
            lock (_lock)
            {
                // Stored batches are being delivered, and those that were are deleted.
                return _fullBytes + _batches.PendingSize + _totals.Documents > 0 ? TimeSpan.Zero
                    : _current.Documents > 0 ? _settings.Linger - _time.GetElapsedTime(_current.CreatedTimestamp)
                    : TimeSpan.MaxValue;
            }
        }
    }

    /// <inheritdoc/>
    public void Prepare(bool isFinal)
    {
        lock (_lock)
        {
            if (_current.Documents > 0
                && (isFinal || _time.GetElapsedTime(_current.CreatedTimestamp) >= _settings.Linger))
            {
                CloseCurrent();
            }
        }

        CompressFull();
    }

    /// <inheritdoc/>
    public void OnOpened(DatabaseSession session)
    {
        var totals = OutboxRows.ReadTotals(session);
        lock (_lock)
        {
            if (totals.LastId < _totals.LastId)
            {
                // A new file: nothing of the former could be read, or it was deleted.
                _drops.Add(OutboxDropReason.Damaged, Math.Max(0, _totals.Documents - totals.Documents));
                _leases.Reset();
                _changes.Clear();
            }

            _totals = totals;
        }

        _available.Set();
    }

    /// <inheritdoc/>
    public void Take(DatabaseTransaction transaction)
    {
        if (transaction.HasProgress)
        {
            // The progress counts their samples as stored.
            Prepare(isFinal: true);
        }

        lock (_lock)
        {
            if (_batches.Take() | _changes.Take())
            {
                transaction.OnEnded(OnCommitted, OnRolledBack);
            }
        }
    }

    /// <inheritdoc/>
    public void Write(DatabaseTransaction transaction)
    {
        if (_batches.InFlight.Count + _changes.InFlight.Count == 0)
        {
            return;
        }

        var session = transaction.Session;
        foreach (var (id, batch) in _changes.InFlight)
        {
            if (batch is null)
            {
                OutboxRows.Delete(session, id);
            }
            else
            {
                OutboxRows.Update(session, batch);
            }
        }

        foreach (var batch in _batches.InFlight.Values)
        {
            var id = OutboxRows.Insert(session, batch);
            _inserted.Add((batch, id));
            if (batch.IsLeased)
            {
                // Before the row can be read, which is before this collector learns of the commit.
                lock (_lock)
                {
                    _leases.LeaseEarly(id);
                }
            }
        }

        _writtenTotals = KeepLimit(session);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _reader.Dispose();
        _available.Dispose();
    }

    private void CompressFull()
    {
        while (true)
        {
            BatchBuffer? buffer;
            lock (_lock)
            {
                if (!_full.TryDequeue(out buffer))
                {
                    break;
                }
            }

            // Compression takes milliseconds, so it is done outside of the lock that the ingest loop takes.
            var batch = OutboxBatch.Create(buffer.CreatedAt, buffer.Routes, buffer.Lines, _settings.CompressBatches);
            lock (_lock)
            {
                _fullBytes -= buffer.Length;
                buffer.Clear();
                if (_spare.Count < SpareBuffersMax)
                {
                    _spare.Push(buffer);
                }

                _batches.Put(batch.Key, batch);
                KeepMemoryLimit();
            }

            _available.Set();
        }
    }

    private void OnCommitted()
    {
        lock (_lock)
        {
            foreach (var (batch, id) in _inserted)
            {
                batch.Id = id;
                batch.Generation = _leases.Generation;
                _metrics.Storage.OutboxBatchesCommitted.Inc();
                _metrics.Storage.OutboxDocumentsCommitted.Inc(batch.Documents);
                if (batch.IsDone)
                {
                    _changes.Put(id, null);
                }
            }

            _totals = _writtenTotals;
            _batches.Commit();
            _changes.Commit();
            _leases.OnCommitted();
        }

        // Outside of the lock: the routes of a row from an earlier process have to be read.
        _dropped.ForEach(batch => _drops.Add(OutboxDropReason.OutboxFull, batch));
        _dropped.Clear();
        _inserted.Clear();
        _available.Set();
    }

    private void OnRolledBack()
    {
        lock (_lock)
        {
            List<OutboxBatch> done = [.. _batches.InFlight.Values.Where(static batch => batch.IsDone)];
            _batches.RollBack();
            _changes.RollBack();
            foreach (var batch in done)
            {
                // Delivered meanwhile, unless a smaller batch has replaced it.
                if (_batches.Pending[batch.Key] == batch)
                {
                    _batches.Remove(batch.Key);
                }
            }

            _leases.OnRolledBack(_inserted.Select(static row => row.Id));
            _dropped.Clear();
            _inserted.Clear();
            KeepMemoryLimit();
        }

        _available.Set();
    }

    // A file that was replaced meanwhile has no row to change.
    private void Change(OutboxBatch batch, OutboxBatch? change)
    {
        if (batch.Generation == _leases.Generation)
        {
            _changes.Put(batch.Id, change);
        }
    }

    private OutboxBatch? TakePending()
    {
        var batch = FindUnleased();
        if (batch is not null)
        {
            batch.IsLeased = true;
        }

        return batch;
    }

    private OutboxBatch? FindUnleased() => _batches.Pending.Values.FirstOrDefault(static batch => !batch.IsLeased);

    private OutboxTotals KeepLimit(DatabaseSession session)
    {
        var totals = OutboxRows.ReadTotals(session);

        // Leased batches stay: they are few and about to be delivered. The last batch stays at any size.
        long after = 0;
        while (totals.Bytes > _settings.OutboxBytesMax
            && OutboxRows.NextButLast(session, after) is { } id)
        {
            after = id;
            bool isFree;
            lock (_lock)
            {
                isFree = _leases.TryDrop(id);
            }

            if (isFree && OutboxRows.Take(session, id) is { } batch)
            {
                _dropped.Add(batch);
                totals = OutboxRows.ReadTotals(session);
            }
        }

        return totals;
    }

    private void CloseCurrent()
    {
        _full.Enqueue(_current);
        _fullBytes += _current.Length;
        _current = _spare.TryPop(out var spare) ? spare : new BatchBuffer();
        KeepMemoryLimit();
    }

    private void KeepMemoryLimit()
    {
        while (_fullBytes + _batches.PendingSize > _settings.MemoryBytesMax
            && _batches.Pending.Count + _full.Count > 1)
        {
            // Leased batches stay, as in the database.
            if (FindUnleased() is { } batch)
            {
                _batches.Remove(batch.Key);
                _drops.Add(OutboxDropReason.MemoryFull, batch);
            }
            else if (_full.TryDequeue(out var buffer))
            {
                _fullBytes -= buffer.Length;
                _drops.Add(OutboxDropReason.MemoryFull, buffer.Routes);
            }
            else
            {
                return;
            }
        }
    }
}
