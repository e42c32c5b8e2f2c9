namespace NodeTelemetry.Collector.Diagnostics;

/// <summary>Where a datagram was dropped before it was decoded.</summary>
internal enum DropReason
{
    /// <summary>The ingest queue was full.</summary>
    QueueFull,

    /// <summary>The kernel's receive buffer was full.</summary>
    KernelBufferFull,
}
