using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Samplers.Memory;

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
    public long? Dirty;
    public long? Writeback;
    public long? Anonymous;
    public long? Mapped;
    public long? Shared;
    public long? Slab;
    public long? SlabReclaimable;
    public long? Committed;

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

    /// <summary>Puts what raspi-cluster's <c>meminfo</c> does not have into its section.</summary>
    public readonly void AddTo(SectionBuilder section)
    {
        section.Set(MemorySection.DirtyBytes, (double?)Dirty);
        section.Set(MemorySection.WritebackBytes, (double?)Writeback);
        section.Set(MemorySection.AnonymousBytes, (double?)Anonymous);
        section.Set(MemorySection.MappedBytes, (double?)Mapped);
        section.Set(MemorySection.SharedBytes, (double?)Shared);
        section.Set(MemorySection.SlabBytes, (double?)Slab);
        section.Set(MemorySection.SlabReclaimableBytes, (double?)SlabReclaimable);
        section.Set(MemorySection.CommittedBytes, (double?)Committed);
    }
}
