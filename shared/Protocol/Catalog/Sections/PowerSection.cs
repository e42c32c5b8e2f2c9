using static NodeTelemetry.Protocol.Catalog.Sections.Fields;

namespace NodeTelemetry.Protocol.Catalog.Sections;

/// <summary>Wire key <c>power</c>: voltages, currents and powers, by sensor.</summary>
/// <remarks>Source: Documentation/hwmon/sysfs-interface.rst of the kernel.</remarks>
public static class PowerSection
{
    /// <summary>Voltage at the sensor.</summary>
    public static readonly FieldDefinition Volts = Signed(
        "v", "power_volts", "hw.voltage", ReadingUnit.Volts, 10_000, 3, "Voltage at the sensor", inHistory: true);

    /// <summary>Current through the sensor.</summary>
    public static readonly FieldDefinition Amperes = Signed(
        "a", "power_amperes", "hw.current", ReadingUnit.Amperes, 10_000, 3, "Current through the sensor");

    /// <summary>Power through the sensor.</summary>
    public static readonly FieldDefinition Watts = Signed(
        "w", "power_watts", "hw.power", ReadingUnit.Watts, 1_000_000, 3, "Power through the sensor", inHistory: true);

    /// <summary>The section.</summary>
    public static readonly SectionDefinition Definition = new(
        "power",
        "Voltages, currents and powers, by sensor",
        Volts, Amperes, Watts)
    {
        EntryLabel = "sensor",
        EntryFieldName = "hw.id",
    };
}
