using static NodeTelemetry.Protocol.Catalog.Sections.Fields;

namespace NodeTelemetry.Protocol.Catalog.Sections;

/// <summary>
/// Wire key <c>sensors</c>: sensors of HATs and whatever else the kernel or the agent reads, by chip.
/// </summary>
/// <remarks>Source: the datasheets of the chips; Documentation/ABI/testing/sysfs-bus-iio of the kernel.</remarks>
public static class SensorsSection
{
    /// <summary>Temperature, freed of the heat of the processor where that is known.</summary>
    public static readonly FieldDefinition TemperatureCelsius = Gauge(
        "t", "sensor_temperature_celsius", "nodetelemetry.sensor.temperature", ReadingUnit.Celsius,
        "Temperature, freed of the heat of the processor where that is known", inHistory: true);

    /// <summary>Temperature as the chip has it.</summary>
    public static readonly FieldDefinition TemperatureRawCelsius = Gauge(
        "traw", "sensor_temperature_raw_celsius", "nodetelemetry.sensor.temperature_raw", ReadingUnit.Celsius,
        "Temperature as the chip has it");

    /// <summary>Air pressure.</summary>
    public static readonly FieldDefinition PressurePascals = Gauge(
        "p", "sensor_pressure_pascals", "nodetelemetry.sensor.pressure", ReadingUnit.Pascals,
        "Air pressure", inHistory: true);

    /// <summary>Air pressure, reckoned down to sea level.</summary>
    public static readonly FieldDefinition SeaLevelPressurePascals = Gauge(
        "psea", "sensor_pressure_sea_level_pascals", "nodetelemetry.sensor.pressure_sea_level", ReadingUnit.Pascals,
        "Air pressure, reckoned down to sea level");

    /// <summary>Relative humidity at the temperature given.</summary>
    public static readonly FieldDefinition HumidityRatio = Gauge(
        "h", "sensor_humidity_ratio", "nodetelemetry.sensor.humidity", ReadingUnit.Ratio,
        "Relative humidity at the temperature given", inHistory: true);

    /// <summary>Relative humidity as the chip has it.</summary>
    public static readonly FieldDefinition HumidityRawRatio = Gauge(
        "hraw", "sensor_humidity_raw_ratio", "nodetelemetry.sensor.humidity_raw", ReadingUnit.Ratio,
        "Relative humidity as the chip has it");

    /// <summary>Dew point.</summary>
    public static readonly FieldDefinition DewPointCelsius = Gauge(
        "dew", "sensor_dew_point_celsius", "nodetelemetry.sensor.dew_point", ReadingUnit.Celsius, "Dew point");

    /// <summary>Light.</summary>
    public static readonly FieldDefinition Lux = Gauge(
        "lux", "sensor_illuminance_lux", "nodetelemetry.sensor.illuminance", ReadingUnit.Lux,
        "Light", inHistory: true);

    /// <summary>Nearness in counts of the chip.</summary>
    public static readonly FieldDefinition Proximity = Gauge(
        "prox", "sensor_proximity_counts", "nodetelemetry.sensor.proximity", ReadingUnit.None,
        "Nearness in counts of the chip");

    /// <summary>Resistance of the gas sensor, oxidising.</summary>
    public static readonly FieldDefinition OxidisingOhms = Gauge(
        "ox", "sensor_gas_ohms", "nodetelemetry.sensor.gas.oxidising", ReadingUnit.Ohms,
        "Resistance of the gas sensor, oxidising")
        .With("gas", "oxidising")
        .InFamily("Resistance of the gas sensor");

    /// <summary>Resistance of the gas sensor, reducing.</summary>
    public static readonly FieldDefinition ReducingOhms = Gauge(
        "red", "sensor_gas_ohms", "nodetelemetry.sensor.gas.reducing", ReadingUnit.Ohms,
        "Resistance of the gas sensor, reducing")
        .With("gas", "reducing")
        .InFamily("Resistance of the gas sensor");

