namespace NodeTelemetry.Collector.Diagnostics;

/// <summary>Why an event was dropped.</summary>
internal enum EventDropReason
{
    /// <summary>The database could not be written, and the memory limit was reached;
    /// the oldest event was dropped.</summary>
    MemoryFull,

    /// <summary>The limit of the table was reached; the oldest event was dropped.</summary>
    TableFull,
}
