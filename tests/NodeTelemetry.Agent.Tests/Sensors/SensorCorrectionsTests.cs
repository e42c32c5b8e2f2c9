using NodeTelemetry.Agent.Samplers;
using NodeTelemetry.Agent.Sensors;
using NodeTelemetry.Agent.Sensors.Quality;
using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Sensors;

/// <summary>What is sent of a sensor's values, by the settings.</summary>
public sealed class SensorCorrectionsTests : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly SnapshotBuilder _builder = new();
    private readonly CorrectionSettings _settings = new();
    private readonly TempFolder _folder = new();
    private readonly RecordingLogger _logger = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Without_settings_the_chip_s_values_are_sent_with_the_dew_point()
    {
        var entry = Correct("BME280", cpu: 55, Weather(32, 0.3));

        Assert.Equal(32, entry[SensorsSection.TemperatureCelsius]);
        Assert.Equal(0.3, entry[SensorsSection.HumidityRatio]);
        Assert.Equal(12.254, entry[SensorsSection.DewPointCelsius]!.Value, 1e-3);
        Assert.Null(entry[SensorsSection.TemperatureRawCelsius]);
        Assert.Null(entry[SensorsSection.HumidityRawRatio]);
        Assert.Null(entry[SensorsSection.SeaLevelPressurePascals]);
    }

    [Fact]
    public void With_a_factor_both_are_sent_and_the_dew_point_stays()
    {
        _settings.TemperatureFactor = new SensorNumbers(2.25, []);

        var entry = Correct("BME280", cpu: 55, Weather(32, 0.3));

        Assert.Equal(21.7778, entry[SensorsSection.TemperatureCelsius]!.Value, 1e-4);
        Assert.Equal(0.5471, entry[SensorsSection.HumidityRatio]!.Value, 1e-4);
        Assert.Equal(12.254, entry[SensorsSection.DewPointCelsius]!.Value, 1e-3);
        Assert.Equal(32, entry[SensorsSection.TemperatureRawCelsius]);
        Assert.Equal(0.3, entry[SensorsSection.HumidityRawRatio]);
    }

    [Fact]
    public void An_offset_alone_needs_no_processor()
    {
        _settings.TemperatureOffset = new SensorNumbers(-1.5, []);

        var entry = Correct("HTS221", cpu: null, Weather(22, 0.4));

        Assert.Equal(20.5, entry[SensorsSection.TemperatureCelsius]);
        Assert.Equal(22, entry[SensorsSection.TemperatureRawCelsius]);
    }

    [Fact]
    public void What_cannot_be_compensated_is_sent_raw_only()
    {
        _settings.TemperatureFactor = new SensorNumbers(2.25, []);

        var entry = Correct("BME280", cpu: null, Weather(32, 0.3));

        Assert.Null(entry[SensorsSection.TemperatureCelsius]);
        Assert.Null(entry[SensorsSection.HumidityRatio]);
        Assert.Equal(32, entry[SensorsSection.TemperatureRawCelsius]);
        Assert.Equal(0.3, entry[SensorsSection.HumidityRawRatio]);
        Assert.Equal(12.254, entry[SensorsSection.DewPointCelsius]!.Value, 1e-3);
    }

    [Theory]
    [InlineData("bme280", "sensor", 20)]
    [InlineData("bme280", "other", 32)]
    [InlineData("tmp117", "sensor", 20)]
    public void A_setting_by_name_is_for_that_sensor_wherever_it_sits(string chip, string named, double expected)
    {
        _settings.TemperatureOffset = new SensorNumbers(null, [new(named, -12)]);

        Assert.Equal(expected, Correct(chip, cpu: 55, Weather(32, 0.3))[SensorsSection.TemperatureCelsius]);
    }

    [Fact]
    public void A_sensor_that_is_not_above_the_processor_is_left_alone()
    {
        _settings.TemperatureFactor = new SensorNumbers(2.25, []);

        Assert.Equal(32, Correct("scd30", cpu: 55, Weather(32, 0.3))[SensorsSection.TemperatureCelsius]);
    }

    [Fact]
    public void A_correction_beyond_all_reason_is_refused_and_counted()
    {
        _settings.TemperatureFactor = new SensorNumbers(0.2, []);

        var entry = Correct("BME280", cpu: 85, Weather(32, 0.3));

        Assert.Null(entry[SensorsSection.TemperatureCelsius]);
        Assert.Equal(1, _builder.ValuesRefused);
    }

    [Fact]
    public void The_pressure_at_sea_level()
    {
        _settings.AltitudeMetres = 55.385;

        var entry = Correct("LPS25H", cpu: 55, (SensorsSection.PressurePascals, 100_661.517564));

        Assert.Equal(101_325, entry[SensorsSection.SeaLevelPressurePascals]!.Value, 1.0);
        Assert.Equal(100_661.517564, entry[SensorsSection.PressurePascals]);
    }

    [Fact]
    public void A_gas_sensor_warms_up_while_it_learns_and_then_has_ratios()
    {
        using var corrections = Make();
        var entry = Correct(corrections, "MICS6814", cpu: null, (SensorsSection.OxidisingOhms, 20_000));
        Assert.Equal(1, entry[SensorsSection.WarmingUp]);
        Assert.Null(entry[SensorsSection.OxidisingRatio]);

        for (var elapsed = TimeSpan.Zero; elapsed <= GasBaseline.LearnTime; elapsed += GasBaseline.StepMax)
        {
            _time.Advance(GasBaseline.StepMax);
            Correct(corrections, "MICS6814", cpu: null, (SensorsSection.OxidisingOhms, 20_000));
        }

        entry = Correct(corrections, "MICS6814", cpu: null, (SensorsSection.OxidisingOhms, 50_000));
        Assert.Null(entry[SensorsSection.WarmingUp]);
        Assert.Equal(2.5, entry[SensorsSection.OxidisingRatio]!.Value, 1e-6);
        Assert.Null(entry[SensorsSection.ReducingRatio]);
    }

    [Fact]
    public void A_cold_gas_sensor_teaches_nothing_and_has_no_ratio()
    {
        File.WriteAllText(Path.Join(_folder.Path, GasBaselineFile.Name), "sensor red 100000\n");
        _settings.StateDirectory = _folder.Path;
        using var corrections = Make();

        var cold = Correct(
            corrections, "MICS6814", null, (SensorsSection.ReducingOhms, 400_000), (SensorsSection.WarmingUp, 1));
        _time.Advance(GasBaseline.StepMax);
        var warm = Correct(corrections, "MICS6814", null, (SensorsSection.ReducingOhms, 50_000));

        Assert.Null(cold[SensorsSection.ReducingRatio]);
        Assert.Equal(0.5, warm[SensorsSection.ReducingRatio]!.Value, 1e-3);
    }

    [Fact]
    public void A_malformed_file_of_baselines_is_logged_once()
    {
        File.WriteAllText(Path.Join(_folder.Path, GasBaselineFile.Name), "rubbish");
        _settings.StateDirectory = _folder.Path;
        using var corrections = Make();

        Correct(corrections, "BME280", cpu: 55, Weather(32, 0.3));
        Correct(corrections, "BME280", cpu: 55, Weather(32, 0.3));

        Assert.Contains(_folder.Path, Assert.Single(_logger.Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_sensors_there_is_nothing()
    {
        using var corrections = Make();
        _builder.Reset();

        Assert.Equal(SampleOutcome.NoData, corrections.Sample(_builder));
    }

    [Fact]
    public void Allocates_nothing_once_warm()
    {
        _settings.TemperatureFactor = new SensorNumbers(2.25, [new("other", 3)]);
        _settings.AltitudeMetres = 500;
        _settings.StateDirectory = _folder.Path;
        File.WriteAllText(Path.Join(_folder.Path, GasBaselineFile.Name), "mics6814 ox 20000\nmics6814 red 300000\n");
        using var corrections = Make();
        var weather = Weather(32, 0.3);

        Allocation.AssertNone(() =>
        {
            Fill("BME280", 55, weather);
            var section = _builder.Section(SensorsSection.Definition);
            section.Begin("mics6814");
            section.Set(SensorsSection.OxidisingOhms, 20_000);
            section.Set(SensorsSection.ReducingOhms, 300_000);
            corrections.Sample(_builder);
        });
        Assert.Equal(
            1, _builder.Section(SensorsSection.Definition).Build()![1][SensorsSection.OxidisingRatio]!.Value, 1e-3);
    }

    private static (FieldDefinition, double)[] Weather(double celsius, double humidity) =>
        [(SensorsSection.TemperatureCelsius, celsius), (SensorsSection.HumidityRatio, humidity)];

    private SensorCorrections Make() => new(_settings, _time, _logger);

    private SectionEntry Correct(
        string chip, double? cpu, params ReadOnlySpan<(FieldDefinition Field, double Value)> values)
    {
        using var corrections = Make();
        return Correct(corrections, chip, cpu, values);
    }

    private SectionEntry Correct(
        SensorCorrections corrections,
        string chip,
        double? cpu,
        params ReadOnlySpan<(FieldDefinition Field, double Value)> values)
    {
        Fill(chip, cpu, values);
        Assert.Equal(SampleOutcome.Ok, corrections.Sample(_builder));
        return _builder.Section(SensorsSection.Definition).Build()![0];
    }

    private void Fill(string chip, double? cpu, params ReadOnlySpan<(FieldDefinition Field, double Value)> values)
    {
        _builder.Reset();
        _builder.Set(CpuSummarySection.TemperatureCelsius, cpu);
        var section = _builder.Section(SensorsSection.Definition);
        section.Begin("sensor");
        section.Set(SensorsSection.Chip, chip);
        foreach (var (field, value) in values)
        {
            section.Set(field, value);
        }
    }
}
