namespace NodeTelemetry.Collector.Diagnostics;

/// <summary>The counters that everyone may add to. Uses nothing else of the collector. METRICS.md says what each means.</summary>
internal sealed class CollectorMetrics
{
    /// <summary>Gets the datagrams that arrived, whatever they held.</summary>
    public Counter DatagramsReceived { get; } = new();

    /// <summary>Gets the datagrams that were accepted.</summary>
    public Counter DatagramsAccepted { get; } = new();

    /// <summary>Gets the batches and documents committed to the outbox.</summary>
    public Counter OutboxDocumentsCommitted { get; } = new();

    /// <summary>Gets the database's counters.</summary>
    public StorageMetrics Storage { get; } = new();

    /// <summary>Gets the export's counters.</summary>
    public ExportMetrics Export { get; } = new();
}
