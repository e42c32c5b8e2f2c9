using static NodeTelemetry.Protocol.Catalog.ReadingUnit;
using static NodeTelemetry.Protocol.Catalog.Sections.Fields;

namespace NodeTelemetry.Protocol.Catalog.Sections;

/// <summary>Wire key <c>cores</c>.</summary>
/// <remarks>Source: proc_stat(5), cpufreq and thermal_throttle in sysfs.</remarks>
public static class CoresSection
{
    public static readonly FieldDefinition FrequencyHertz = Gauge(
        "freq", "cpu_core_frequency_hertz", "nodetelemetry.core.frequency", Hertz,
        "Current frequency of the core").Slow();
    public static readonly FieldDefinition UserSeconds = Time("user", "in user mode");
    public static readonly FieldDefinition NiceSeconds = Time("nice", "in user mode at low priority");
    public static readonly FieldDefinition SystemSeconds = Time("system", "in kernel mode");
    public static readonly FieldDefinition IdleSeconds = Time("idle", "idle");
    public static readonly FieldDefinition IowaitSeconds = Time("iowait", "idle with I/O pending");
    public static readonly FieldDefinition IrqSeconds = Time("irq", "servicing interrupts");
    public static readonly FieldDefinition SoftirqSeconds = Time("softirq", "servicing softirqs");
    public static readonly FieldDefinition StealSeconds = Time("steal", "stolen by the hypervisor");
    public static readonly FieldDefinition UsageRatio = Gauge(
        "usage", "cpu_core_share_ratio", "nodetelemetry.core.utilization", Ratio,
        "Share of time that the core was not idle since the last sample, for cores beyond the room in coreusage");
    public static readonly FieldDefinition Throttles = Counter(
        "throttles", "cpu_core_throttles", "nodetelemetry.core.throttles", None,
        "Thermal throttling events of the core").Slow();

    public static readonly SectionDefinition Definition = new(
        "cores", "Each core that is online, by its number",
        FrequencyHertz, UserSeconds, NiceSeconds, SystemSeconds, IdleSeconds, IowaitSeconds, IrqSeconds,
        SoftirqSeconds, StealSeconds, UsageRatio, Throttles)
    {
        EntryLabel = "cpu",
        IsSlowInFullOnly = true,
        EntryFieldName = "nodetelemetry.core.id",
    };

    private static FieldDefinition Time(string mode, string help) =>
        Counter(mode, "cpu_core_seconds", "nodetelemetry.core.time." + mode, Seconds, "Time of the core " + help)
            .With("mode", mode).InFamily("Time of the core, by mode").Slow();
}
