using static NodeTelemetry.Protocol.Catalog.Sections.Fields;

namespace NodeTelemetry.Protocol.Catalog.Sections;

/// <summary>Wire key <c>cpu</c>: time of all cores together by mode, and what the scheduler counts.</summary>
/// <remarks>Source: proc_stat(5). The shares bear the names of top(1).</remarks>
public static class CpuSection
{
    /// <summary>Time of all cores in user programs.</summary>
    public static readonly FieldDefinition UserSeconds = Counter(
        "user", "cpu_seconds", "system.cpu.time.user", ReadingUnit.Seconds,
        "Time of all cores in user programs")
        .With("mode", "user")
        .InFamily("Time of all cores together, by what they did");

    /// <summary>Time of all cores in user programs of low priority.</summary>
    public static readonly FieldDefinition NiceSeconds = Counter(
        "nice", "cpu_seconds", "system.cpu.time.nice", ReadingUnit.Seconds,
        "Time of all cores in user programs of low priority")
        .With("mode", "nice")
        .InFamily("Time of all cores together, by what they did");

    /// <summary>Time of all cores in the kernel.</summary>
    public static readonly FieldDefinition SystemSeconds = Counter(
        "system", "cpu_seconds", "system.cpu.time.system", ReadingUnit.Seconds,
        "Time of all cores in the kernel")
        .With("mode", "system")
        .InFamily("Time of all cores together, by what they did");

    /// <summary>Time of all cores doing nothing.</summary>
    public static readonly FieldDefinition IdleSeconds = Counter(
        "idle", "cpu_seconds", "system.cpu.time.idle", ReadingUnit.Seconds,
        "Time of all cores doing nothing")
        .With("mode", "idle")
        .InFamily("Time of all cores together, by what they did");

    /// <summary>Time of all cores idle while a disk was awaited.</summary>
    public static readonly FieldDefinition IowaitSeconds = Counter(
        "iowait", "cpu_seconds", "system.cpu.time.iowait", ReadingUnit.Seconds,
        "Time of all cores idle while a disk was awaited")
        .With("mode", "iowait")
        .InFamily("Time of all cores together, by what they did");

    /// <summary>Time of all cores serving interrupts.</summary>
    public static readonly FieldDefinition IrqSeconds = Counter(
        "irq", "cpu_seconds", "system.cpu.time.irq", ReadingUnit.Seconds,
        "Time of all cores serving interrupts")
        .With("mode", "irq")
        .InFamily("Time of all cores together, by what they did");

    /// <summary>Time of all cores serving soft interrupts.</summary>
    public static readonly FieldDefinition SoftirqSeconds = Counter(
        "softirq", "cpu_seconds", "system.cpu.time.softirq", ReadingUnit.Seconds,
        "Time of all cores serving soft interrupts")
        .With("mode", "softirq")
        .InFamily("Time of all cores together, by what they did");

    /// <summary>Time of all cores taken by the hypervisor.</summary>
    public static readonly FieldDefinition StealSeconds = Counter(
        "steal", "cpu_seconds", "system.cpu.time.steal", ReadingUnit.Seconds,
        "Time of all cores taken by the hypervisor")
        .With("mode", "steal")
        .InFamily("Time of all cores together, by what they did");

    /// <summary>Share of time since the last sample in user programs.</summary>
    public static readonly FieldDefinition UserRatio = Gauge(
        "us", "cpu_mode_ratio", "nodetelemetry.cpu.utilization.user", ReadingUnit.Ratio,
        "Share of time since the last sample in user programs")
        .With("mode", "user")
        .InFamily("Share of time since the last sample, by what the cores did");

    /// <summary>Share of time since the last sample in user programs of low priority.</summary>
    public static readonly FieldDefinition NiceRatio = Gauge(
        "ni", "cpu_mode_ratio", "nodetelemetry.cpu.utilization.nice", ReadingUnit.Ratio,
        "Share of time since the last sample in user programs of low priority")
        .With("mode", "nice")
        .InFamily("Share of time since the last sample, by what the cores did");