    /// <summary>Resistance of the gas sensor, ammonia.</summary>
    public static readonly FieldDefinition AmmoniaOhms = Gauge(
        "nh3", "sensor_gas_ohms", "nodetelemetry.sensor.gas.ammonia", ReadingUnit.Ohms,
        "Resistance of the gas sensor, ammonia")
        .With("gas", "ammonia")
        .InFamily("Resistance of the gas sensor");

    /// <summary>Resistance of the gas sensor by its own baseline, oxidising.</summary>
    public static readonly FieldDefinition OxidisingRatio = Signed(
        "oxr", "sensor_gas_baseline_ratio", "nodetelemetry.sensor.gas.oxidising_ratio", ReadingUnit.None, 10_000, 3,
        "Resistance of the gas sensor by its own baseline, oxidising", inHistory: true)
        .With("gas", "oxidising")
        .InFamily("Resistance of the gas sensor by its own baseline");

    /// <summary>Resistance of the gas sensor by its own baseline, reducing.</summary>
    public static readonly FieldDefinition ReducingRatio = Signed(
        "redr", "sensor_gas_baseline_ratio", "nodetelemetry.sensor.gas.reducing_ratio", ReadingUnit.None, 10_000, 3,
        "Resistance of the gas sensor by its own baseline, reducing", inHistory: true)
        .With("gas", "reducing")
        .InFamily("Resistance of the gas sensor by its own baseline");

    /// <summary>Resistance of the gas sensor by its own baseline, ammonia.</summary>
    public static readonly FieldDefinition AmmoniaRatio = Signed(
        "nh3r", "sensor_gas_baseline_ratio", "nodetelemetry.sensor.gas.ammonia_ratio", ReadingUnit.None, 10_000, 3,
        "Resistance of the gas sensor by its own baseline, ammonia", inHistory: true)
        .With("gas", "ammonia")
        .InFamily("Resistance of the gas sensor by its own baseline");

    /// <summary>Particles up to 1 micrometres.</summary>
    public static readonly FieldDefinition Pm1 = Gauge(
        "pm1", "sensor_particles_micrograms_per_cubic_metre", "nodetelemetry.sensor.particles.pm1",
        ReadingUnit.MicrogramsPerCubicMetre,
        "Particles up to 1 micrometres", inHistory: true)
        .With("size", "pm1")
        .InFamily("Particles in the air, up to a size in micrometres");

    /// <summary>Particles up to 2.5 micrometres.</summary>
    public static readonly FieldDefinition Pm25 = Gauge(
        "pm25", "sensor_particles_micrograms_per_cubic_metre", "nodetelemetry.sensor.particles.pm25",
        ReadingUnit.MicrogramsPerCubicMetre,
        "Particles up to 2.5 micrometres", inHistory: true)
        .With("size", "pm2.5")
        .InFamily("Particles in the air, up to a size in micrometres");

    /// <summary>Particles up to 10 micrometres.</summary>
    public static readonly FieldDefinition Pm10 = Gauge(
        "pm10", "sensor_particles_micrograms_per_cubic_metre", "nodetelemetry.sensor.particles.pm10",
        ReadingUnit.MicrogramsPerCubicMetre,
        "Particles up to 10 micrometres", inHistory: true)
        .With("size", "pm10")
        .InFamily("Particles in the air, up to a size in micrometres");

    /// <summary>Sound level under full scale.</summary>
    public static readonly FieldDefinition SoundDecibelsFullScale = Signed(
        "dbfs", "sensor_sound_level_dbfs", "nodetelemetry.sensor.sound_level", ReadingUnit.Decibels, 200, 1,
        "Sound level under full scale", inHistory: true);

