using static NodeTelemetry.Protocol.Catalog.Sections.Fields;

namespace NodeTelemetry.Protocol.Catalog.Sections;

/// <summary>Wire key <c>mem</c>: what memory holds, swap traffic, out-of-memory kills.</summary>
/// <remarks>Source: proc_meminfo(5), /proc/vmstat.</remarks>
public static class MemorySection
{
    /// <summary>Memory that waits to be written to disk.</summary>
    public static readonly FieldDefinition DirtyBytes = Gauge(
        "dirty", "memory_dirty_bytes", "nodetelemetry.memory.dirty", ReadingUnit.Bytes,
        "Memory that waits to be written to disk");

    /// <summary>Memory that is being written to disk.</summary>
    public static readonly FieldDefinition WritebackBytes = Gauge(
        "writeback", "memory_writeback_bytes", "nodetelemetry.memory.writeback", ReadingUnit.Bytes,
        "Memory that is being written to disk");

    /// <summary>Memory of programs that no file holds.</summary>
    public static readonly FieldDefinition AnonymousBytes = Gauge(
        "anon", "memory_anonymous_bytes", "nodetelemetry.memory.anonymous", ReadingUnit.Bytes,
        "Memory of programs that no file holds");

    /// <summary>Files mapped into programs.</summary>
    public static readonly FieldDefinition MappedBytes = Gauge(
        "mapped", "memory_mapped_bytes", "nodetelemetry.memory.mapped", ReadingUnit.Bytes,
        "Files mapped into programs");

    /// <summary>Shared memory and tmpfs.</summary>
    public static readonly FieldDefinition SharedBytes = Gauge(
        "shmem", "memory_shared_bytes", "nodetelemetry.memory.shared", ReadingUnit.Bytes, "Shared memory and tmpfs");

    /// <summary>Memory of the kernel for its own structures.</summary>
    public static readonly FieldDefinition SlabBytes = Gauge(
        "slab", "memory_slab_bytes", "nodetelemetry.memory.slab", ReadingUnit.Bytes,
        "Memory of the kernel for its own structures");

    /// <summary>What of that the kernel could give back.</summary>
    public static readonly FieldDefinition SlabReclaimableBytes = Gauge(
        "sreclaim", "memory_slab_reclaimable_bytes", "nodetelemetry.memory.slab_reclaimable", ReadingUnit.Bytes,
        "What of that the kernel could give back");

    /// <summary>Memory promised to programs.</summary>
    public static readonly FieldDefinition CommittedBytes = Gauge(
        "committed", "memory_committed_bytes", "nodetelemetry.memory.committed", ReadingUnit.Bytes,
        "Memory promised to programs");

    /// <summary>Bytes read back from swap.</summary>
    public static readonly FieldDefinition SwapInBytes = Counter(
        "swapin", "swap_in_bytes", "system.paging.in", ReadingUnit.Bytes,
        "Bytes read back from swap", inHistory: true);

    /// <summary>Bytes written to swap.</summary>
    public static readonly FieldDefinition SwapOutBytes = Counter(
        "swapout", "swap_out_bytes", "system.paging.out", ReadingUnit.Bytes,
        "Bytes written to swap", inHistory: true);

    /// <summary>Page faults for which a disk was read.</summary>
    public static readonly FieldDefinition MajorFaults = Counter(
        "majfault", "major_page_faults", "system.paging.faults.major", ReadingUnit.None,
        "Page faults for which a disk was read");

    /// <summary>Processes killed because memory ran out.</summary>
    public static readonly FieldDefinition OomKills = Counter(
        "oomkill", "oom_kills", "nodetelemetry.memory.oom_kills", ReadingUnit.None,
        "Processes killed because memory ran out");

    /// <summary>The section.</summary>
    public static readonly SectionDefinition Definition = new(
        "mem",
        "Memory beyond meminfo: what it holds, and what became of it",
        DirtyBytes, WritebackBytes, AnonymousBytes, MappedBytes, SharedBytes, SlabBytes, SlabReclaimableBytes,
        CommittedBytes, SwapInBytes, SwapOutBytes, MajorFaults, OomKills);
}
