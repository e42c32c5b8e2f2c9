using static NodeTelemetry.Protocol.Catalog.ReadingUnit;
using static NodeTelemetry.Protocol.Catalog.Sections.Fields;

namespace NodeTelemetry.Protocol.Catalog.Sections;

/// <summary>Wire key <c>md</c>.</summary>
/// <remarks>Source: Documentation/admin-guide/md.rst of the kernel.</remarks>
public static class ArraysSection
{
    public static readonly FieldDefinition Disks = Gauge(
        "disks", "md_disks", "nodetelemetry.md.disks", None, "Disks that the array should have");
    public static readonly FieldDefinition Missing = Gauge(
        "missing", "md_disks_missing", "nodetelemetry.md.missing", None, "Disks that are missing or have failed");
    public static readonly FieldDefinition SyncRatio = Gauge(
        "sync", "md_sync_ratio", "nodetelemetry.md.sync", Ratio, "Progress of a rebuild or check");
    public static readonly FieldDefinition Level = Text("level", "nodetelemetry.md.level", "RAID level");
    public static readonly FieldDefinition State = Text("state", "nodetelemetry.md.state", "State of the array");
    public static readonly FieldDefinition Action = Text(
        "action", "nodetelemetry.md.action", "Present action, such as recover");

    public static readonly SectionDefinition Definition = new(
        "md", "Software RAID arrays, by name", Disks, Missing, SyncRatio, Level, State, Action)
    {
        EntryLabel = "array",
        EntryFieldName = "nodetelemetry.md.array",
        InfoName = "md_info",
    };
}
