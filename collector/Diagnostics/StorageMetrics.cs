using Prometheus;

namespace NodeTelemetry.Collector.Diagnostics;

/// <summary>Counters of the database since the collector started.</summary>
/// <param name="registry">Writes them.</param>
internal sealed class StorageMetrics(MetricRegistry registry)
{
    public Counter Transactions { get; } = registry.CreateCounter(
        "database_transactions_total", "Transactions committed");

    public Histogram CommitDuration { get; } = registry.CreateHistogram(
        "database_commit_duration_seconds",
        "Time of a transaction that wrote rows, from its begin to the end of its commit",
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10);

    public Counter TransactionsFailed { get; } = registry.CreateCounter(
        "database_transactions_failed_total", "Transactions that failed and were tried again");

    public Counter BytesWritten { get; } = registry.CreateCounter(
        "database_written_bytes_total", "Bytes written to the database's files, by the pages handed to the system");

    public Counter FilesQuarantined { get; } = registry.CreateCounter(
        "database_files_quarantined_total", "Damaged database files moved to quarantine");

    public Counter RowsDamaged { get; } = registry.CreateCounter(
        "database_rows_damaged_total", "Damaged rows that were skipped");

    public Counter OutboxBatchesCommitted { get; } = registry.CreateCounter(
        "outbox_batches_committed_total", "Batches committed to the outbox");

    public Counter OutboxDocumentsCommitted { get; } = registry.CreateCounter(
        "outbox_documents_committed_total", "Documents committed to the outbox");

    public CounterSet<OutboxDropReason> OutboxDocumentsDropped { get; } = registry.CreateCounters<OutboxDropReason>(
        "outbox_documents_dropped_total", "Documents that will not be delivered", "reason");

    public NodeCounters<OutboxDropReason> OutboxNodesDropped { get; } = new(registry.CreateCounter(
        "outbox_node_documents_dropped_total",
        "Documents that will not be delivered, by the node that sent them",
        "node",
        "reason"));

    public Counter HistoryRowsWritten { get; } = registry.CreateCounter(
        "history_rows_written_total", "Values written to the history, all tiers");

    public CounterSet<HistoryDropReason> HistoryDropped { get; } = registry.CreateCounters<HistoryDropReason>(
        "history_dropped_total", "Values and rows missing from the history", "reason");

    public Counter EventsWritten { get; } = registry.CreateCounter("events_written_total", "Events written");

    public Counter EventsFolded { get; } = registry.CreateCounter(
        "events_folded_total", "Events that a later event of the same kind and node stands for");

    public CounterSet<EventDropReason> EventsDropped { get; } = registry.CreateCounters<EventDropReason>(
        "events_dropped_total", "Events dropped", "reason");

    public Counter DeadLettersDropped { get; } = registry.CreateCounter(
        "dead_letters_dropped_total", "Dead letters dropped because the limit was reached");
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
