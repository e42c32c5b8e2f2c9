using NodeTelemetry.Protocol.Limits;
using static NodeTelemetry.Protocol.Catalog.ReadingUnit;
using static NodeTelemetry.Protocol.Catalog.Sections.Fields;

namespace NodeTelemetry.Protocol.Catalog.Sections;

/// <summary>raspi-cluster's key <c>coreusage</c>: one number for each core that is online.</summary>
/// <remarks>Source: proc_stat(5).</remarks>
public static class CoreUsageSection
{
    public static readonly FieldDefinition UsageRatio = Gauge(
        "usage", "cpu_core_usage_ratio", "nodetelemetry.cpu.core.utilization", Ratio,
        "Share of time that the core was not idle since the last sample", apiName: "coreRatios", decimals: 3);

    public static readonly SectionDefinition Definition = new(
        "coreusage", "Use of each core that is online, in the kernel's order", UsageRatio)
    {
        Layout = SectionLayout.EntryList,
        PrecedesHeader = true,
        EntryLabel = "cpu",
        EntryFieldName = "nodetelemetry.core.id",
        EntryCountMax = WireLimits.ReceivedCoreCountMax,
        ListApiName = "coreRatios",
    };
}
