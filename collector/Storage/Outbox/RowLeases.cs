namespace NodeTelemetry.Collector.Storage.Outbox;

/// <summary>
/// Which rows of the outbox somebody has: the exporter, or the limit that drops them. Whoever claims a row first has it
/// alone, so that no document is sent twice, nor counted both as delivered and as dropped.
/// </summary>
/// <remarks>Guarded by the outbox's lock.</remarks>
internal sealed class RowLeases
{
    // Rows that were handed out before they were rows, so that the cursor has not passed them yet.
    private readonly HashSet<long> _early = [];

    // Rows that the open transaction deletes because there are too many.
    private readonly HashSet<long> _dropping = [];

    /// <summary>Gets the last row that was handed out; all before it were, or are gone.</summary>
    public long Cursor { get; private set; }

    /// <summary>Gets which file the rows are in: one that was damaged and replaced has other rows.</summary>
    public int Generation { get; private set; }

    /// <summary>Claims the next row for the exporter.</summary>
    public LeaseOutcome Take(long id)
    {
        if (_dropping.Contains(id))
        {
            return LeaseOutcome.Pending;
        }

        Cursor = id;
        return _early.Remove(id) ? LeaseOutcome.Taken : LeaseOutcome.Granted;
    }

    /// <summary>A batch that was handed out from memory becomes a row with this transaction.</summary>
    public void TakeEarly(long id) => _early.Add(id);

    /// <summary>Claims a row for being dropped with this transaction.</summary>
    /// <returns>Whether nobody has it.</returns>
    public bool TryDrop(long id) => id > Cursor && !_early.Contains(id) && _dropping.Add(id);

    /// <summary>The transaction is on the disk.</summary>
    public void OnCommitted() => _dropping.Clear();

    /// <summary>The transaction has come to nothing: its rows are none, and what it dropped is there.</summary>
    public void OnRolledBack(IEnumerable<long> inserted)
    {
        _early.ExceptWith(inserted);
        _dropping.Clear();
    }

    /// <summary>Begins anew with another file.</summary>
    public void Reset()
    {
        Generation++;
        Cursor = 0;
        _early.Clear();
        _dropping.Clear();
    }
}

/// <summary>What became of claiming a row.</summary>
internal enum LeaseOutcome
{
    /// <summary>It is the caller's.</summary>
    Granted,

    /// <summary>It was handed out before.</summary>
    Taken,

    /// <summary>It is being dropped: whether it is gone shows when the transaction has ended.</summary>
    Pending,
}
