using static NodeTelemetry.Protocol.Catalog.ReadingUnit;
using static NodeTelemetry.Protocol.Catalog.Sections.Fields;

namespace NodeTelemetry.Protocol.Catalog.Sections;

/// <summary>Wire key <c>clock</c>.</summary>
/// <remarks>Source: adjtimex(2), /sys/class/rtc.</remarks>
public static class ClockSection
{
    public static readonly FieldDefinition Synchronised = Flag(
        "synced", "clock_synchronised", "nodetelemetry.clock.synchronised",
        "The kernel reports the clock as synchronised");
    public static readonly FieldDefinition OffsetSeconds = Signed(
        "offset", "clock_offset_seconds", "nodetelemetry.clock.offset", Seconds, 1_000_000, 6,
        "Remaining correction of the clock").Slow();
    public static readonly FieldDefinition ErrorMaxSeconds = Gauge(
        "maxerror", "clock_error_max_seconds", "nodetelemetry.clock.error_max", Seconds,
        "Maximum error of the clock").Slow();
    public static readonly FieldDefinition HasRtc = Flag(
        "rtc", "clock_rtc_present", "nodetelemetry.clock.rtc", "The board has a real-time clock");

    public static readonly SectionDefinition Definition = new(
        "clock", "Clock synchronisation", Synchronised, OffsetSeconds, ErrorMaxSeconds, HasRtc);
}
