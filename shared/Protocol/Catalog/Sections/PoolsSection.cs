using static NodeTelemetry.Protocol.Catalog.Sections.Fields;

namespace NodeTelemetry.Protocol.Catalog.Sections;

/// <summary>Wire key <c>zpool</c>.</summary>
/// <remarks>Source: /proc/spl/kstat/zfs/POOL/state of OpenZFS.</remarks>
public static class PoolsSection
{
    public static readonly FieldDefinition Online = Flag(
        "online", "zfs_pool_online", "nodetelemetry.zfs.pool.online", "The pool is online with all its devices");
    public static readonly FieldDefinition State = Text("state", "nodetelemetry.zfs.pool.state", "State of the pool");

    public static readonly SectionDefinition Definition = new("zpool", "ZFS pools, by name", Online, State)
    {
        EntryLabel = "pool",
        EntryFieldName = "nodetelemetry.zfs.pool.name",
        InfoName = "zfs_pool_info",
    };
}
