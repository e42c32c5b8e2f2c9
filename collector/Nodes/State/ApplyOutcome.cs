namespace NodeTelemetry.Collector.Nodes.State;

/// <summary>The outcome of applying a valid snapshot.</summary>
internal enum ApplyOutcome
{
    /// <summary>It was applied.</summary>
    Accepted,

    /// <summary>It was applied before, for instance because it arrived over two interfaces.</summary>
    Duplicate,

    /// <summary>It belongs to an earlier run of its agent.</summary>
    OldRun,

    /// <summary>It is too old to know whether it was applied.</summary>
    TooOld,

    /// <summary>Its sequence number or uptime is further than time allows.</summary>
    AheadOfTime,

    /// <summary>It is an earlier reduced sample, and its full one has not arrived: both are requested.</summary>
    Incomplete,

    /// <summary>It is from a new node, and the maximum number of nodes is reached.</summary>
    TooManyNodes,
}
