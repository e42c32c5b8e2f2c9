namespace NodeTelemetry.Collector.Storage.Database;

/// <summary>A table, or a group of tables, that the <see cref="DatabaseWriter"/> writes.</summary>
/// <remarks>
/// Called by the writer only, one method at a time.
/// All tables take their pending rows before the first one writes: a transaction holds the rows of one moment.
/// Rows stay in bounded memory until the commit, usually in a <see cref="Journal{TKey,TRow}"/>,
/// so that a database that cannot be written needs no other handling.
/// </remarks>
internal interface IDatabaseWork
{
    /// <summary>Gets the time until it has something to do; zero at once. New rows may wait for the longest pause.
    /// </summary>
    TimeSpan Wait => TimeSpan.MaxValue;

    /// <summary>Prepares rows without the database; called also while it cannot be used.</summary>
    /// <param name="isFinal">Whether the collector stops, so that everything is due.</param>
    void Prepare(bool isFinal)
    {
        // Most rows are pending as they are.
    }

    /// <summary>The database was opened, perhaps as another file: cached knowledge about its rows is void.</summary>
    void OnOpened(DatabaseSession session)
    {
        // Most tables know nothing about their rows.
    }

    /// <summary>Takes the rows that are due; fast, and without the database.</summary>
    void Take(DatabaseTransaction transaction)
    {
        // Rows that need no moment of their own are created when they are written.
    }

    /// <summary>Writes the rows that were taken.</summary>
    void Write(DatabaseTransaction transaction);
}
