using NodeTelemetry.Agent.Sensors.Quality;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Demo;

/// <summary>The air, the light and the noise around a simulated node over the day, as the sensors of a HAT see them.</summary>
/// <remarks>A room by a street: warm in the afternoon, drier in warm air, lit by the sun behind clouds and by electric light in
/// the evening, loud by day, with exhaust and particles in the rush hours, under a pressure that drifts for days.</remarks>
/// <param name="hat">The board that the node carries.</param>
/// <param name="random">The source of random numbers.</param>
internal sealed class SimulatedAir(Hat hat, Random random)
{
    /// <summary>Metres above the sea.</summary>
    private const double Altitude = 120;

    /// <summary>How well its sensors are shielded from CPU heat.</summary>
    private const double HeatFactor = 2.25;

    private const double OxidisingCleanOhms = 18_000;
    private const double ReducingCleanOhms = 310_000;
    private const double AmmoniaCleanOhms = 140_000;

    /// <summary>The output of a sensitive microphone at 0 dB.</summary>
    private const double SilenceDecibels = -120;

    private const double GravityMetres = 9.81;

    private readonly double _phase = random.NextDouble() * Math.Tau;

    /// <summary>Gets the readings of the sensors; <see langword="null"/> without any.</summary>
    /// <param name="now">The local time of the room.</param>
    /// <param name="cpuCelsius">The temperature of the CPU beneath them.</param>
    public SectionReading? Next(DateTimeOffset now, double cpuCelsius)
    {
        if (hat == Hat.None)
        {
            return null;
        }

        var hour = now.TimeOfDay.TotalHours;
        var section = new SectionBuilder(SensorsSection.Definition);
        if (hat == Hat.Sense)
        {
            Weather(section, "hts221", "HTS221", now, cpuCelsius);
            section.Begin("lps25h");
            section.Set(SensorsSection.Chip, "LPS25H");
            Pressure(section, now);
            Motion(section);
            Colour(section, now);
        }
        else
        {
            Weather(section, "bme280", "BME280", now, cpuCelsius);
            Pressure(section, now);
            Light(section, now);
            Sound(section, hour);
        }

        if (hat == Hat.EnviroPlus)
        {
            Gas(section, hour);
            Particles(section, hour);
        }

        return section.Build();
    }

    /// <summary>A bell around an hour of the day.</summary>
    private static double Bell(double hour, double middle, double width) =>
        Math.Exp(-Math.Pow((hour - middle) / width, 2));

    private static double RushHour(double hour) => Bell(hour, 8, 1.2) + (0.9 * Bell(hour, 17.7, 1.6));

    /// <summary>From 0 at night to 1 at noon.</summary>
    private static double Sun(double hour) => Math.Max(0, Math.Sin((hour - 6.5) / 12 * Math.PI));

    private static double Activity(double hour) => Math.Clamp(Math.Sin((hour - 6) / 17 * Math.PI), 0, 1);

    private double Lux(DateTimeOffset now)
    {
        var hour = now.TimeOfDay.TotalHours;
        var clouds = 0.65 + (0.25 * Wave(now, 0.31)) + (0.1 * Wave(now, 0.07));
        var electric = hour is > 18.5 and < 23 ? 140 : 0;
        return Math.Max(0.2, (620 * Sun(hour) * clouds) + electric + (0.5 * Noise()));
    }

    private void Weather(SectionBuilder section, string name, string chip, DateTimeOffset now, double cpuCelsius)
    {
        var hour = now.TimeOfDay.TotalHours;
        var room = 21 + (2.2 * Math.Sin((hour - 9.5) / 24 * Math.Tau)) + (0.3 * Wave(now, 5.3)) + (0.03 * Noise());
        var dew = 9.5 + (1.4 * Wave(now, 31)) + (0.6 * Activity(hour)) + (0.03 * Noise());
        var chipCelsius = ((HeatFactor * room) + cpuCelsius) / (HeatFactor + 1);
        section.Begin(name);
        section.Set(SensorsSection.Chip, chip);
        section.Set(SensorsSection.TemperatureCelsius, room);
        section.Set(SensorsSection.TemperatureRawCelsius, chipCelsius);
        section.Set(SensorsSection.HumidityRatio, Air.HumidityRatioAt(room, 1, dew));
        section.Set(SensorsSection.HumidityRawRatio, Air.HumidityRatioAt(chipCelsius, 1, dew));
        section.Set(SensorsSection.DewPointCelsius, dew);
    }

