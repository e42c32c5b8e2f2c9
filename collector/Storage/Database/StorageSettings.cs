namespace NodeTelemetry.Collector.Storage.Database;

/// <summary>The settings of the storage; the composition root fills them from the options.</summary>
internal sealed record StorageSettings
{
    /// <summary>Gets the database file. Its directory is created if it is missing.</summary>
    public required string Path { get; init; }

    /// <summary>
    /// Gets the maximum number of documents in a batch, 1 to 10 000: OpenSearch recommends 1 000 to 5 000 operations.
    /// </summary>
    public int BatchDocumentsMax { get; init; } = 2000;

    /// <summary>
    /// Gets the maximum bytes of a batch before compression, 64 KiB to 64 MiB: OpenSearch recommends 5 to 15 MB.
    /// </summary>
    public int BatchBytesMax { get; init; } = 5 * 1024 * 1024;

    /// <summary>
    /// Gets how long a document may wait for its batch to fill, 100 ms to 1 min: lost when the power fails.
    /// </summary>
    public TimeSpan Linger { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Gets a value indicating whether stored batches are compressed: an SD card writes an eighth of the bytes.
    /// </summary>
    public bool CompressBatches { get; init; } = true;

    /// <summary>
    /// Gets the maximum stored bytes of the outbox, from 1 MiB; beyond it, the oldest batch is dropped.
    /// The default holds some 8 million documents.
    /// </summary>
    public long OutboxBytesMax { get; init; } = 512L * 1024 * 1024;

    /// <summary>
    /// Gets the maximum bytes of documents in memory while the database cannot be written, 1 MiB to 1 GiB.
    /// The history has the same limit.
    /// </summary>
    public long MemoryBytesMax { get; init; } = 32L * 1024 * 1024;

    /// <summary>Gets the maximum number of dead letters, 0 to 1 000 000: enough to see what is wrong.</summary>
    public int DeadLettersMax { get; init; } = 1000;

    /// <summary>Gets the maximum number of events, 100 to 10 000 000: 50 000 are some 25 MB.</summary>
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

    /// <summary>Gets the finest tier with keyed entries: file systems, interfaces, sensors.</summary>
    public int EntryTier => Math.Min(1, Tiers.Count - 1);

    /// <summary>
    /// Gets the maximum number of nodes with history, 1 to 1 000 000: a guard against invented identities.
    /// </summary>
    public int HistoryNodesMax { get; init; } = 20_000;

    /// <summary>
    /// Gets how often history and progress of the nodes are written, 1 s to 10 min.
    /// After a crash, everything newer is requested from the agents again;
    /// an agent with the usual options keeps 4 min at an interval of 1 s.
    /// </summary>
    public TimeSpan CheckpointPeriod { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Lists errors in the tiers; the options check the range of every other value.</summary>
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
