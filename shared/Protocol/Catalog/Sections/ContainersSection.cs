using static NodeTelemetry.Protocol.Catalog.ReadingUnit;
using static NodeTelemetry.Protocol.Catalog.Sections.Fields;

namespace NodeTelemetry.Protocol.Catalog.Sections;

/// <summary>Wire key <c>containers</c>.</summary>
/// <remarks>Source: cpu.stat and memory.current, Documentation/admin-guide/cgroup-v2.rst of the kernel.</remarks>
public static class ContainersSection
{
    public static readonly FieldDefinition CpuSeconds = Counter(
        "cpu", "container_cpu_seconds", "container.cpu.time", Seconds, "CPU time of the container", inHistory: true);
    public static readonly FieldDefinition MemoryBytes = Gauge(
        "mem", "container_memory_bytes", "container.memory.usage", Bytes,
        "Memory of the container without reclaimable page cache", inHistory: true);

    public static readonly SectionDefinition Definition = new(
        "containers", "The largest containers, by name", CpuSeconds, MemoryBytes)
    {
        EntryLabel = "container",
        EntryFieldName = "container.name",
    };
}
