using NodeTelemetry.Protocol.Limits;
using static NodeTelemetry.Protocol.Catalog.ReadingUnit;
using static NodeTelemetry.Protocol.Catalog.Sections.Fields;

namespace NodeTelemetry.Protocol.Catalog.Sections;

/// <summary>raspi-cluster's key <c>meminfo</c>: RAM and swap, in kB of 1024 bytes.</summary>
/// <remarks>Source: proc_meminfo(5).</remarks>
public static class MeminfoSection
{
    public static readonly FieldDefinition TotalBytes = Amount(
        "MemTotal", "memory_total_bytes", "system.memory.limit", "Usable RAM");
    public static readonly FieldDefinition FreeBytes = Amount(
        "MemFree", "memory_free_bytes", "system.memory.free", "Unused RAM");
    public static readonly FieldDefinition AvailableBytes = Amount(
        "MemAvailable", "memory_available_bytes", "system.memory.linux.available",
        "Estimate of the memory available to new programs without swapping, including ZFS's cache");
    public static readonly FieldDefinition BuffersBytes = Amount(
        "Buffers", "memory_buffers_bytes", "system.memory.buffers", "Block device buffers");
    public static readonly FieldDefinition CachedBytes = Amount(
        "Cached", "memory_cached_bytes", "system.memory.cached", "Page cache");
    public static readonly FieldDefinition SwapTotalBytes = Amount(
        "SwapTotal", "swap_total_bytes", "system.paging.limit", "Swap space");
    public static readonly FieldDefinition SwapFreeBytes = Amount(
        "SwapFree", "swap_free_bytes", "system.paging.free", "Unused swap space");

    /// <summary>What is not available is in use; without the kernel's estimate, what is neither free nor cache.
    /// </summary>
    public static readonly FieldDefinition UsedRatio = Derived(
        "memory_used_ratio", "system.memory.utilization", Ratio, "Share of RAM that is not available",
        static values => UsedShare(
            values[TotalBytes.Slot],
            values[AvailableBytes.Slot],
            values[FreeBytes.Slot] + OrZero(values[BuffersBytes.Slot]) + OrZero(values[CachedBytes.Slot])),
        inHistory: true);

    public static readonly SectionDefinition Definition = new(
        "meminfo", "RAM and swap",
        TotalBytes, FreeBytes, AvailableBytes, BuffersBytes, CachedBytes, UsedRatio, SwapTotalBytes, SwapFreeBytes)
    {
        PrecedesHeader = true,
        NumbersMax = WireLimits.MeminfoEntryCountMax,
    };

    private static FieldDefinition Amount(string wireName, string name, string fieldName, string help) =>
        Gauge(wireName, name, fieldName, Bytes, help, scale: 1024, max: ReadingRanges.MemoryBytesMax);

    private static double OrZero(double value) => double.IsNaN(value) ? 0 : value;

    private static double UsedShare(double total, double available, double reclaimable) =>
        total > 0 ? Math.Max(0, 1 - ((double.IsNaN(available) ? reclaimable : available) / total)) : double.NaN;
}
