using static NodeTelemetry.Protocol.Catalog.ReadingUnit;
using static NodeTelemetry.Protocol.Catalog.Sections.Fields;

namespace NodeTelemetry.Protocol.Catalog.Sections;

/// <summary>Wire key <c>sensors</c>.</summary>
/// <remarks>Source: the datasheets of the chips; Documentation/ABI/testing/sysfs-bus-iio of the kernel.</remarks>
public static class SensorsSection
{
    /// <summary>A tenth of a ppm: finer than any sensor.</summary>
    private const int Co2Decimals = 7;

    public static readonly FieldDefinition TemperatureCelsius = Gauge(
        "t", "sensor_temperature_celsius", Field("temperature"), Celsius,
        "Temperature, compensated for CPU heat where that is known", inHistory: true);
    public static readonly FieldDefinition TemperatureRawCelsius = Gauge(
        "traw", "sensor_temperature_raw_celsius", Field("temperature_raw"), Celsius, "Uncompensated temperature");
    public static readonly FieldDefinition PressurePascals = Gauge(
        "p", "sensor_pressure_pascals", Field("pressure"), Pascals, "Barometric pressure", inHistory: true);
    public static readonly FieldDefinition SeaLevelPressurePascals = Gauge(
        "psea", "sensor_pressure_sea_level_pascals", Field("pressure_sea_level"), Pascals,
        "Barometric pressure reduced to sea level (QNH)");
    public static readonly FieldDefinition HumidityRatio = Gauge(
        "h", "sensor_humidity_ratio", Field("humidity"), Ratio,
        "Relative humidity at the compensated temperature", inHistory: true);
    public static readonly FieldDefinition HumidityRawRatio = Gauge(
        "hraw", "sensor_humidity_raw_ratio", Field("humidity_raw"), Ratio, "Uncompensated relative humidity");
    public static readonly FieldDefinition DewPointCelsius = Gauge(
        "dew", "sensor_dew_point_celsius", Field("dew_point"), Celsius, "Dew point");
    public static readonly FieldDefinition Lux = Gauge(
        "lux", "sensor_illuminance_lux", Field("illuminance"), ReadingUnit.Lux, "Illuminance", inHistory: true);
    public static readonly FieldDefinition Proximity = Gauge(
        "prox", "sensor_proximity_counts", Field("proximity"), None, "Proximity in raw counts");
    public static readonly FieldDefinition OxidisingOhms = Gas("ox", "oxidising");
    public static readonly FieldDefinition ReducingOhms = Gas("red", "reducing");
    public static readonly FieldDefinition AmmoniaOhms = Gas("nh3", "ammonia");
    public static readonly FieldDefinition OxidisingRatio = GasRatio("oxr", "oxidising");
    public static readonly FieldDefinition ReducingRatio = GasRatio("redr", "reducing");
    public static readonly FieldDefinition AmmoniaRatio = GasRatio("nh3r", "ammonia");
    public static readonly FieldDefinition Pm1 = Particles("pm1", "pm1", "1");
    public static readonly FieldDefinition Pm25 = Particles("pm25", "pm2.5", "2.5");
    public static readonly FieldDefinition Pm10 = Particles("pm10", "pm10", "10");
    public static readonly FieldDefinition SoundDecibelsFullScale = Signed(
        "dbfs", "sensor_sound_level_dbfs", Field("sound_level"), Decibels, 200, 1,
        "Sound level relative to full scale", inHistory: true);
    public static readonly FieldDefinition SoundDecibelsA = Signed(
        "dba", "sensor_sound_level_dba_estimate", Field("sound_level_a"), Decibels, 200, 1,
        "A-weighted sound pressure level: an uncalibrated estimate");
    public static readonly FieldDefinition AccelerationX = Acceleration("x");
    public static readonly FieldDefinition AccelerationY = Acceleration("y");
    public static readonly FieldDefinition AccelerationZ = Acceleration("z");
    public static readonly FieldDefinition RotationX = Rotation("x");
    public static readonly FieldDefinition RotationY = Rotation("y");
    public static readonly FieldDefinition RotationZ = Rotation("z");
    public static readonly FieldDefinition MagneticX = Magnetic("x");
    public static readonly FieldDefinition MagneticY = Magnetic("y");
    public static readonly FieldDefinition MagneticZ = Magnetic("z");
    public static readonly FieldDefinition RedCounts = Colour("r", "red");
    public static readonly FieldDefinition GreenCounts = Colour("g", "green");
    public static readonly FieldDefinition BlueCounts = Colour("b", "blue");
    public static readonly FieldDefinition ClearCounts = Colour("c", "clear");
    public static readonly FieldDefinition LightGain = Gauge(
        "gain", "sensor_colour_gain", Field("colour.gain"), None, "Gain of the colour counts");
    public static readonly FieldDefinition IntegrationSeconds = Gauge(
        "int", "sensor_colour_integration_seconds", Field("colour.integration_time"), Seconds,
        "Integration time of the colour counts");
    public static readonly FieldDefinition Volts = Signed(
        "v", "sensor_input_volts", Field("voltage"), ReadingUnit.Volts, 10_000, 4, "Voltage at an analogue input");
    public static readonly FieldDefinition Amperes = Signed(
        "a", "sensor_input_amperes", Field("current"), ReadingUnit.Amperes, 10_000, 4, "Current at an analogue input");
    public static readonly FieldDefinition Ohms = Gauge(
        "ohm", "sensor_resistance_ohms", Field("resistance"), ReadingUnit.Ohms, "Resistance at an analogue input");
    public static readonly FieldDefinition Co2Ratio = Gauge(
        "co2", "sensor_co2_ratio", Field("co2"), Ratio, "Carbon dioxide concentration", inHistory: true,
        decimals: Co2Decimals);
    public static readonly FieldDefinition WarmingUp = Flag(
        "warm", "sensor_warming_up", Field("warming_up"), "The chip is warming up; its values are not yet reliable");
    public static readonly FieldDefinition Stale = Flag(
        "stale", "sensor_stale", Field("stale"), "The chip does not respond; these are its last values");
    public static readonly FieldDefinition Chip = Text("chip", Field("chip"), "Part number of the chip");