    /// <summary>Share of time since the last sample in the kernel.</summary>
    public static readonly FieldDefinition SystemRatio = Gauge(
        "sy", "cpu_mode_ratio", "nodetelemetry.cpu.utilization.system", ReadingUnit.Ratio,
        "Share of time since the last sample in the kernel")
        .With("mode", "system")
        .InFamily("Share of time since the last sample, by what the cores did");

    /// <summary>Share of time since the last sample doing nothing.</summary>
    public static readonly FieldDefinition IdleRatio = Gauge(
        "id", "cpu_mode_ratio", "nodetelemetry.cpu.utilization.idle", ReadingUnit.Ratio,
        "Share of time since the last sample doing nothing")
        .With("mode", "idle")
        .InFamily("Share of time since the last sample, by what the cores did");

    /// <summary>Share of time since the last sample idle while a disk was awaited.</summary>
    public static readonly FieldDefinition IowaitRatio = Gauge(
        "wa", "cpu_mode_ratio", "nodetelemetry.cpu.utilization.iowait", ReadingUnit.Ratio,
        "Share of time since the last sample idle while a disk was awaited", inHistory: true)
        .With("mode", "iowait")
        .InFamily("Share of time since the last sample, by what the cores did");

    /// <summary>Share of time since the last sample serving interrupts.</summary>
    public static readonly FieldDefinition IrqRatio = Gauge(
        "hi", "cpu_mode_ratio", "nodetelemetry.cpu.utilization.irq", ReadingUnit.Ratio,
        "Share of time since the last sample serving interrupts")
        .With("mode", "irq")
        .InFamily("Share of time since the last sample, by what the cores did");

    /// <summary>Share of time since the last sample serving soft interrupts.</summary>
    public static readonly FieldDefinition SoftirqRatio = Gauge(
        "si", "cpu_mode_ratio", "nodetelemetry.cpu.utilization.softirq", ReadingUnit.Ratio,
        "Share of time since the last sample serving soft interrupts")
        .With("mode", "softirq")
        .InFamily("Share of time since the last sample, by what the cores did");

    /// <summary>Share of time since the last sample taken by the hypervisor.</summary>
    public static readonly FieldDefinition StealRatio = Gauge(
        "st", "cpu_mode_ratio", "nodetelemetry.cpu.utilization.steal", ReadingUnit.Ratio,
        "Share of time since the last sample taken by the hypervisor")
        .With("mode", "steal")
        .InFamily("Share of time since the last sample, by what the cores did");

    /// <summary>Context switches.</summary>
    public static readonly FieldDefinition ContextSwitches = Counter(
        "ctxt", "context_switches", "system.cpu.context_switches", ReadingUnit.None, "Context switches");

    /// <summary>Interrupts served.</summary>
    public static readonly FieldDefinition Interrupts = Counter(
        "intr", "interrupts", "system.cpu.interrupts", ReadingUnit.None, "Interrupts served");

    /// <summary>Processes and threads started.</summary>
    public static readonly FieldDefinition Forks = Counter(
        "forks", "forks", "system.process.created", ReadingUnit.None, "Processes and threads started");

    /// <summary>Tasks that are runnable.</summary>
    public static readonly FieldDefinition Running = Gauge(
        "running", "processes_running", "system.process.running", ReadingUnit.None, "Tasks that are runnable");

    /// <summary>Tasks that wait for a disk.</summary>
    public static readonly FieldDefinition Blocked = Gauge(
        "blocked", "processes_blocked", "system.process.blocked", ReadingUnit.None, "Tasks that wait for a disk");

    /// <summary>The section.</summary>
    public static readonly SectionDefinition Definition = new(
        "cpu",
        "Time of all cores together by mode, and what the scheduler counts",
        UserSeconds, NiceSeconds, SystemSeconds, IdleSeconds, IowaitSeconds, IrqSeconds, SoftirqSeconds,
        StealSeconds, UserRatio, NiceRatio, SystemRatio, IdleRatio, IowaitRatio, IrqRatio, SoftirqRatio,
        StealRatio, ContextSwitches, Interrupts, Forks, Running, Blocked);
}
