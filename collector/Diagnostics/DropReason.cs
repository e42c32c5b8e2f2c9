namespace NodeTelemetry.Collector.Diagnostics;

/// <summary>Where a datagram was lost before anyone had read it.</summary>
internal enum DropReason
{
    /// <summary>The ingest queue was full.</summary>
    QueueFull,

    /// <summary>The kernel's receive buffer was full.</summary>
    KernelBufferFull,
}
