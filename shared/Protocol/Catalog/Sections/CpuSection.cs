using static NodeTelemetry.Protocol.Catalog.ReadingUnit;
using static NodeTelemetry.Protocol.Catalog.Sections.Fields;

namespace NodeTelemetry.Protocol.Catalog.Sections;

/// <summary>Wire key <c>cpu</c>.</summary>
/// <remarks>Source: proc_stat(5). The wire names of the shares are those of top(1).</remarks>
public static class CpuSection
{
    public static readonly FieldDefinition UserSeconds = Time("user", "in user mode");
    public static readonly FieldDefinition NiceSeconds = Time("nice", "in user mode at low priority");
    public static readonly FieldDefinition SystemSeconds = Time("system", "in kernel mode");
    public static readonly FieldDefinition IdleSeconds = Time("idle", "idle");
    public static readonly FieldDefinition IowaitSeconds = Time("iowait", "idle with I/O pending");
    public static readonly FieldDefinition IrqSeconds = Time("irq", "servicing interrupts");
    public static readonly FieldDefinition SoftirqSeconds = Time("softirq", "servicing softirqs");
    public static readonly FieldDefinition StealSeconds = Time("steal", "stolen by the hypervisor");
    public static readonly FieldDefinition UserRatio = Share("us", "user", "in user mode");
    public static readonly FieldDefinition NiceRatio = Share("ni", "nice", "in user mode at low priority");
    public static readonly FieldDefinition SystemRatio = Share("sy", "system", "in kernel mode");
    public static readonly FieldDefinition IdleRatio = Share("id", "idle", "idle");
    public static readonly FieldDefinition IowaitRatio = Share(
        "wa", "iowait", "idle with I/O pending", inHistory: true);
    public static readonly FieldDefinition IrqRatio = Share("hi", "irq", "servicing interrupts");
    public static readonly FieldDefinition SoftirqRatio = Share("si", "softirq", "servicing softirqs");
    public static readonly FieldDefinition StealRatio = Share("st", "steal", "stolen by the hypervisor");
    public static readonly FieldDefinition ContextSwitches = Counter(
        "ctxt", "context_switches", "system.cpu.context_switches", None, "Context switches").Slow();
    public static readonly FieldDefinition Interrupts = Counter(
        "intr", "interrupts", "system.cpu.interrupts", None, "Interrupts serviced").Slow();
    public static readonly FieldDefinition Forks = Counter(
        "forks", "forks", "system.process.created", None, "Processes and threads created").Slow();
    public static readonly FieldDefinition Running = Gauge(
        "running", "processes_running", "system.process.running", None, "Runnable tasks");
    public static readonly FieldDefinition Blocked = Gauge(
        "blocked", "processes_blocked", "system.process.blocked", None, "Tasks blocked on I/O");

    public static readonly SectionDefinition Definition = new(
        "cpu", "Time of all cores by mode, and scheduler counters",
        UserSeconds, NiceSeconds, SystemSeconds, IdleSeconds, IowaitSeconds, IrqSeconds, SoftirqSeconds,
        StealSeconds, UserRatio, NiceRatio, SystemRatio, IdleRatio, IowaitRatio, IrqRatio, SoftirqRatio, StealRatio,
        ContextSwitches, Interrupts, Forks, Running, Blocked);

    private static FieldDefinition Time(string mode, string help) =>
        Counter(mode, "cpu_seconds", "system.cpu.time." + mode, Seconds, "Time of all cores " + help)
            .With("mode", mode).InFamily("Time of all cores, by mode").Slow();

    private static FieldDefinition Share(string wireName, string mode, string help, bool inHistory = false) =>
        Gauge(wireName, "cpu_mode_ratio", "nodetelemetry.cpu.utilization." + mode, Ratio,
            "Share of time since the last sample " + help, inHistory)
            .With("mode", mode).InFamily("Share of time since the last sample, by mode");
}
