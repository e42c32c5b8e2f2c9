namespace NodeTelemetry.Collector.Alerts.Storage;

/// <summary>
/// The rows of a table that is kept in memory as a whole, and which of them the database does not have yet.
/// </summary>
/// <typeparam name="TRow">A row; immutable.</typeparam>
internal sealed class RowSet<TRow>
    where TRow : class
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, TRow> _rows = new(StringComparer.Ordinal);
    private readonly HashSet<string> _changed = new(StringComparer.Ordinal);
    private readonly List<string> _inFlight = [];

    /// <summary>Takes a row that the database has.</summary>
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
                _changed.Add(key);
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
                _changed.Add(key);
            }
        }
    }

    /// <summary>Another file was opened: it may have none of the rows.</summary>
    public void OnOpened()
    {
        lock (_lock)
        {
            _changed.UnionWith(_rows.Keys);
        }
    }

    /// <summary>Writes what the database does not have.</summary>
    /// <param name="write">Writes a row; <see langword="null"/> for one to delete.</param>
    /// <returns>Whether anything was written.</returns>
    public bool Write(Action<string, TRow?> write)
    {
        List<(string Key, TRow? Row)> rows;
        lock (_lock)
        {
            _inFlight.AddRange(_changed);
            _changed.Clear();
            rows = [.. _inFlight.Select(key => (key, _rows.GetValueOrDefault(key)))];
        }

        rows.ForEach(entry => write(entry.Key, entry.Row));
        return rows.Count > 0;
    }

    /// <summary>What was written is durable.</summary>
    public void OnCommitted() => _inFlight.Clear();

    /// <summary>What was written is gone.</summary>
    public void OnRolledBack()
    {
        lock (_lock)
        {
            _changed.UnionWith(_inFlight);
            _inFlight.Clear();
        }
    }
}
