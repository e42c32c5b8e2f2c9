using static NodeTelemetry.Protocol.Catalog.Sections.Fields;

namespace NodeTelemetry.Protocol.Catalog.Sections;

/// <summary>Wire key <c>temps</c>: temperatures of the board, by sensor.</summary>
/// <remarks>
/// Source: Documentation/hwmon/sysfs-interface.rst and Documentation/driver-api/thermal of the kernel.
/// </remarks>
public static class TemperaturesSection
{
    /// <summary>Temperature at the sensor.</summary>
    public static readonly FieldDefinition Celsius = Gauge(
        "t", "temperature_celsius", "hw.temperature", ReadingUnit.Celsius,
        "Temperature at the sensor", inHistory: true);

    /// <summary>Temperature at which the sensor calls for help.</summary>
    public static readonly FieldDefinition CriticalCelsius = Gauge(
        "crit", "temperature_critical_celsius", "hw.temperature_limit", ReadingUnit.Celsius,
        "Temperature at which the sensor calls for help");

    /// <summary>The value leapt further than heat can travel, so it is not to be trusted.</summary>
    public static readonly FieldDefinition Spike = Flag(
        "spike", "temperature_spike", "hw.temperature_spike",
        "The value leapt further than heat can travel, so it is not to be trusted");

    /// <summary>The section.</summary>
    public static readonly SectionDefinition Definition = new(
        "temps",
        "Temperatures of the board, by sensor",
        Celsius, CriticalCelsius, Spike)
    {
        EntryLabel = "sensor",
        EntryFieldName = "hw.id",
    };
}
