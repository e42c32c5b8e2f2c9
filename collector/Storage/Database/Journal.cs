namespace NodeTelemetry.Collector.Storage.Database;

/// <summary>
/// The rows of one table that are not durable yet: pending, then in flight in the open transaction.
/// After a rollback they are pending again.
/// </summary>
/// <remarks>
/// A new row replaces a pending row with the same key, also after a rollback.
/// Pending rows beyond the limit are dropped, oldest first, but the newest always stays.
/// Every method takes the lock of the table, which may hold it around several calls. The properties do not.
/// </remarks>
/// <typeparam name="TKey">Identifies a row.</typeparam>
/// <typeparam name="TRow">A row; <see langword="null"/> may stand for one to delete.</typeparam>
/// <param name="gate">The table's lock.</param>
/// <param name="sizeMax">The limit of the pending rows.</param>
/// <param name="size">The size of a row; without it, rows are counted.</param>
/// <param name="onDropped">Counts a row that was dropped at the limit.</param>
internal sealed class Journal<TKey, TRow>(
    Lock gate, long sizeMax = long.MaxValue, Func<TRow, long>? size = null, Action<TRow>? onDropped = null)
    where TKey : notnull
{
    private OrderedDictionary<TKey, TRow> _pending = [];
    private OrderedDictionary<TKey, TRow> _inFlight = [];

    /// <summary>Gets the pending rows, oldest first. The table holds its lock while it reads them.</summary>
    public IReadOnlyDictionary<TKey, TRow> Pending => _pending;

    /// <summary>Gets the rows in the open transaction, oldest first. Only the writer changes them.</summary>
    public IReadOnlyDictionary<TKey, TRow> InFlight => _inFlight;

    /// <summary>Gets all rows that are not durable. The table holds its lock while it reads them.</summary>
    public IEnumerable<TRow> Rows => _inFlight.Values.Concat(_pending.Values);

    /// <summary>Gets the size of the pending rows. The table holds its lock while it reads it.</summary>
    public long PendingSize { get; private set; }

    /// <summary>Adds or replaces a pending row.</summary>
    public void Put(TKey key, TRow row)
    {
        lock (gate)
        {
            if (_pending.TryGetValue(key, out var earlier))
            {
                PendingSize -= Size(earlier);
            }

            _pending[key] = row;
            PendingSize += Size(row);
            KeepLimit();
        }
    }

    /// <summary>Removes a pending row.</summary>
    /// <returns>Whether it was pending.</returns>
    public bool Remove(TKey key)
    {
        lock (gate)
        {
            if (!_pending.Remove(key, out var row))
            {
                return false;
            }

            PendingSize -= Size(row);
            return true;
        }
    }

    /// <summary>Removes all pending rows: the file that they were meant for is gone.</summary>
    public void Clear()
    {
        lock (gate)
        {
            _pending.Clear();
            PendingSize = 0;
        }
    }

    /// <summary>Takes all pending rows into a transaction.</summary>
    /// <returns>Whether there are any.</returns>
    public bool Take(DatabaseTransaction transaction)
    {
        var hasRows = Take();
        if (hasRows)
        {
            transaction.OnEnded(Commit, RollBack);
        }

        return hasRows;
    }

    /// <summary>Takes all pending rows; the table itself calls Commit or RollBack.</summary>
    /// <returns>Whether there are any.</returns>
    public bool Take()
    {
        lock (gate)
        {
            (_pending, _inFlight) = (_inFlight, _pending);
            PendingSize = 0;
            return _inFlight.Count > 0;
        }
    }

    /// <summary>The rows in flight are durable.</summary>
    public void Commit()
    {
        lock (gate)
        {
            _inFlight.Clear();
        }
    }

    /// <summary>The rows in flight are not in the database and become pending again, before the newer ones.</summary>
    public void RollBack()
    {
        lock (gate)
        {
            foreach (var (key, row) in _pending)
            {
                _inFlight[key] = row;
            }

            _pending.Clear();
            (_pending, _inFlight) = (_inFlight, _pending);
            PendingSize = _pending.Values.Sum(Size);
            KeepLimit();
        }
    }

    private long Size(TRow row) => size is null ? 1 : size(row);

    private void KeepLimit()
    {
        while (PendingSize > sizeMax && _pending.Count > 1)
        {
            var (_, oldest) = _pending.GetAt(0);
            _pending.RemoveAt(0);
            PendingSize -= Size(oldest);
            onDropped?.Invoke(oldest);
        }
    }
}
