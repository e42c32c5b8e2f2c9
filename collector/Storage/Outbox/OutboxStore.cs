using System.Globalization;
using Microsoft.Data.Sqlite;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Storage.Database;

namespace NodeTelemetry.Collector.Storage.Outbox;

/// <summary>
/// Batches of ready-made bulk lines that await OpenSearch: filled by the ingest loop, stored by the writer, read by the
/// exporter.
/// </summary>
/// <remarks>
/// A document's way: current buffer → full buffer → pending batch (packed) → in flight (in an open transaction) → row.
/// Until it is a row, a crash loses it; a batch is closed after one linger at the latest. Rows leave when they are
/// delivered; that this happened is itself only written with the next transaction, because sending a batch twice is
/// harmless.
/// </remarks>
internal sealed class OutboxStore : IDatabaseWork, IDisposable
{
    // Empty buffers kept for reuse: one being filled while one is packed.
    private const int SpareBuffersMax = 2;

    private readonly StorageSettings _settings;
    private readonly CollectorMetrics _metrics;
    private readonly OutboxDrops _drops;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly WakeSignal _available = new();
    private readonly Queue<BatchBuffer> _full = [];
    private readonly Stack<BatchBuffer> _spare = [];
    private readonly List<OutboxBatch> _pending = [];

    // Rows that were delivered, or shrunk: bounded by the number of rows, because each is in it once.
    private readonly HashSet<long> _completed = [];
    private readonly Dictionary<long, OutboxBatch> _replaced = [];

    // What the open transaction holds; the writer's own.
    private readonly List<OutboxBatch> _inFlight = [];
    private readonly List<long> _inFlightIds = [];
    private readonly List<long> _completedInFlight = [];
    private readonly List<OutboxBatch> _replacedInFlight = [];
    private readonly List<OutboxBatch> _droppedInFlight = [];

    private readonly RowLeases _claims = new();
    private readonly OutboxReader _reader = new();
    private BatchBuffer _current = new();
    private long _fullBytes;
    private long _pendingBytes;
    private OutboxTotals _totals = OutboxTotals.None;
    private OutboxTotals _totalsInFlight = OutboxTotals.None;

    /// <summary>Initializes a new instance of the <see cref="OutboxStore"/> class.</summary>
    /// <param name="settings">The limits.</param>
    /// <param name="metrics">The counters.</param>
    /// <param name="time">The clock.</param>
    /// <param name="nodeOf">Tells whose a document is, so that drops are counted by node.</param>
    public OutboxStore(
        StorageSettings settings, CollectorMetrics metrics, TimeProvider time, NodeOfDocument? nodeOf = null)
    {
        _drops = new OutboxDrops(metrics.Storage, nodeOf);
        _settings = settings;
        _metrics = metrics;
        _time = time;
    }

    /// <summary>Gets what awaits delivery.</summary>
    public OutboxStatus Status
    {
        get
        {
            lock (_lock)
            {
                return new OutboxStatus(
                    _totals.Documents, _totals.Bytes, _totals.OldestAt, _fullBytes + _pendingBytes);
            }
        }
    }

    /// <summary>Adds one document's two lines. Neither blocks nor throws; called by the ingest loop.</summary>
    public void Append(ReadOnlySpan<byte> lines)
    {
        lock (_lock)
        {
            if (lines.Length > _settings.BatchBytesMax)
            {
                _drops.Add(OutboxDropReason.TooLong, lines);
                return;
            }

            if (_current.Documents >= _settings.BatchDocumentsMax
                || _current.Length + lines.Length > _settings.BatchBytesMax)
            {
                CloseCurrent();
            }

            _current.Append(lines, _time);
        }
    }

    /// <summary>Waits until a batch may be there.</summary>
    public Task WaitAsync(CancellationToken token) => _available.WaitAsync(token);

