using static NodeTelemetry.Protocol.Catalog.Sections.Fields;

namespace NodeTelemetry.Protocol.Catalog.Sections;

/// <summary>Wire key <c>containers</c>: the largest containers, by name.</summary>
/// <remarks>Source: cpu.stat and memory.current, Documentation/admin-guide/cgroup-v2.rst of the kernel.</remarks>
public static class ContainersSection
{
    /// <summary>Time of cores that the container has used.</summary>
    public static readonly FieldDefinition CpuSeconds = Counter(
        "cpu", "container_cpu_seconds", "container.cpu.time", ReadingUnit.Seconds,
        "Time of cores that the container has used", inHistory: true);

    /// <summary>Memory of the container without the files that could be dropped.</summary>
    public static readonly FieldDefinition MemoryBytes = Gauge(
        "mem", "container_memory_bytes", "container.memory.usage", ReadingUnit.Bytes,
        "Memory of the container without the files that could be dropped", inHistory: true);

    /// <summary>The section.</summary>
    public static readonly SectionDefinition Definition = new(
        "containers",
        "The largest containers, by name",
        CpuSeconds, MemoryBytes)
    {
        EntryLabel = "container",
        EntryFieldName = "container.name",
    };
}
