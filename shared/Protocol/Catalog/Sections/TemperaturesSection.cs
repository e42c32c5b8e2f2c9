using static NodeTelemetry.Protocol.Catalog.Sections.Fields;

namespace NodeTelemetry.Protocol.Catalog.Sections;

/// <summary>Wire key <c>temps</c>.</summary>
/// <remarks>
/// Source: Documentation/hwmon/sysfs-interface.rst and Documentation/driver-api/thermal of the kernel.
/// </remarks>
public static class TemperaturesSection
{
    public static readonly FieldDefinition Celsius = Gauge(
        "t", "temperature_celsius", "hw.temperature", ReadingUnit.Celsius,
        "Temperature at the sensor", inHistory: true);
    public static readonly FieldDefinition CriticalCelsius = Gauge(
        "crit", "temperature_critical_celsius", "hw.temperature_limit", ReadingUnit.Celsius,
        "Critical temperature of the sensor");
    public static readonly FieldDefinition Spike = Flag(
        "spike", "temperature_spike", "hw.temperature_spike",
        "Suspect spike: the value changed faster than heat can travel");

    public static readonly SectionDefinition Definition = new(
        "temps", "Temperatures of the board, by sensor", Celsius, CriticalCelsius, Spike)
    {
        EntryLabel = "sensor",
        EntryFieldName = "hw.id",
    };
}