    /// <summary>
    /// Takes the oldest batch not taken before: from the database, or, while that cannot be written, from memory.
    /// </summary>
    /// <remarks>
    /// For one exporter. A batch that was taken but not completed is taken again after a restart. One that is damaged
    /// is dropped here, and the next one taken.
    /// </remarks>
    /// <param name="database">The database; read through a connection of the exporter's own.</param>
    /// <param name="isDegraded">Whether the database cannot be written, so that batches in memory are due as
    /// well.</param>
    /// <exception cref="SqliteException">The database cannot be read.</exception>
    public OutboxBatch? Take(TelemetryDatabase database, bool isDegraded)
    {
        while (true)
        {
            long cursor;
            int generation;
            lock (_lock)
            {
                cursor = _claims.Cursor;
                generation = _claims.Generation;
            }

            var row = _reader.Read(database, cursor);
            lock (_lock)
            {
                if (row is null)
                {
                    return isDegraded ? TakePending() : null;
                }

                if (generation != _claims.Generation)
                {
                    continue;
                }

                var claim = _claims.Take(row.Id);
                if (claim == LeaseOutcome.Pending)
                {
                    return null;
                }

                if (claim == LeaseOutcome.Taken)
                {
                    continue;
                }

                if (row.Batch is { } batch)
                {
                    batch.Generation = generation;
                    return batch;
                }

                _completed.Add(row.Id);
            }

            _drops.Add(OutboxDropReason.Damaged, row.Documents);
            database.ReportDamagedRow(
                "outbox", string.Create(CultureInfo.InvariantCulture, $"batch {row.Id}"), row.Problem);
        }
    }

    /// <summary>The batch was delivered: it leaves.</summary>
    public void Complete(OutboxBatch batch)
    {
        lock (_lock)
        {
            if (batch.Id > 0)
            {
                if (batch.Generation == _claims.Generation)
                {
                    _replaced.Remove(batch.Id);
                    _completed.Add(batch.Id);
                }
            }
            else if (_pending.Remove(batch))
            {
                _pendingBytes -= batch.Body.Length;
            }
            else
            {
                batch.IsDone = true;
            }
        }
    }

    /// <summary>Part of the batch was delivered: it stays with the lines that were not.</summary>
    /// <returns>The smaller batch, which takes the place of the other.</returns>
    public OutboxBatch Replace(OutboxBatch batch, int documents, ReadOnlySpan<byte> lines)
    {
        var smaller = OutboxBatch.Create(batch.CreatedAt, documents, lines, _settings.CompressBatches);
        lock (_lock)
        {
            if (batch.Id > 0)
            {
                smaller.Id = batch.Id;
                smaller.Generation = batch.Generation;
                if (batch.Generation == _claims.Generation)
                {
                    _replaced[batch.Id] = smaller;
                }
            }
            else
            {
                smaller.IsTaken = true;
                var place = _pending.IndexOf(batch);
                if (place >= 0)
                {
                    _pending[place] = smaller;
                    _pendingBytes += smaller.Body.Length - batch.Body.Length;
                }
                else
                {
                    batch.IsDone = true;
                    AddPending(smaller);
                }
            }
        }

        return smaller;
    }

    /// <inheritdoc/>
    public void Prepare(bool final)
    {
        lock (_lock)
        {
            if (_current.Documents > 0
                && (final || _time.GetElapsedTime(_current.CreatedTimestamp) >= _settings.Linger))
            {
                CloseCurrent();
            }
        }

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

            // Packing takes milliseconds, so it is done outside of the lock that the ingest loop takes.
            var batch = OutboxBatch.Create(buffer.CreatedAt, buffer.Documents, buffer.Lines, _settings.CompressBatches);
            lock (_lock)
            {
                _fullBytes -= buffer.Length;
                buffer.Clear();
                if (_spare.Count < SpareBuffersMax)
                {
                    _spare.Push(buffer);
                }

                AddPending(batch);
            }

            _available.Set();
        }

