using NodeTelemetry.Collector.Storage.Database;

namespace NodeTelemetry.Collector.Alerts.Storage;

/// <summary>
/// The rows of a table that is kept in memory as a whole, with the changes that are not yet committed.
/// </summary>
/// <typeparam name="TRow">A row; immutable.</typeparam>
internal sealed class RowSet<TRow>
    where TRow : class
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, TRow> _rows = new(StringComparer.Ordinal);
    private readonly Journal<string, TRow?> _changes;
    private readonly Action<DatabaseSession, string, TRow?> _write;

    /// <summary>Initializes a new instance of the <see cref="RowSet{TRow}"/> class.</summary>
    /// <param name="write">Writes a row by its key, or deletes it if the row is <see langword="null"/>.</param>
    public RowSet(Action<DatabaseSession, string, TRow?> write)
    {
        _write = write;
        _changes = new(_lock);
    }

    /// <summary>Adds a row loaded from the database.</summary>
    public void Restore(string key, TRow row)
    {
        lock (_lock)
        {
            _rows[key] = row;
        }
    }

    /// <summary>Adds or replaces a row.</summary>
    public void Put(string key, TRow row)
    {
        lock (_lock)
        {
            if (!_rows.TryGetValue(key, out var known) || !known.Equals(row))
            {
                _rows[key] = row;
                _changes.Put(key, row);
            }
        }
    }

    /// <summary>Removes a row.</summary>
    public void Remove(string key)
    {
        lock (_lock)
        {
            if (_rows.Remove(key))
            {
                _changes.Put(key, null);
            }
        }
    }

    /// <summary>Writes all rows again after another file was opened, which may have none of them.</summary>
    public void OnOpened()
    {
        lock (_lock)
        {
            foreach (var (key, row) in _rows)
            {
                _changes.Put(key, row);
            }
        }
    }

    /// <summary>Takes the changed rows into a transaction.</summary>
    public void Take(DatabaseTransaction transaction) => _changes.Take(transaction);

    /// <summary>Writes the rows of the open transaction.</summary>
    public void Write(DatabaseTransaction transaction)
    {
        foreach (var (key, row) in _changes.InFlight)
        {
            _write(transaction.Session, key, row);
        }
    }
}
