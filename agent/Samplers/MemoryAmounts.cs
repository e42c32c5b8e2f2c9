using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Samplers;

/// <summary>Memory and swap in bytes as parsed, before the snapshot is made of them.</summary>
internal record struct MemoryAmounts
{
    public long? Total;
    public long? Free;
    public long? Available;
    public long? Buffers;
    public long? Cached;
    public long? SwapTotal;
    public long? SwapFree;

    /// <summary>Makes the reading.</summary>
    public readonly MemoryReading ToReading() => new()
    {
        TotalBytes = Total,
        FreeBytes = Free,
        AvailableBytes = Available,
        BuffersBytes = Buffers,
        CachedBytes = Cached,
        SwapTotalBytes = SwapTotal,
        SwapFreeBytes = SwapFree,
    };
}