    private void Pressure(SectionBuilder section, DateTimeOffset now)
    {
        var pascals = 99_900 + (850 * Wave(now, 83)) + (120 * Wave(now, 11)) + Noise();
        section.Set(SensorsSection.PressurePascals, pascals);
        section.Set(SensorsSection.SeaLevelPressurePascals, Air.SeaLevelPascals(pascals, Altitude));
    }

    private void Light(SectionBuilder section, DateTimeOffset now)
    {
        section.Begin("ltr559");
        section.Set(SensorsSection.Chip, "LTR559");
        section.Set(SensorsSection.Lux, Lux(now));
    }

    private void Sound(SectionBuilder section, double hour)
    {
        var decibels = 36 + (14 * Activity(hour)) + (5 * RushHour(hour)) + (2.5 * Noise());
        section.Begin("microphone");
        section.Set(SensorsSection.SoundDecibelsFullScale, SilenceDecibels + decibels + 3);
        section.Set(SensorsSection.SoundDecibelsA, decibels);
    }

    private void Gas(SectionBuilder section, double hour)
    {
        var exhaust = RushHour(hour);
        section.Begin("mics6814");
        section.Set(SensorsSection.Chip, "MICS6814");
        Gas(section, SensorsSection.OxidisingOhms, SensorsSection.OxidisingRatio, OxidisingCleanOhms, 1 + (0.8 * exhaust));
        Gas(section, SensorsSection.ReducingOhms, SensorsSection.ReducingRatio, ReducingCleanOhms, 1 - (0.3 * exhaust));
        Gas(section, SensorsSection.AmmoniaOhms, SensorsSection.AmmoniaRatio, AmmoniaCleanOhms, 1 - (0.1 * exhaust));
    }

    private void Gas(
        SectionBuilder section,
        Protocol.Catalog.FieldDefinition field,
        Protocol.Catalog.FieldDefinition ratioField,
        double clean,
        double ratio)
    {
        var measured = ratio * (1 + (0.01 * Noise()));
        section.Set(field, Math.Round(clean * measured));
        section.Set(ratioField, measured);
    }

    private void Particles(SectionBuilder section, double hour)
    {
        var particles = 5 + (17 * RushHour(hour)) + Noise();
        section.Begin("pms5003");
        section.Set(SensorsSection.Chip, "PMS5003");
        section.Set(SensorsSection.Pm1, Math.Round(0.6 * particles));
        section.Set(SensorsSection.Pm25, Math.Round(particles));
        section.Set(SensorsSection.Pm10, Math.Round(1.4 * particles));
    }

    /// <summary>It lies flat and still.</summary>
    private void Motion(SectionBuilder section)
    {
        section.Begin("lsm9ds1_accel");
        section.Set(SensorsSection.Chip, "LSM9DS1");
        section.Set(SensorsSection.AccelerationX, 0.02 * Noise());
        section.Set(SensorsSection.AccelerationY, 0.02 * Noise());
        section.Set(SensorsSection.AccelerationZ, GravityMetres + (0.02 * Noise()));
        section.Begin("lsm9ds1_gyro");
        section.Set(SensorsSection.Chip, "LSM9DS1");
        section.Set(SensorsSection.RotationX, 0.01 * Noise());
        section.Set(SensorsSection.RotationY, 0.01 * Noise());
        section.Set(SensorsSection.RotationZ, 0.01 * Noise());
        section.Begin("lsm9ds1_magn");
        section.Set(SensorsSection.Chip, "LSM9DS1");
        section.Set(SensorsSection.MagneticX, 18e-6 + (0.2e-6 * Noise()));
        section.Set(SensorsSection.MagneticY, 3e-6 + (0.2e-6 * Noise()));
        section.Set(SensorsSection.MagneticZ, -43e-6 + (0.2e-6 * Noise()));
    }

    private void Colour(SectionBuilder section, DateTimeOffset now)
    {
        var counts = 20 * Lux(now);
        section.Begin("tcs3400");
        section.Set(SensorsSection.Chip, "TCS3400");
        section.Set(SensorsSection.RedCounts, Math.Round(0.34 * counts));
        section.Set(SensorsSection.GreenCounts, Math.Round(0.38 * counts));
        section.Set(SensorsSection.BlueCounts, Math.Round(0.28 * counts));
        section.Set(SensorsSection.ClearCounts, Math.Round(counts));
    }

    /// <summary>A value that rises and falls over a number of hours.</summary>
    private double Wave(DateTimeOffset now, double hours) =>
        Math.Sin(_phase + (now.ToUnixTimeMilliseconds() / 3.6e6 / hours * Math.Tau));

    private double Noise() => (random.NextDouble() - 0.5) * 2;
}
