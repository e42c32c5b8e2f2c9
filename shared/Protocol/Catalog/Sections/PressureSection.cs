using static NodeTelemetry.Protocol.Catalog.ReadingUnit;
using static NodeTelemetry.Protocol.Catalog.Sections.Fields;

namespace NodeTelemetry.Protocol.Catalog.Sections;

/// <summary>Wire key <c>psi</c>.</summary>
/// <remarks>
/// Source: Documentation/accounting/psi.rst of the kernel; the ten-second averages are percentages there.
/// </remarks>
public static class PressureSection
{
    public static readonly FieldDefinition CpuSomeSeconds = Time("cpu", "some", "at least one task waited for a core");
    public static readonly FieldDefinition CpuFullSeconds = Time("cpu", "full", "all tasks waited for a core");
    public static readonly FieldDefinition MemorySomeSeconds = Time(
        "memory", "some", "at least one task waited for memory");
    public static readonly FieldDefinition MemoryFullSeconds = Time("memory", "full", "all tasks waited for memory");
    public static readonly FieldDefinition IoSomeSeconds = Time("io", "some", "at least one task waited for I/O");
    public static readonly FieldDefinition IoFullSeconds = Time("io", "full", "all tasks waited for I/O");
    public static readonly FieldDefinition CpuSomeRatio = Share("cpu", "some", "at least one task waited for a core");
    public static readonly FieldDefinition CpuFullRatio = Share("cpu", "full", "all tasks waited for a core");
    public static readonly FieldDefinition MemorySomeRatio = Share(
        "memory", "some", "at least one task waited for memory");
    public static readonly FieldDefinition MemoryFullRatio = Share("memory", "full", "all tasks waited for memory");
    public static readonly FieldDefinition IoSomeRatio = Share("io", "some", "at least one task waited for I/O");
    public static readonly FieldDefinition IoFullRatio = Share("io", "full", "all tasks waited for I/O");

    public static readonly SectionDefinition Definition = new(
        "psi", "Pressure stall information",
        CpuSomeSeconds, CpuFullSeconds, MemorySomeSeconds, MemoryFullSeconds, IoSomeSeconds, IoFullSeconds,
        CpuSomeRatio, CpuFullRatio, MemorySomeRatio, MemoryFullRatio, IoSomeRatio, IoFullRatio);

    private static string WireName(string resource, string kind) => (resource == "memory" ? "mem" : resource) + kind;

    private static FieldDefinition Time(string resource, string kind, string help) =>
        Counter(WireName(resource, kind), "pressure_seconds", $"nodetelemetry.pressure.{resource}.{kind}.time",
            Seconds, "Time in which " + help)
            .With("resource", resource).With("kind", kind).InFamily("Time in which tasks waited for a resource").Slow();

    private static FieldDefinition Share(string resource, string kind, string help) =>
        Gauge(WireName(resource, kind) + "10", "pressure_ratio",
            $"nodetelemetry.pressure.{resource}.{kind}.utilization", Ratio,
            "Share of the last 10 seconds in which " + help, inHistory: kind == "some")
            .With("resource", resource).With("kind", kind)
            .InFamily("Share of the last 10 seconds in which tasks waited for a resource").Slow();
}
