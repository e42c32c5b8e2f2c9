using static NodeTelemetry.Protocol.Catalog.Sections.Fields;

namespace NodeTelemetry.Protocol.Catalog.Sections;

/// <summary>Wire key <c>power</c>.</summary>
/// <remarks>Source: Documentation/hwmon/sysfs-interface.rst of the kernel.</remarks>
public static class PowerSection
{
    public static readonly FieldDefinition Volts = Signed(
        "v", "power_volts", "hw.voltage", ReadingUnit.Volts, 10_000, 3,
        "Voltage at the sensor", inHistory: true).Slow();
    public static readonly FieldDefinition Amperes = Signed(
        "a", "power_amperes", "hw.current", ReadingUnit.Amperes, 10_000, 3, "Current through the sensor").Slow();
    public static readonly FieldDefinition Watts = Signed(
        "w", "power_watts", "hw.power", ReadingUnit.Watts, 1_000_000, 3, "Power at the sensor", inHistory: true).Slow();

    public static readonly SectionDefinition Definition = new(
        "power", "Voltage, current and power, by sensor", Volts, Amperes, Watts)
    {
        EntryLabel = "sensor",
        EntryFieldName = "hw.id",
    };
}
