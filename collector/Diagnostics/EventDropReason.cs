namespace NodeTelemetry.Collector.Diagnostics;

/// <summary>Why an event is not kept, or not any more before its time.</summary>
internal enum EventDropReason
{
    /// <summary>The node had as many within the hour as one may have.</summary>
    NodeLimit,

    /// <summary>The database could not be written for so long that too many waited: the oldest went.</summary>
    MemoryFull,

    /// <summary>The table had reached its limit: the oldest went.</summary>
    TableFull,
}
