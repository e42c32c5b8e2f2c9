using static NodeTelemetry.Protocol.Catalog.ReadingUnit;
using static NodeTelemetry.Protocol.Catalog.Sections.Fields;

namespace NodeTelemetry.Protocol.Catalog.Sections;

/// <summary>Wire key <c>fans</c>.</summary>
/// <remarks>Source: Documentation/hwmon/sysfs-interface.rst of the kernel.</remarks>
public static class FansSection
{
    public static readonly FieldDefinition Rpm = Gauge(
        "rpm", "fan_speed_rpm", "hw.fan.speed", RevolutionsPerMinute, "Fan speed", inHistory: true).Slow();
    public static readonly FieldDefinition DutyRatio = Gauge(
        "duty", "fan_duty_ratio", "hw.fan.speed_ratio", Ratio, "PWM duty cycle of the fan").Slow();

    public static readonly SectionDefinition Definition = new("fans", "Fans, by name", Rpm, DutyRatio)
    {
        EntryLabel = "sensor",
        EntryFieldName = "hw.id",
    };
}