    /// <summary>Sound level, A-weighted: an estimate that is not calibrated.</summary>
    public static readonly FieldDefinition SoundDecibelsA = Signed(
        "dba", "sensor_sound_level_dba_estimate", "nodetelemetry.sensor.sound_level_a", ReadingUnit.Decibels, 200, 1,
        "Sound level, A-weighted: an estimate that is not calibrated");

    /// <summary>Acceleration along x.</summary>
    public static readonly FieldDefinition AccelerationX = Signed(
        "ax", "sensor_acceleration_metres_per_second_squared", "nodetelemetry.sensor.acceleration.x",
        ReadingUnit.MetresPerSecondSquared, 1_000, 3,
        "Acceleration along x")
        .With("axis", "x")
        .InFamily("Acceleration");

    /// <summary>Acceleration along y.</summary>
    public static readonly FieldDefinition AccelerationY = Signed(
        "ay", "sensor_acceleration_metres_per_second_squared", "nodetelemetry.sensor.acceleration.y",
        ReadingUnit.MetresPerSecondSquared, 1_000, 3,
        "Acceleration along y")
        .With("axis", "y")
        .InFamily("Acceleration");

    /// <summary>Acceleration along z.</summary>
    public static readonly FieldDefinition AccelerationZ = Signed(
        "az", "sensor_acceleration_metres_per_second_squared", "nodetelemetry.sensor.acceleration.z",
        ReadingUnit.MetresPerSecondSquared, 1_000, 3,
        "Acceleration along z")
        .With("axis", "z")
        .InFamily("Acceleration");

    /// <summary>Speed of rotation along x.</summary>
    public static readonly FieldDefinition RotationX = Signed(
        "gx", "sensor_rotation_radians_per_second", "nodetelemetry.sensor.rotation.x", ReadingUnit.RadiansPerSecond,
        1_000, 4,
        "Speed of rotation along x")
        .With("axis", "x")
        .InFamily("Speed of rotation");

    /// <summary>Speed of rotation along y.</summary>
    public static readonly FieldDefinition RotationY = Signed(
        "gy", "sensor_rotation_radians_per_second", "nodetelemetry.sensor.rotation.y", ReadingUnit.RadiansPerSecond,
        1_000, 4,
        "Speed of rotation along y")
        .With("axis", "y")
        .InFamily("Speed of rotation");

    /// <summary>Speed of rotation along z.</summary>
    public static readonly FieldDefinition RotationZ = Signed(
        "gz", "sensor_rotation_radians_per_second", "nodetelemetry.sensor.rotation.z", ReadingUnit.RadiansPerSecond,
        1_000, 4,
        "Speed of rotation along z")
        .With("axis", "z")
        .InFamily("Speed of rotation");

    /// <summary>Magnetic field along x.</summary>
    public static readonly FieldDefinition MagneticX = Signed(
        "mx", "sensor_magnetic_field_tesla", "nodetelemetry.sensor.magnetic_field.x", ReadingUnit.Tesla, 1, 8,
        "Magnetic field along x")
        .With("axis", "x")
        .InFamily("Magnetic field");

    /// <summary>Magnetic field along y.</summary>
    public static readonly FieldDefinition MagneticY = Signed(
        "my", "sensor_magnetic_field_tesla", "nodetelemetry.sensor.magnetic_field.y", ReadingUnit.Tesla, 1, 8,
        "Magnetic field along y")
        .With("axis", "y")
        .InFamily("Magnetic field");

    /// <summary>Magnetic field along z.</summary>
    public static readonly FieldDefinition MagneticZ = Signed(
        "mz", "sensor_magnetic_field_tesla", "nodetelemetry.sensor.magnetic_field.z", ReadingUnit.Tesla, 1, 8,
        "Magnetic field along z")
        .With("axis", "z")
        .InFamily("Magnetic field");

    /// <summary>Light in counts of the chip, red.</summary>
    public static readonly FieldDefinition RedCounts = Gauge(
        "r", "sensor_colour_counts", "nodetelemetry.sensor.colour.red", ReadingUnit.None,
        "Light in counts of the chip, red")
        .With("colour", "red")
        .InFamily("Light in counts of the chip, by colour");