        _drops.CountLater();
    }

    /// <inheritdoc/>
    public void OnOpened(DatabaseSession session)
    {
        var totals = OutboxRows.ReadTotals(session);
        lock (_lock)
        {
            if (totals.LastId < _totals.LastId)
            {
                // Another file: the former was damaged and set aside, with what was in it.
                _drops.Add(OutboxDropReason.Damaged, _totals.Documents);
                _claims.Reset();
                _completed.Clear();
                _replaced.Clear();
            }

            _totals = totals;
        }

        _available.Set();
    }

    /// <inheritdoc/>
    public bool Write(DatabaseSession session, bool final)
    {
        lock (_lock)
        {
            _inFlight.AddRange(_pending);
            _pending.Clear();
            _pendingBytes = 0;
            _completedInFlight.AddRange(_completed);
            _replacedInFlight.AddRange(_replaced.Values);
            _completed.Clear();
            _replaced.Clear();
        }

        if (_inFlight.Count + _completedInFlight.Count + _replacedInFlight.Count == 0)
        {
            return false;
        }

        foreach (var id in _completedInFlight)
        {
            OutboxRows.Delete(session, id);
        }

        foreach (var batch in _replacedInFlight)
        {
            OutboxRows.Update(session, batch);
        }

        foreach (var batch in _inFlight)
        {
            _inFlightIds.Add(OutboxRows.Insert(session, batch));
            if (batch.IsTaken)
            {
                // Before it can be read, which is before this collector learns that it was committed.
                lock (_lock)
                {
                    _claims.TakeEarly(_inFlightIds[^1]);
                }
            }
        }

        KeepLimit(session);
        _totalsInFlight = OutboxRows.ReadTotals(session);
        return true;
    }

    /// <inheritdoc/>
    public void OnCommitted()
    {
        if (_inFlight.Count + _completedInFlight.Count + _replacedInFlight.Count == 0)
        {
            return;
        }

        lock (_lock)
        {
            for (var index = 0; index < _inFlight.Count; index++)
            {
                var batch = _inFlight[index];
                batch.Id = _inFlightIds[index];
                batch.Generation = _claims.Generation;
                _metrics.Storage.OutboxBatchesCommitted.Add();
                _metrics.Storage.OutboxDocumentsCommitted.Add(batch.Documents);
                if (batch.IsDone)
                {
                    _completed.Add(batch.Id);
                }
            }

            _totals = _totalsInFlight;
            _claims.OnCommitted();
        }

        // Outside of the lock, because it takes milliseconds.
        _droppedInFlight.ForEach(batch => _drops.Add(OutboxDropReason.OutboxFull, batch));
        ForgetInFlight();

        _available.Set();
    }

    /// <inheritdoc/>
    public void OnRolledBack()
    {
        lock (_lock)
        {
            var undelivered = _inFlight.FindAll(static batch => !batch.IsDone);
            _pending.InsertRange(0, undelivered);
            _pendingBytes += undelivered.Sum(static batch => (long)batch.Body.Length);
            _completed.UnionWith(_completedInFlight);
            foreach (var batch in _replacedInFlight)
            {
                // What happened to it meanwhile is newer.
                if (!_completed.Contains(batch.Id))
                {
                    _replaced.TryAdd(batch.Id, batch);
                }
            }

            _claims.OnRolledBack(_inFlightIds);
            ForgetInFlight();
            KeepMemoryLimit();
        }

        _drops.CountLater();
        _available.Set();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _reader.Dispose();
        _available.Dispose();
    }

    private OutboxBatch? TakePending()
    {
        var batch = _pending.Find(static batch => !batch.IsTaken);
        if (batch is not null)
        {
            batch.IsTaken = true;
        }

        return batch;
    }

    private void KeepLimit(DatabaseSession session)
    {
        // What the exporter has stays: it is about to be delivered, and is a few batches. A single one is kept whatever
        // its size.
        long after = 0;
        while (OutboxRows.ReadTotals(session).Bytes > _settings.OutboxBytesMax
            && OutboxRows.NextButLast(session, after) is { } id)
        {
            after = id;
            bool isFree;
            lock (_lock)
            {
                isFree = _claims.TryDrop(id);
            }

            if (isFree && OutboxRows.Take(session, id) is { } dropped)
            {
                _droppedInFlight.Add(dropped);
            }
        }
    }

    private void CloseCurrent()
    {
        _full.Enqueue(_current);
        _fullBytes += _current.Length;
        _current = _spare.TryPop(out var spare) ? spare : new BatchBuffer();
        KeepMemoryLimit();
    }

    private void AddPending(OutboxBatch batch)
    {
        _pending.Add(batch);
        _pendingBytes += batch.Body.Length;
        KeepMemoryLimit();
    }

    private void KeepMemoryLimit()
    {
        while (_fullBytes + _pendingBytes > _settings.MemoryBytesMax && _pending.Count + _full.Count > 1)
        {
            // What the exporter has stays, as in the database.
            if (_pending.Find(static batch => !batch.IsTaken) is { } batch)
            {
                _pending.Remove(batch);
                _pendingBytes -= batch.Body.Length;
                _drops.AddLater(batch);
            }
            else if (_full.TryDequeue(out var buffer))
            {
                _fullBytes -= buffer.Length;
                _drops.AddLater(buffer);
            }
            else
            {
                return;
            }
        }
    }

    private void ForgetInFlight()
    {
        _inFlight.Clear();
        _inFlightIds.Clear();
        _completedInFlight.Clear();
        _replacedInFlight.Clear();
        _droppedInFlight.Clear();
    }
}
