namespace NodeTelemetry.Collector.Nodes.State;

/// <summary>Consecutive missing samples of a run, or one sample that lacks parts.</summary>
/// <param name="From">The first.</param>
/// <param name="To">The last.</param>
/// <param name="Parts">The received parts of a single sample, one bit each; 0 if none.</param>
/// <param name="IsExpected">Whether they count as missed:
/// they were sent while this collector received the node.</param>
internal readonly record struct SampleGap(long From, long To, ulong Parts, bool IsExpected)
{
    /// <summary>Gets the number of samples.</summary>
    public long Count => To - From + 1;

    /// <summary>Gets a value indicating whether they were sent before the first received datagram of the run:
    /// filled if the node still has them, never counted as unrecoverable.</summary>
    public bool IsBackfill { get; init; }

    /// <summary>Gets the number of requests.</summary>
    public int Attempts { get; init; }

    /// <summary>Gets the timestamp of its detection or last request.</summary>
    public long Timestamp { get; init; }
}
