using static NodeTelemetry.Protocol.Catalog.Sections.Fields;

namespace NodeTelemetry.Protocol.Catalog.Sections;

/// <summary>Wire key <c>psi</c>: pressure stall information.</summary>
/// <remarks>
/// Source: Documentation/accounting/psi.rst of the kernel; the ten-second averages are percentages there.
/// </remarks>
public static class PressureSection
{
    /// <summary>Time in which at least one task waited for a core.</summary>
    public static readonly FieldDefinition CpuSomeSeconds = Counter(
        "cpusome", "pressure_seconds", "nodetelemetry.pressure.cpu.some.time", ReadingUnit.Seconds,
        "Time in which at least one task waited for a core")
        .With("resource", "cpu")
        .With("kind", "some")
        .InFamily("Time in which tasks waited for a resource");

    /// <summary>Time in which all tasks waited for a core.</summary>
    public static readonly FieldDefinition CpuFullSeconds = Counter(
        "cpufull", "pressure_seconds", "nodetelemetry.pressure.cpu.full.time", ReadingUnit.Seconds,
        "Time in which all tasks waited for a core")
        .With("resource", "cpu")
        .With("kind", "full")
        .InFamily("Time in which tasks waited for a resource");

    /// <summary>Time in which at least one task waited for memory.</summary>
    public static readonly FieldDefinition MemorySomeSeconds = Counter(
        "memsome", "pressure_seconds", "nodetelemetry.pressure.memory.some.time", ReadingUnit.Seconds,
        "Time in which at least one task waited for memory")
        .With("resource", "memory")
        .With("kind", "some")
        .InFamily("Time in which tasks waited for a resource");

    /// <summary>Time in which all tasks waited for memory.</summary>
    public static readonly FieldDefinition MemoryFullSeconds = Counter(
        "memfull", "pressure_seconds", "nodetelemetry.pressure.memory.full.time", ReadingUnit.Seconds,
        "Time in which all tasks waited for memory")
        .With("resource", "memory")
        .With("kind", "full")
        .InFamily("Time in which tasks waited for a resource");

    /// <summary>Time in which at least one task waited for a disk.</summary>
    public static readonly FieldDefinition IoSomeSeconds = Counter(
        "iosome", "pressure_seconds", "nodetelemetry.pressure.io.some.time", ReadingUnit.Seconds,
        "Time in which at least one task waited for a disk")
        .With("resource", "io")
        .With("kind", "some")
        .InFamily("Time in which tasks waited for a resource");

    /// <summary>Time in which all tasks waited for a disk.</summary>
    public static readonly FieldDefinition IoFullSeconds = Counter(
        "iofull", "pressure_seconds", "nodetelemetry.pressure.io.full.time", ReadingUnit.Seconds,
        "Time in which all tasks waited for a disk")
        .With("resource", "io")
        .With("kind", "full")
        .InFamily("Time in which tasks waited for a resource");

    /// <summary>Share of the last 10 seconds in which at least one task waited for a core.</summary>
    public static readonly FieldDefinition CpuSomeRatio = Gauge(
        "cpusome10", "pressure_ratio", "nodetelemetry.pressure.cpu.some.utilization", ReadingUnit.Ratio,
        "Share of the last 10 seconds in which at least one task waited for a core", inHistory: true)
        .With("resource", "cpu")
        .With("kind", "some")
        .InFamily("Share of the last 10 seconds in which tasks waited for a resource");

    /// <summary>Share of the last 10 seconds in which all tasks waited for a core.</summary>
    public static readonly FieldDefinition CpuFullRatio = Gauge(
        "cpufull10", "pressure_ratio", "nodetelemetry.pressure.cpu.full.utilization", ReadingUnit.Ratio,
        "Share of the last 10 seconds in which all tasks waited for a core")
        .With("resource", "cpu")
        .With("kind", "full")
        .InFamily("Share of the last 10 seconds in which tasks waited for a resource");

    /// <summary>Share of the last 10 seconds in which at least one task waited for memory.</summary>
    public static readonly FieldDefinition MemorySomeRatio = Gauge(
        "memsome10", "pressure_ratio", "nodetelemetry.pressure.memory.some.utilization", ReadingUnit.Ratio,
        "Share of the last 10 seconds in which at least one task waited for memory", inHistory: true)
        .With("resource", "memory")
        .With("kind", "some")
        .InFamily("Share of the last 10 seconds in which tasks waited for a resource");

    /// <summary>Share of the last 10 seconds in which all tasks waited for memory.</summary>
    public static readonly FieldDefinition MemoryFullRatio = Gauge(
        "memfull10", "pressure_ratio", "nodetelemetry.pressure.memory.full.utilization", ReadingUnit.Ratio,
        "Share of the last 10 seconds in which all tasks waited for memory")
        .With("resource", "memory")
        .With("kind", "full")
        .InFamily("Share of the last 10 seconds in which tasks waited for a resource");

    /// <summary>Share of the last 10 seconds in which at least one task waited for a disk.</summary>
    public static readonly FieldDefinition IoSomeRatio = Gauge(
        "iosome10", "pressure_ratio", "nodetelemetry.pressure.io.some.utilization", ReadingUnit.Ratio,
        "Share of the last 10 seconds in which at least one task waited for a disk", inHistory: true)
        .With("resource", "io")
        .With("kind", "some")
        .InFamily("Share of the last 10 seconds in which tasks waited for a resource");

    /// <summary>Share of the last 10 seconds in which all tasks waited for a disk.</summary>
    public static readonly FieldDefinition IoFullRatio = Gauge(
        "iofull10", "pressure_ratio", "nodetelemetry.pressure.io.full.utilization", ReadingUnit.Ratio,
        "Share of the last 10 seconds in which all tasks waited for a disk")
        .With("resource", "io")
        .With("kind", "full")
        .InFamily("Share of the last 10 seconds in which tasks waited for a resource");

    /// <summary>The section.</summary>
    public static readonly SectionDefinition Definition = new(
        "psi",
        "Pressure stall information",
        CpuSomeSeconds, CpuFullSeconds, MemorySomeSeconds, MemoryFullSeconds, IoSomeSeconds, IoFullSeconds,
        CpuSomeRatio, CpuFullRatio, MemorySomeRatio, MemoryFullRatio, IoSomeRatio, IoFullRatio);
}
