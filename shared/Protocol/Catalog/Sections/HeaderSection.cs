using NodeTelemetry.Protocol.Limits;
using static NodeTelemetry.Protocol.Catalog.ReadingUnit;
using static NodeTelemetry.Protocol.Catalog.Sections.Fields;

namespace NodeTelemetry.Protocol.Catalog.Sections;

/// <summary>Keys of the header that are readings too.</summary>
/// <remarks>Not part of <see cref="SectionCatalog"/>: every part of a sample repeats the header.</remarks>
public static class HeaderSection
{
    public static readonly FieldDefinition UptimeSeconds = Gauge(
        "uptime", "uptime_seconds", "system.uptime", Seconds, "Time since the kernel booted", decimals: 0,
        max: ReadingRanges.UptimeSecondsMax);

    public static readonly SectionDefinition Definition = new("header", "Identity and order", UptimeSeconds);
}
