namespace NodeTelemetry.Collector.Storage.Database;

/// <summary>
/// Something that has rows to write. The writer asks each in turn and puts all they have into one transaction.
/// </summary>
/// <remarks>
/// Called by the writer only, one method at a time. What was written is kept until <see cref="OnCommitted"/>, in
/// bounded memory: a database that cannot be written needs no other handling.
/// </remarks>
internal interface IDatabaseWork
{
    /// <summary>Gets ready what does not need the database; called also while there is none.</summary>
    /// <param name="final">Whether the collector stops, so that nothing may wait for later.</param>
    void Prepare(bool final);

    /// <summary>
    /// The database was opened, perhaps another file than before: whatever is known of its rows is void.
    /// </summary>
    void OnOpened(DatabaseSession session);

    /// <summary>Writes what is due into the open transaction.</summary>
    /// <returns>Whether anything was written.</returns>
    bool Write(DatabaseSession session, bool final);

    /// <summary>What was written is durable.</summary>
    void OnCommitted();

    /// <summary>What was written is gone and has to be written again.</summary>
    void OnRolledBack();
}
