using static NodeTelemetry.Protocol.Catalog.Sections.Fields;

namespace NodeTelemetry.Protocol.Catalog.Sections;

/// <summary>Wire key <c>system</c>: what runs on the node.</summary>
/// <remarks>Source: org.freedesktop.systemd1, cgroups(7), proc_sys_fs(5), proc_loadavg(5).</remarks>
public static class SystemSection
{
    /// <summary>Units of systemd that have failed.</summary>
    public static readonly FieldDefinition FailedUnits = Gauge(
        "failed", "systemd_failed_units", "nodetelemetry.systemd.failed_units", ReadingUnit.None,
        "Units of systemd that have failed");

    /// <summary>Containers that run.</summary>
    public static readonly FieldDefinition Containers = Gauge(
        "containers", "containers_running", "nodetelemetry.containers.running", ReadingUnit.None,
        "Containers that run");

    /// <summary>The kernel accounts the memory of containers.</summary>
    public static readonly FieldDefinition MemoryCgroup = Flag(
        "memcg", "memory_cgroup_enabled", "nodetelemetry.cgroup.memory",
        "The kernel accounts the memory of containers");

    /// <summary>Processes and threads.</summary>
    public static readonly FieldDefinition Processes = Gauge(
        "procs", "processes", "system.process.count", ReadingUnit.None, "Processes and threads");

    /// <summary>File handles in use.</summary>
    public static readonly FieldDefinition FileHandles = Gauge(
        "files", "file_handles_open", "system.file_handle.count", ReadingUnit.None, "File handles in use");

    /// <summary>The section.</summary>
    public static readonly SectionDefinition Definition = new(
        "system",
        "What runs on the node",
        FailedUnits, Containers, MemoryCgroup, Processes, FileHandles);
}
