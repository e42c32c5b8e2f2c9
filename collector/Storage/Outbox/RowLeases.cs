namespace NodeTelemetry.Collector.Storage.Outbox;

/// <summary>
/// The rows of the outbox in exclusive use, by the exporter or by the limit that drops them. No document is sent twice,
/// or counted both as delivered and as dropped.
/// </summary>
/// <remarks>Guarded by the outbox's lock.</remarks>
internal sealed class RowLeases
{
    // Rows that were leased before they were written, so that the cursor has not passed them yet.
    private readonly HashSet<long> _early = [];

    // Rows that the open transaction deletes because of the limit.
    private readonly HashSet<long> _dropping = [];

    /// <summary>Gets the last leased row; all rows before it were leased or are gone.</summary>
    public long Cursor { get; private set; }

    /// <summary>Gets the number of the file that holds the rows: a new file has other rows.</summary>
    public int Generation { get; private set; }

    /// <summary>Leases the next row to the exporter.</summary>
    public LeaseOutcome Lease(long id)
    {
        if (_dropping.Contains(id))
        {
            return LeaseOutcome.Dropping;
        }

        Cursor = id;
        return _early.Remove(id) ? LeaseOutcome.AlreadyLeased : LeaseOutcome.Granted;
    }

    /// <summary>A batch that was leased from memory becomes a row with the open transaction.</summary>
    public void LeaseEarly(long id) => _early.Add(id);

    /// <summary>Leases a row in order to drop it with the open transaction.</summary>
    /// <returns>Whether the row was free.</returns>
    public bool TryDrop(long id) => id > Cursor && !_early.Contains(id) && _dropping.Add(id);

    /// <summary>The transaction is durable.</summary>
    public void OnCommitted() => _dropping.Clear();

    /// <summary>The transaction has failed: its rows do not exist, and the rows that it dropped do.</summary>
    public void OnRolledBack(IEnumerable<long> inserted)
    {
        _early.ExceptWith(inserted);
        _dropping.Clear();
    }

    /// <summary>Starts again with a new file.</summary>
    public void Reset()
    {
        Generation++;
        Cursor = 0;
        _early.Clear();
        _dropping.Clear();
    }
}

/// <summary>The outcome of leasing a row.</summary>
internal enum LeaseOutcome
{
    /// <summary>The caller has the row.</summary>
    Granted,

    /// <summary>The exporter had leased it before.</summary>
    AlreadyLeased,

    /// <summary>The open transaction drops it; the end of the transaction decides.</summary>
    Dropping,
}
