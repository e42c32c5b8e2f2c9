namespace NodeTelemetry.Collector.Diagnostics;

/// <summary>Counters of the database since the collector started.</summary>
internal sealed class StorageMetrics
{
    /// <summary>Gets the transactions that were committed.</summary>
    public Counter Transactions { get; } = new();

    /// <summary>Gets the failed transactions. Their rows stay in memory and are retried.</summary>
    public Counter TransactionsFailed { get; } = new();

    /// <summary>
    /// Gets the bytes written to the database's files, an upper estimate by the pages handed to the system.
    /// </summary>
    public Counter BytesWritten { get; } = new();

    /// <summary>Gets the damaged database files moved to quarantine.</summary>
    public Counter FilesQuarantined { get; } = new();

    /// <summary>Gets the damaged rows that were skipped.</summary>
    public Counter RowsDamaged { get; } = new();

    /// <summary>Gets the batches committed to the outbox.</summary>
    public Counter OutboxBatchesCommitted { get; } = new();

    /// <summary>Gets the documents in those batches.</summary>
    public Counter OutboxDocumentsCommitted { get; } = new();

    /// <summary>Gets the documents that will not be delivered, by reason.</summary>
    public CounterSet<OutboxDropReason> OutboxDocumentsDropped { get; } = new();

    /// <summary>Gets the documents that will not be delivered, by reason and node.</summary>
    public NodeCounters<OutboxDropReason> OutboxNodesDropped { get; } = new();

    /// <summary>Gets the rows written to the history, all tiers.</summary>
    public Counter HistoryRowsWritten { get; } = new();

    /// <summary>Gets the values and rows missing from the history, by reason.</summary>
    public CounterSet<HistoryDropReason> HistoryDropped { get; } = new();

    /// <summary>Gets the events written.</summary>
    public Counter EventsWritten { get; } = new();

    /// <summary>Gets the dropped events, by reason.</summary>
    public CounterSet<EventDropReason> EventsDropped { get; } = new();

    /// <summary>Gets the dead letters dropped because the limit was reached.</summary>
    public Counter DeadLettersDropped { get; } = new();
}

/// <summary>Why a document left the outbox without being delivered.</summary>
internal enum OutboxDropReason
{
    /// <summary>The limit of the outbox was reached; the oldest batch was dropped.</summary>
    OutboxFull,

    /// <summary>
    /// The database could not be written for so long that memory for its batches ran out: the oldest went.
    /// </summary>
    MemoryFull,

    /// <summary>The document exceeds the batch limit.</summary>
    TooLong,

    /// <summary>The batch or its database file was damaged.</summary>
    Damaged,
}

/// <summary>Why a value or row is missing from the history.</summary>
internal enum HistoryDropReason
{
    /// <summary>
    /// The database could not be written for so long that memory for closed buckets ran out: rows of the oldest.
    /// </summary>
    MemoryFull,

    /// <summary>The limit of nodes in the history was reached.</summary>
    TooManyNodes,

    /// <summary>The limit of series per node was reached.</summary>
    TooManySeries,
}
