namespace NodeTelemetry.Collector.Diagnostics;

/// <summary>What the database has done since the collector started.</summary>
internal sealed class StorageMetrics
{
    /// <summary>Gets the transactions that were committed.</summary>
    public Counter Transactions { get; } = new();

    /// <summary>Gets the transactions that failed; what they held is kept in memory and tried again.</summary>
    public Counter TransactionsFailed { get; } = new();

    /// <summary>
    /// Gets the bytes written to the database's files, an upper estimate by the pages handed to the system.
    /// </summary>
    public Counter BytesWritten { get; } = new();

    /// <summary>Gets the damaged database files moved to quarantine.</summary>
    public Counter FilesQuarantined { get; } = new();

    /// <summary>Gets the rows that held what was never written there and were left out.</summary>
    public Counter RowsDamaged { get; } = new();

    /// <summary>Gets the batches committed to the outbox.</summary>
    public Counter OutboxBatchesCommitted { get; } = new();

    /// <summary>Gets the documents in those batches.</summary>
    public Counter OutboxDocumentsCommitted { get; } = new();

    /// <summary>Gets the documents that will not be delivered, by reason.</summary>
    public CounterSet<OutboxDropReason> OutboxDocumentsDropped { get; } = new();

    /// <summary>Gets the same by node as well.</summary>
    public NodeCounters<OutboxDropReason> OutboxNodesDropped { get; } = new();

    /// <summary>Gets the rows written to the history, of every tier.</summary>
    public Counter HistoryRowsWritten { get; } = new();

    /// <summary>Gets the values or rows that the history lacks, by reason.</summary>
    public CounterSet<HistoryDropReason> HistoryDropped { get; } = new();

    /// <summary>Gets the events written.</summary>
    public Counter EventsWritten { get; } = new();

    /// <summary>Gets the events that are not kept, by reason.</summary>
    public CounterSet<EventDropReason> EventsDropped { get; } = new();

    /// <summary>Gets the dead letters that were dropped because there were too many.</summary>
    public Counter DeadLettersDropped { get; } = new();
}

/// <summary>Why a document left the outbox without being delivered.</summary>
internal enum OutboxDropReason
{
    /// <summary>The outbox in the database had reached its limit: the oldest batch went.</summary>
    OutboxFull,

    /// <summary>
    /// The database could not be written for so long that memory for its batches ran out: the oldest went.
    /// </summary>
    MemoryFull,

    /// <summary>A single document is longer than a batch may be.</summary>
    TooLong,

    /// <summary>The batch, or the database file that it was in, was damaged.</summary>
    Damaged,
}

/// <summary>Why the history lacks something.</summary>
internal enum HistoryDropReason
{
    /// <summary>
    /// The database could not be written for so long that memory for closed buckets ran out: rows of the oldest.
    /// </summary>
    MemoryFull,

    /// <summary>More nodes than the history keeps: a sample of the node that came too late.</summary>
    TooManyNodes,

    /// <summary>More file systems, interfaces and sensors of one node than the history keeps: a value.</summary>
    TooManySeries,
}
