namespace NodeTelemetry.Collector.Nodes.State;

/// <summary>What became of a valid snapshot.</summary>
internal enum ApplyOutcome
{
    /// <summary>It was taken.</summary>
    Accepted,

    /// <summary>It had been taken before, for instance because it came over two interfaces.</summary>
    Duplicate,

    /// <summary>It belongs to an earlier run of its agent.</summary>
    OldRun,

    /// <summary>It is too old to know whether it had been taken.</summary>
    TooOld,

    /// <summary>It is of a new node, and there are as many as are allowed.</summary>
    TooManyNodes,
}
