namespace NodeTelemetry.Collector.Storage.Outbox;

/// <summary>What awaits delivery.</summary>
/// <param name="Documents">Documents in the database.</param>
/// <param name="Bytes">Their bytes as stored.</param>
/// <param name="OldestAt">When the oldest batch was begun; <see langword="null"/> when there is none.</param>
/// <param name="MemoryBytes">Bytes of batches that are only in memory yet.</param>
internal sealed record OutboxStatus(long Documents, long Bytes, DateTimeOffset? OldestAt, long MemoryBytes);
