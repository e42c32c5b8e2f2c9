using NodeTelemetry.Protocol.Limits;
using static NodeTelemetry.Protocol.Catalog.ReadingUnit;
using static NodeTelemetry.Protocol.Catalog.Sections.Fields;

namespace NodeTelemetry.Protocol.Catalog.Sections;

/// <summary>raspi-cluster's key <c>loadavg</c>.</summary>
/// <remarks>Source: proc_loadavg(5).</remarks>
public static class LoadSection
{
    public static readonly FieldDefinition OneMinute = Average(1, inHistory: true);
    public static readonly FieldDefinition FiveMinutes = Average(5);
    public static readonly FieldDefinition FifteenMinutes = Average(15);

    public static readonly SectionDefinition Definition = new(
        "loadavg", "Load averages", OneMinute, FiveMinutes, FifteenMinutes)
    {
        Layout = SectionLayout.List,
        PrecedesHeader = true,
        ListApiName = "load",
    };

    private static FieldDefinition Average(int minutes, bool inHistory = false) => Gauge(
        $"{minutes}m", $"load_average_{minutes}m", $"system.cpu.load_average.{minutes}m", None,
        $"Runnable and uninterruptible tasks, averaged over {minutes} minute{(minutes == 1 ? string.Empty : "s")}",
        inHistory, apiName: $"load{minutes}", decimals: 2, max: ReadingRanges.LoadMax);
}
