using NodeTelemetry.Collector.Storage.History;

namespace NodeTelemetry.Collector.Storage.Database;

/// <summary>Plain values that the storage works with; the composition root fills them from the options.</summary>
internal sealed record StorageSettings
{
    /// <summary>Gets the database file. Its folder is made when it is missing.</summary>
    public required string Path { get; init; }

    /// <summary>
    /// Gets the most documents of a batch, 1 to 10 000: OpenSearch advises 1 000 to 5 000 operations a request.
    /// </summary>
    public int BatchDocumentsMax { get; init; } = 2000;

    /// <summary>
    /// Gets the most bytes of a batch before compression, 64 KiB to 64 MiB: OpenSearch advises 5 to 15 MB a request.
    /// </summary>
    public int BatchBytesMax { get; init; } = 5 * 1024 * 1024;

    /// <summary>
    /// Gets how long a document may wait for its batch to fill, 100 ms to 1 min: so much is lost when the power goes.
    /// </summary>
    public TimeSpan Linger { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Gets whether batches are compressed where they are stored: eight times fewer bytes for an SD card to write.
    /// </summary>
    public bool CompressBatches { get; init; } = true;

    /// <summary>
    /// Gets the most bytes of the outbox as stored, from 1 MiB: the oldest batch is dropped beyond. Some 8 million
    /// documents.
    /// </summary>
    public long OutboxBytesMax { get; init; } = 512L * 1024 * 1024;

    /// <summary>
    /// Gets the most bytes that wait in memory while the database cannot be written, 1 MiB to 1 GiB; the same again for
    /// history.
    /// </summary>
    public long MemoryBytesMax { get; init; } = 32L * 1024 * 1024;

    /// <summary>Gets the most dead letters, 0 to 1 000 000: enough for a person to see what is wrong.</summary>
    public int DeadLettersMax { get; init; } = 1000;

    /// <summary>Gets the most events, 100 to 10 000 000: 50 000 are some 25 MB, and years of a quiet cluster.</summary>
    public int EventsMax { get; init; } = 50_000;

    /// <summary>Gets how long events are kept, from 1 h.</summary>
    public TimeSpan EventsKept { get; init; } = TimeSpan.FromDays(730);

    /// <summary>Gets the tiers of the history, finest first.</summary>
    public IReadOnlyList<HistoryTier> Tiers { get; init; } =
    [
        new(TimeSpan.FromSeconds(10), TimeSpan.FromDays(1)),
        new(TimeSpan.FromMinutes(1), TimeSpan.FromDays(14)),
        new(TimeSpan.FromMinutes(15), TimeSpan.FromDays(730)),
    ];

    /// <summary>Gets the finest tier that has what a node has several of: file systems, interfaces,
    /// sensors.</summary>
    public int EntryTier => Math.Min(1, Tiers.Count - 1);

    /// <summary>
    /// Gets the most nodes of which history is kept, 1 to 1 000 000: a guard against invented identities.
    /// </summary>
    public int HistoryNodesMax { get; init; } = 20_000;

    /// <summary>
    /// Gets how often a node that only kept sending is written, 1 s to 1 h: its last sequence number may be that old
    /// after a crash.
    /// </summary>
    public TimeSpan NodePeriod { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Lists what is wrong with the tiers; the range of every other value is the options' own.</summary>
    public IEnumerable<string> Validate()
    {
        if (Tiers.Count is < 1 or > 6)
        {
            yield return "Database:History must be 1 to 6 tiers.";
        }

        for (var index = 0; index < Tiers.Count; index++)
        {
            var tier = Tiers[index];
            if (tier.Step < TimeSpan.FromSeconds(1) || tier.Step.Ticks % TimeSpan.TicksPerSecond != 0)
            {
                yield return $"Database:History: tier {index + 1} must have a step of whole seconds.";
                yield break;
            }

            if (tier.Step > TimeSpan.FromDays(1)
                || tier.Retention < tier.Step || tier.Retention > TimeSpan.FromDays(36_525))
            {
                yield return $"Database:History: tier {index + 1} must have a step of at most 1 day and a retention of "
                    + "1 step to 100 years.";
            }

            if (index > 0 && Problem(Tiers[index - 1], tier) is { } problem)
            {
                yield return $"Database:History: tier {index + 1} {problem}";
            }
        }
    }

    private static string? Problem(HistoryTier finer, HistoryTier coarser) =>
        coarser.Step <= finer.Step || coarser.StepSeconds % finer.StepSeconds != 0
            ? "must have a step that is a multiple of the one before."
            : coarser.Retention < finer.Retention ? "must be kept as long as the one before."
            : finer.Retention < 2 * coarser.Step ? "has a step of more than half the retention of the one before."
            : null;
}
