using NodeTelemetry.Collector.Alerts.Storage;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Storage.Database;
using NodeTelemetry.Collector.Storage.History;
using NodeTelemetry.Collector.Storage.Outbox;
using NodeTelemetry.Collector.Storage.Tables;

namespace NodeTelemetry.Collector.Run;

/// <summary>Creates the database, its tables and their writer.</summary>
internal sealed class StorageSetup : IAsyncDisposable
{
    private readonly HistoryRecovery _recovery;

    /// <summary>Initializes a new instance of the <see cref="StorageSetup"/> class. Nothing is opened yet.</summary>
    public StorageSetup(StorageSettings settings, CollectorMetrics metrics, TimeProvider time, ILoggerFactory loggers)
    {
        var gate = new Lock();
        Database = new TelemetryDatabase(settings.Path, metrics, time, loggers.CreateLogger<TelemetryDatabase>());
        Retention = new RetentionClock(
            time, RetentionClock.IsKernelSynchronized, loggers.CreateLogger<RetentionClock>());
        var history = new HistoryStore(settings, metrics, Retention, time, gate);
        Checkpoint = new SampleCheckpoint(history, new NodeTable(gate), settings, time, gate);
        Outbox = new OutboxStore(settings, metrics, time);
        DeadLetters = new DeadLetterTable(settings, metrics);
        Events = new EventTable(settings, metrics, Retention, time);
        Query = new HistoryQuery(settings, Database, history, time);
        _recovery = new HistoryRecovery(settings.Tiers, metrics.Storage, Database);

        // The outbox comes after the checkpoint: no progress is stored without its documents.
        // Dead letters come after the outbox: the transaction that removes a batch then holds all of its letters.
        Writer = new DatabaseWriter(
            Database, [Retention, Checkpoint, Outbox, DeadLetters, Events, Alerts, _recovery], metrics, time,
            loggers.CreateLogger<DatabaseWriter>());
    }

    /// <summary>Gets the file.</summary>
    public TelemetryDatabase Database { get; }

    /// <summary>Gets the writer of all tables.</summary>
    public DatabaseWriter Writer { get; }

    /// <summary>Gets the time by which data is old.</summary>
    public RetentionClock Retention { get; }

    /// <summary>Gets the history and the progress of the nodes.</summary>
    public SampleCheckpoint Checkpoint { get; }

    /// <summary>Gets the queries of the history.</summary>
    public HistoryQuery Query { get; }

    /// <summary>Gets the documents that wait for OpenSearch.</summary>
    public OutboxStore Outbox { get; }

    /// <summary>Gets the documents that OpenSearch rejected.</summary>
    public DeadLetterTable DeadLetters { get; }

    /// <summary>Gets the events.</summary>
    public EventTable Events { get; }

    /// <summary>Gets the alerts.</summary>
    public AlertStore Alerts { get; } = new();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Writer.DisposeAsync();
        Outbox.Dispose();
        _recovery.Dispose();
        Database.Dispose();
    }
}
