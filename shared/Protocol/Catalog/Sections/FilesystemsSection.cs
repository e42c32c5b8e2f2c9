using static NodeTelemetry.Protocol.Catalog.ReadingUnit;
using static NodeTelemetry.Protocol.Catalog.Sections.Fields;

namespace NodeTelemetry.Protocol.Catalog.Sections;

/// <summary>Wire key <c>disk</c>.</summary>
/// <remarks>Source: proc_pid_mountinfo(5), statvfs(3).</remarks>
public static class FilesystemsSection
{
    public static readonly FieldDefinition FsType = Text("fs", "system.filesystem.type", "File system type");
    public static readonly FieldDefinition Device = Text(
        "dev", "system.device", "Device or server that holds the file system");
    public static readonly FieldDefinition SizeBytes = Gauge(
        "size", "filesystem_size_bytes", "system.filesystem.limit", Bytes, "Size of the file system");
    public static readonly FieldDefinition FreeBytes = Gauge(
        "free", "filesystem_free_bytes", "system.filesystem.free", Bytes, "Free space").Slow();
    public static readonly FieldDefinition AvailableBytes = Gauge(
        "avail", "filesystem_available_bytes", "system.filesystem.available", Bytes,
        "Free space available to unprivileged users").Slow();
    public static readonly FieldDefinition UsedRatio = Gauge(
        "used", "filesystem_used_ratio", "system.filesystem.utilization", Ratio,
        "Used share of the space available to unprivileged users, as in df", inHistory: true).Slow();
    public static readonly FieldDefinition Inodes = Gauge(
        "inodes", "filesystem_inodes", "system.filesystem.inodes.limit", None, "Inodes of the file system");
    public static readonly FieldDefinition InodesFree = Gauge(
        "ifree", "filesystem_inodes_free", "system.filesystem.inodes.free", None, "Free inodes").Slow();
    public static readonly FieldDefinition ReadOnly = Flag(
        "ro", "filesystem_read_only", "system.filesystem.read_only", "The file system is mounted read-only");
    public static readonly FieldDefinition Stuck = Flag(
        "stuck", "filesystem_stuck", "system.filesystem.stuck",
        "The file system does not respond; its sizes are unknown");

    public static readonly SectionDefinition Definition = new(
        "disk", "File systems, by mount point",
        FsType, Device, SizeBytes, FreeBytes, AvailableBytes, UsedRatio, Inodes, InodesFree, ReadOnly, Stuck)
    {
        EntryLabel = "mountpoint",
        EntryFieldName = "system.filesystem.mountpoint",
        InfoName = "filesystem_info",
    };
}
