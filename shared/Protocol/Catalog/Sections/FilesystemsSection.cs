using static NodeTelemetry.Protocol.Catalog.Sections.Fields;

namespace NodeTelemetry.Protocol.Catalog.Sections;

/// <summary>Wire key <c>disk</c>: file systems, by mount point.</summary>
/// <remarks>Source: proc_pid_mountinfo(5), statvfs(3).</remarks>
public static class FilesystemsSection
{
    /// <summary>Type of the file system.</summary>
    public static readonly FieldDefinition FsType = Text("fs", "system.filesystem.type", "Type of the file system");

    /// <summary>Device or server that holds the file system.</summary>
    public static readonly FieldDefinition Device = Text(
        "dev", "system.device", "Device or server that holds the file system");

    /// <summary>Size of the file system.</summary>
    public static readonly FieldDefinition SizeBytes = Gauge(
        "size", "filesystem_size_bytes", "system.filesystem.limit", ReadingUnit.Bytes, "Size of the file system");

    /// <summary>Space that is free.</summary>
    public static readonly FieldDefinition FreeBytes = Gauge(
        "free", "filesystem_free_bytes", "system.filesystem.free", ReadingUnit.Bytes, "Space that is free");

    /// <summary>Space that is free for everybody.</summary>
    public static readonly FieldDefinition AvailableBytes = Gauge(
        "avail", "filesystem_available_bytes", "system.filesystem.available", ReadingUnit.Bytes,
        "Space that is free for everybody");

    /// <summary>Share of the space for everybody that is used, as df has it.</summary>
    public static readonly FieldDefinition UsedRatio = Gauge(
        "used", "filesystem_used_ratio", "system.filesystem.utilization", ReadingUnit.Ratio,
        "Share of the space for everybody that is used, as df has it", inHistory: true);

    /// <summary>Files that the file system can hold.</summary>
    public static readonly FieldDefinition Inodes = Gauge(
        "inodes", "filesystem_inodes", "system.filesystem.inodes.limit", ReadingUnit.None,
        "Files that the file system can hold");

    /// <summary>Files that there is still room for.</summary>
    public static readonly FieldDefinition InodesFree = Gauge(
        "ifree", "filesystem_inodes_free", "system.filesystem.inodes.free", ReadingUnit.None,
        "Files that there is still room for");

    /// <summary>The file system is mounted read-only.</summary>
    public static readonly FieldDefinition ReadOnly = Flag(
        "ro", "filesystem_read_only", "system.filesystem.read_only", "The file system is mounted read-only");

    /// <summary>The file system does not answer; its sizes are not known.</summary>
    public static readonly FieldDefinition Stuck = Flag(
        "stuck", "filesystem_stuck", "system.filesystem.stuck",
        "The file system does not answer; its sizes are not known");

    /// <summary>The section.</summary>
    public static readonly SectionDefinition Definition = new(
        "disk",
        "File systems, by mount point",
        FsType, Device, SizeBytes, FreeBytes, AvailableBytes, UsedRatio, Inodes, InodesFree, ReadOnly, Stuck)
    {
        EntryLabel = "mountpoint",
        EntryFieldName = "system.filesystem.mountpoint",
        InfoName = "filesystem_info",
    };
}
