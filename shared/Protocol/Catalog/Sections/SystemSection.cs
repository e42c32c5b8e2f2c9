using static NodeTelemetry.Protocol.Catalog.ReadingUnit;
using static NodeTelemetry.Protocol.Catalog.Sections.Fields;

namespace NodeTelemetry.Protocol.Catalog.Sections;

/// <summary>Wire key <c>system</c>.</summary>
/// <remarks>Source: org.freedesktop.systemd1, cgroups(7), proc_sys_fs(5), proc_loadavg(5).</remarks>
public static class SystemSection
{
    public static readonly FieldDefinition FailedUnits = Gauge(
        "failed", "systemd_failed_units", "nodetelemetry.systemd.failed_units", None, "Failed systemd units");
    public static readonly FieldDefinition Containers = Gauge(
        "containers", "containers_running", "nodetelemetry.containers.running", None, "Running containers");
    public static readonly FieldDefinition MemoryCgroup = Flag(
        "memcg", "memory_cgroup_enabled", "nodetelemetry.cgroup.memory", "The memory cgroup controller is enabled");
    public static readonly FieldDefinition Processes = Gauge(
        "procs", "processes", "system.process.count", None, "Processes and threads").Slow();
    public static readonly FieldDefinition FileHandles = Gauge(
        "files", "file_handles_open", "system.file_handle.count", None, "Open file handles").Slow();

    public static readonly FieldDefinition FileHandlesMax = Gauge(
        "filesmax", "file_handles_limit", "nodetelemetry.file_handle.limit", None, "Maximum open file handles");
    public static readonly FieldDefinition EntropyBits = Gauge(
        "entropy", "entropy_available", "nodetelemetry.entropy", None,
        "Entropy of the kernel's random numbers in bits").Slow();

    public static readonly SectionDefinition Definition = new(
        "system", "Services, containers and processes of the node",
        FailedUnits, Containers, MemoryCgroup, Processes, FileHandles, FileHandlesMax, EntropyBits);
}
