namespace NodeTelemetry.Collector.Storage.Outbox;

/// <summary>The status of the outbox.</summary>
/// <param name="Documents">Documents in the database.</param>
/// <param name="Bytes">Their bytes as stored.</param>
/// <param name="OldestAt">When the oldest batch was started; <see langword="null"/> if there is none.</param>
/// <param name="MemoryBytes">Bytes of batches that are only in memory.</param>
internal sealed record OutboxStatus(long Documents, long Bytes, DateTimeOffset? OldestAt, long MemoryBytes);