    /// <summary>Light in counts of the chip, green.</summary>
    public static readonly FieldDefinition GreenCounts = Gauge(
        "g", "sensor_colour_counts", "nodetelemetry.sensor.colour.green", ReadingUnit.None,
        "Light in counts of the chip, green")
        .With("colour", "green")
        .InFamily("Light in counts of the chip, by colour");

    /// <summary>Light in counts of the chip, blue.</summary>
    public static readonly FieldDefinition BlueCounts = Gauge(
        "b", "sensor_colour_counts", "nodetelemetry.sensor.colour.blue", ReadingUnit.None,
        "Light in counts of the chip, blue")
        .With("colour", "blue")
        .InFamily("Light in counts of the chip, by colour");

    /// <summary>Light in counts of the chip, clear.</summary>
    public static readonly FieldDefinition ClearCounts = Gauge(
        "c", "sensor_colour_counts", "nodetelemetry.sensor.colour.clear", ReadingUnit.None,
        "Light in counts of the chip, clear")
        .With("colour", "clear")
        .InFamily("Light in counts of the chip, by colour");

    /// <summary>Gain that the counts of light were taken with.</summary>
    public static readonly FieldDefinition LightGain = Gauge(
        "gain", "sensor_colour_gain", "nodetelemetry.sensor.colour.gain", ReadingUnit.None,
        "Gain that the counts of light were taken with");

    /// <summary>Time that the counts of light were taken in.</summary>
    public static readonly FieldDefinition IntegrationSeconds = Gauge(
        "int", "sensor_colour_integration_seconds", "nodetelemetry.sensor.colour.integration_time",
        ReadingUnit.Seconds,
        "Time that the counts of light were taken in");

    /// <summary>Voltage at an analogue input.</summary>
    public static readonly FieldDefinition Volts = Signed(
        "v", "sensor_input_volts", "nodetelemetry.sensor.voltage", ReadingUnit.Volts, 10_000, 4,
        "Voltage at an analogue input");

    /// <summary>Current at an analogue input.</summary>
    public static readonly FieldDefinition Amperes = Signed(
        "a", "sensor_input_amperes", "nodetelemetry.sensor.current", ReadingUnit.Amperes, 10_000, 4,
        "Current at an analogue input");

    /// <summary>Resistance of a sensor that is nothing else.</summary>
    public static readonly FieldDefinition Ohms = Gauge(
        "ohm", "sensor_resistance_ohms", "nodetelemetry.sensor.resistance", ReadingUnit.Ohms,
        "Resistance of a sensor that is nothing else");

    /// <summary>Carbon dioxide as a share of the air.</summary>
    public static readonly FieldDefinition Co2Ratio = Gauge(
        "co2", "sensor_co2_ratio", "nodetelemetry.sensor.co2", ReadingUnit.Ratio,
        "Carbon dioxide as a share of the air", inHistory: true);

    /// <summary>The chip has not been on for long enough to be believed.</summary>
    public static readonly FieldDefinition WarmingUp = Flag(
        "warm", "sensor_warming_up", "nodetelemetry.sensor.warming_up",
        "The chip has not been on for long enough to be believed");

    /// <summary>The chip has not answered lately: these are its last values.</summary>
    public static readonly FieldDefinition Stale = Flag(
        "stale", "sensor_stale", "nodetelemetry.sensor.stale",
        "The chip has not answered lately: these are its last values");

    /// <summary>Part number of the chip.</summary>
    public static readonly FieldDefinition Chip = Text(
        "chip", "nodetelemetry.sensor.chip", "Part number of the chip");

    /// <summary>The section.</summary>
    public static readonly SectionDefinition Definition = new(
        "sensors",
        "Sensors of HATs and whatever else the kernel or the agent reads, by chip",
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
}
