using static NodeTelemetry.Protocol.Catalog.ReadingUnit;
using static NodeTelemetry.Protocol.Catalog.Sections.Fields;

namespace NodeTelemetry.Protocol.Catalog.Sections;

/// <summary>Wire key <c>mem</c>.</summary>
/// <remarks>Source: proc_meminfo(5), /proc/vmstat, /proc/spl/kstat/zfs/arcstats.</remarks>
public static class MemorySection
{
    public static readonly FieldDefinition DirtyBytes = Amount(
        "dirty", "dirty", "Memory waiting to be written to disk");
    public static readonly FieldDefinition WritebackBytes = Amount(
        "writeback", "writeback", "Memory being written to disk");
    public static readonly FieldDefinition AnonymousBytes = Amount("anon", "anonymous", "Anonymous memory of programs");
    public static readonly FieldDefinition MappedBytes = Amount("mapped", "mapped", "Files mapped into programs");
    public static readonly FieldDefinition SharedBytes = Amount("shmem", "shared", "Shared memory and tmpfs");
    public static readonly FieldDefinition SlabBytes = Amount("slab", "slab", "Kernel data structures (slab)");
    public static readonly FieldDefinition SlabReclaimableBytes = Amount(
        "sreclaim", "slab_reclaimable", "Reclaimable part of the slab");
    public static readonly FieldDefinition CommittedBytes = Amount(
        "committed", "committed", "Memory committed to programs");
    public static readonly FieldDefinition ZfsCacheBytes = Amount(
        "arc", "zfs_cache", "ZFS cache (ARC), of which programs can have all but its minimum");
    public static readonly FieldDefinition SwapInBytes = Counter(
        "swapin", "swap_in_bytes", "system.paging.in", Bytes, "Bytes swapped in", inHistory: true);
    public static readonly FieldDefinition SwapOutBytes = Counter(
        "swapout", "swap_out_bytes", "system.paging.out", Bytes, "Bytes swapped out", inHistory: true);
    public static readonly FieldDefinition MajorFaults = Counter(
        "majfault", "major_page_faults", "system.paging.faults.major", None, "Major page faults").Slow();
    public static readonly FieldDefinition OomKills = Counter(
        "oomkill", "oom_kills", "nodetelemetry.memory.oom_kills", None, "OOM kills");

    public static readonly SectionDefinition Definition = new(
        "mem", "Memory use beyond meminfo, swap traffic and OOM kills",
        DirtyBytes, WritebackBytes, AnonymousBytes, MappedBytes, SharedBytes, SlabBytes, SlabReclaimableBytes,
        CommittedBytes, ZfsCacheBytes, SwapInBytes, SwapOutBytes, MajorFaults, OomKills);

    private static FieldDefinition Amount(string wireName, string name, string help) =>
        Gauge(wireName, $"memory_{name}_bytes", "nodetelemetry.memory." + name, Bytes, help).Slow();
}
