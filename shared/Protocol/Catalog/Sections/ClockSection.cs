using static NodeTelemetry.Protocol.Catalog.Sections.Fields;

namespace NodeTelemetry.Protocol.Catalog.Sections;

/// <summary>Wire key <c>clock</c>: how far the node's clock can be trusted.</summary>
/// <remarks>Source: adjtimex(2), /sys/class/rtc.</remarks>
public static class ClockSection
{
    /// <summary>The kernel says that the clock follows a time server.</summary>
    public static readonly FieldDefinition Synchronised = Flag(
        "synced", "clock_synchronised", "nodetelemetry.clock.synchronised",
        "The kernel says that the clock follows a time server");

    /// <summary>What the clock still has to be corrected by.</summary>
    public static readonly FieldDefinition OffsetSeconds = Signed(
        "offset", "clock_offset_seconds", "nodetelemetry.clock.offset", ReadingUnit.Seconds, 1_000_000, 6,
        "What the clock still has to be corrected by");

    /// <summary>How wrong the clock can be at most.</summary>
    public static readonly FieldDefinition ErrorMaxSeconds = Gauge(
        "maxerror", "clock_error_max_seconds", "nodetelemetry.clock.error_max", ReadingUnit.Seconds,
        "How wrong the clock can be at most");

    /// <summary>The board has a clock that runs while it is off.</summary>
    public static readonly FieldDefinition HasRtc = Flag(
        "rtc", "clock_rtc_present", "nodetelemetry.clock.rtc", "The board has a clock that runs while it is off");

    /// <summary>The section.</summary>
    public static readonly SectionDefinition Definition = new(
        "clock",
        "How far the clock of the node can be trusted",
        Synchronised, OffsetSeconds, ErrorMaxSeconds, HasRtc);
}
