namespace NodeTelemetry.Collector.Storage.Database;

/// <summary>One resolution of the history.</summary>
/// <param name="Step">The width of a bucket; whole seconds, and a multiple of the next finer tier's.</param>
/// <param name="Retention">How long a bucket is kept.</param>
internal sealed record HistoryTier(TimeSpan Step, TimeSpan Retention)
{
    /// <summary>Gets the width in seconds, the unit of the database.</summary>
    public long StepSeconds => (long)Step.TotalSeconds;

    /// <summary>Gets the start of the bucket that holds a time in seconds since the epoch.</summary>
    public long Floor(long seconds) => seconds - (((seconds % StepSeconds) + StepSeconds) % StepSeconds);
}