    public static readonly SectionDefinition Definition = new(
        "sensors", "Sensors of HATs and other sensor chips, by chip",
        TemperatureCelsius, TemperatureRawCelsius, PressurePascals, SeaLevelPressurePascals, HumidityRatio,
        HumidityRawRatio, DewPointCelsius, Lux, Proximity, OxidisingOhms, ReducingOhms, AmmoniaOhms,
        OxidisingRatio, ReducingRatio, AmmoniaRatio, Pm1, Pm25, Pm10, SoundDecibelsFullScale, SoundDecibelsA,
        AccelerationX, AccelerationY, AccelerationZ, RotationX, RotationY, RotationZ, MagneticX, MagneticY,
        MagneticZ, RedCounts, GreenCounts, BlueCounts, ClearCounts, LightGain, IntegrationSeconds, Volts, Amperes, Ohms,
        Co2Ratio, WarmingUp, Stale, Chip)
    {
        EntryLabel = "sensor",
        EntryFieldName = "hw.id",
        InfoName = "sensor_info",
    };

    private static string Field(string name) => "nodetelemetry.sensor." + name;

    private static FieldDefinition Gas(string wireName, string gas) =>
        Gauge(wireName, "sensor_gas_ohms", Field("gas." + gas), ReadingUnit.Ohms,
            "Resistance of the gas sensor, " + gas)
            .With("gas", gas).InFamily("Resistance of the gas sensor");

    private static FieldDefinition GasRatio(string wireName, string gas) =>
        Signed(wireName, "sensor_gas_baseline_ratio", Field($"gas.{gas}_ratio"), None, 10_000, 3,
            "Resistance of the gas sensor relative to its baseline, " + gas, inHistory: true)
            .With("gas", gas).InFamily("Resistance of the gas sensor relative to its baseline");

    private static FieldDefinition Particles(string wireName, string size, string micrometres) =>
        Gauge(wireName, "sensor_particles_micrograms_per_cubic_metre", Field("particles." + wireName),
            MicrogramsPerCubicMetre, $"Particulate matter up to {micrometres} µm", inHistory: true)
            .With("size", size).InFamily("Particulate matter, by particle size");

    private static FieldDefinition Acceleration(string axis) =>
        Signed("a" + axis, "sensor_acceleration_metres_per_second_squared", Field("acceleration." + axis),
            MetresPerSecondSquared, 1_000, 3, "Acceleration along " + axis)
            .With("axis", axis).InFamily("Acceleration");

    private static FieldDefinition Rotation(string axis) =>
        Signed("g" + axis, "sensor_rotation_radians_per_second", Field("rotation." + axis),
            RadiansPerSecond, 1_000, 4, "Angular velocity about " + axis)
            .With("axis", axis).InFamily("Angular velocity");

    private static FieldDefinition Magnetic(string axis) =>
        Signed("m" + axis, "sensor_magnetic_field_tesla", Field("magnetic_field." + axis),
            Tesla, 1, 8, "Magnetic flux density along " + axis)
            .With("axis", axis).InFamily("Magnetic flux density");

    private static FieldDefinition Colour(string wireName, string colour) =>
        Gauge(wireName, "sensor_colour_counts", Field("colour." + colour), None, "Raw light counts, " + colour)
            .With("colour", colour).InFamily("Raw light counts, by colour");
}
