using static NodeTelemetry.Protocol.Catalog.Sections.Fields;

namespace NodeTelemetry.Protocol.Catalog.Sections;

/// <summary>Wire key <c>fans</c>: fans, by name.</summary>
/// <remarks>Source: Documentation/hwmon/sysfs-interface.rst of the kernel.</remarks>
public static class FansSection
{
    /// <summary>Speed of the fan.</summary>
    public static readonly FieldDefinition Rpm = Gauge(
        "rpm", "fan_speed_rpm", "hw.fan.speed", ReadingUnit.RevolutionsPerMinute,
        "Speed of the fan", inHistory: true);

    /// <summary>Share of its full power that the fan is given.</summary>
    public static readonly FieldDefinition DutyRatio = Gauge(
        "duty", "fan_duty_ratio", "hw.fan.speed_ratio", ReadingUnit.Ratio,
        "Share of its full power that the fan is given");

    /// <summary>The section.</summary>
    public static readonly SectionDefinition Definition = new(
        "fans",
        "Fans, by name",
        Rpm, DutyRatio)
    {
        EntryLabel = "sensor",
        EntryFieldName = "hw.id",
    };
}
