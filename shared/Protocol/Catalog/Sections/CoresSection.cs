using static NodeTelemetry.Protocol.Catalog.Sections.Fields;

namespace NodeTelemetry.Protocol.Catalog.Sections;

/// <summary>Wire key <c>cores</c>: each core that is online, by its number.</summary>
/// <remarks>Source: proc_stat(5), cpufreq and thermal_throttle in sysfs.</remarks>
public static class CoresSection
{
    /// <summary>Present frequency of the core.</summary>
    public static readonly FieldDefinition FrequencyHertz = Gauge(
        "freq", "cpu_core_frequency_hertz", "nodetelemetry.core.frequency", ReadingUnit.Hertz,
        "Present frequency of the core");

    /// <summary>Time of the core in user programs.</summary>
    public static readonly FieldDefinition UserSeconds = Counter(
        "user", "cpu_core_seconds", "nodetelemetry.core.time.user", ReadingUnit.Seconds,
        "Time of the core in user programs")
        .With("mode", "user")
        .InFamily("Time of the core, by what it did");

    /// <summary>Time of the core in user programs of low priority.</summary>
    public static readonly FieldDefinition NiceSeconds = Counter(
        "nice", "cpu_core_seconds", "nodetelemetry.core.time.nice", ReadingUnit.Seconds,
        "Time of the core in user programs of low priority")
        .With("mode", "nice")
        .InFamily("Time of the core, by what it did");

    /// <summary>Time of the core in the kernel.</summary>
    public static readonly FieldDefinition SystemSeconds = Counter(
        "system", "cpu_core_seconds", "nodetelemetry.core.time.system", ReadingUnit.Seconds,
        "Time of the core in the kernel")
        .With("mode", "system")
        .InFamily("Time of the core, by what it did");

    /// <summary>Time of the core doing nothing.</summary>
    public static readonly FieldDefinition IdleSeconds = Counter(
        "idle", "cpu_core_seconds", "nodetelemetry.core.time.idle", ReadingUnit.Seconds,
        "Time of the core doing nothing")
        .With("mode", "idle")
        .InFamily("Time of the core, by what it did");

    /// <summary>Time of the core idle while a disk was awaited.</summary>
    public static readonly FieldDefinition IowaitSeconds = Counter(
        "iowait", "cpu_core_seconds", "nodetelemetry.core.time.iowait", ReadingUnit.Seconds,
        "Time of the core idle while a disk was awaited")
        .With("mode", "iowait")
        .InFamily("Time of the core, by what it did");

    /// <summary>Time of the core serving interrupts.</summary>
    public static readonly FieldDefinition IrqSeconds = Counter(
        "irq", "cpu_core_seconds", "nodetelemetry.core.time.irq", ReadingUnit.Seconds,
        "Time of the core serving interrupts")
        .With("mode", "irq")
        .InFamily("Time of the core, by what it did");

    /// <summary>Time of the core serving soft interrupts.</summary>
    public static readonly FieldDefinition SoftirqSeconds = Counter(
        "softirq", "cpu_core_seconds", "nodetelemetry.core.time.softirq", ReadingUnit.Seconds,
        "Time of the core serving soft interrupts")
        .With("mode", "softirq")
        .InFamily("Time of the core, by what it did");

    /// <summary>Time of the core taken by the hypervisor.</summary>
    public static readonly FieldDefinition StealSeconds = Counter(
        "steal", "cpu_core_seconds", "nodetelemetry.core.time.steal", ReadingUnit.Seconds,
        "Time of the core taken by the hypervisor")
        .With("mode", "steal")
        .InFamily("Time of the core, by what it did");

    /// <summary>
    /// Share of time that the core was not idle since the last sample, of cores that have no room in coreusage.
    /// </summary>
    public static readonly FieldDefinition UsageRatio = Gauge(
        "usage", "cpu_core_share_ratio", "nodetelemetry.core.utilization", ReadingUnit.Ratio,
        "Share of time that the core was not idle since the last sample, of cores that have no room in coreusage");

    /// <summary>Times that the core was slowed down for its heat.</summary>
    public static readonly FieldDefinition Throttles = Counter(
        "throttles", "cpu_core_throttles", "nodetelemetry.core.throttles", ReadingUnit.None,
        "Times that the core was slowed down for its heat");

    /// <summary>The section.</summary>
    public static readonly SectionDefinition Definition = new(
        "cores",
        "Each core that is online, by its number",
        FrequencyHertz, UserSeconds, NiceSeconds, SystemSeconds, IdleSeconds, IowaitSeconds, IrqSeconds,
        SoftirqSeconds, StealSeconds, UsageRatio, Throttles)
    {
        EntryLabel = "cpu",
        EntryFieldName = "nodetelemetry.core.id",
    };
}
