namespace NodeTelemetry.Collector.Nodes.State;

/// <summary>Samples of a run that follow each other and have not come, or one of which only some parts have.</summary>
/// <param name="From">The first.</param>
/// <param name="To">The last.</param>
/// <param name="Parts">Of a single sample, the parts that have come, one bit each; 0 where nothing has.</param>
/// <param name="IsExpected">Whether they count as missed: they were sent while this node was listened to.</param>
internal readonly record struct SampleGap(long From, long To, ulong Parts, bool IsExpected)
{
    /// <summary>Gets the number of samples.</summary>
    public long Count => To - From + 1;

    /// <summary>Gets a value indicating whether they were sent before this collector had heard of the run at all:
    /// filled if the node still has them, but nothing is amiss if not.</summary>
    public bool IsBackfill { get; init; }

    /// <summary>Gets how often it has been asked for.</summary>
    public int Attempts { get; init; }

    /// <summary>Gets when it was noticed, or asked for last.</summary>
    public long Timestamp { get; init; }
}
