using NodeTelemetry.Agent.Sensors.Quality;
using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Sensors.Quality;

/// <summary>What becomes of a measurement on its way into the sample.</summary>
public sealed class LastMeasurementTests
{
    private static readonly TimeSpan StaleAfter = TimeSpan.FromSeconds(30);

    private readonly ManualTimeProvider _time = new();
    private readonly SectionBuilder _section = new(SensorsSection.Definition);
    private readonly LastMeasurement _last;

    public LastMeasurementTests() => _last = new LastMeasurement(StaleAfter, _time);

    [Fact]
    public void Nothing_is_reported_before_the_first_measurement()
    {
        Assert.False(_last.AddTo(_section));
        Assert.Null(_section.Build());
    }

    [Fact]
    public void Values_are_repeated_until_they_are_stale_and_finally_forgotten()
    {
        Take("BME280", (SensorsSection.TemperatureCelsius, 21));

        Assert.Null(Report()!.Value[SensorsSection.Stale]);
        _time.Advance(StaleAfter + TimeSpan.FromSeconds(1));
        Assert.Equal(1, Report()!.Value[SensorsSection.Stale]);
        Assert.Equal(21, Report()!.Value[SensorsSection.TemperatureCelsius]);
        _time.Advance(LastMeasurement.AgeMax);
        Assert.Null(Report());
    }

    [Fact]
    public void A_gas_sensor_is_warming_up_for_ten_minutes_and_again_after_it_was_gone()
    {
        for (var elapsed = TimeSpan.Zero; elapsed < TimeSpan.FromMinutes(10); elapsed += StaleAfter)
        {
            Take("MICS6814", (SensorsSection.OxidisingOhms, 15_000));
            Assert.Equal(1, Report()!.Value[SensorsSection.WarmingUp]);
            _time.Advance(StaleAfter);
        }

        Take("MICS6814", (SensorsSection.OxidisingOhms, 15_000));
        Assert.Null(Report()!.Value[SensorsSection.WarmingUp]);

        _time.Advance(LastMeasurement.AgeMax + TimeSpan.FromSeconds(1));
        Take("MICS6814", (SensorsSection.OxidisingOhms, 15_000));
        Assert.Equal(1, Report()!.Value[SensorsSection.WarmingUp]);
    }

    [Theory]
    [InlineData("bme280", -40.1, null)]
    [InlineData("BME280", 85.1, null)]
    [InlineData("BME280", 85, 85.0)]
    [InlineData("BME280", -40, -40.0)]
    [InlineData("HTS221", 85.1, 85.1)]
    [InlineData("unknown", 200, 200.0)]
    public void What_the_chip_cannot_measure_is_left_out_and_counted(string chip, double celsius, double? expected)
    {
        Take(chip, (SensorsSection.TemperatureCelsius, celsius), (SensorsSection.PressurePascals, 101_325));

        Assert.Equal(expected, Report()!.Value[SensorsSection.TemperatureCelsius]);
        Assert.Equal(101_325, Report()!.Value[SensorsSection.PressurePascals]);
        Assert.Equal(expected is null ? 1 : 0, _section.ValuesRefused);
    }

    [Fact]
    public void Values_that_the_driver_could_not_set_are_counted_once()
    {
        Take("unknown", (SensorsSection.TemperatureCelsius, 1000));

        Report();
        Report();

        Assert.Equal(1, _section.ValuesRefused);
    }

    [Fact]
    public void A_single_spike_of_a_noisy_value_is_never_reported_but_a_step_is()
    {
        var reported = new List<double?>();
        foreach (var particles in (double[])[5, 6, 900, 7, 6, 60, 61, 62])
        {
            Take("pms7003", (SensorsSection.Pm25, particles));
            reported.Add(Report()!.Value[SensorsSection.Pm25]);
        }

        Assert.Equal([5, 6, 6, 7, 7, 7, 60, 61], reported);
    }

    [Fact]
    public void Entries_of_one_chip_are_smoothed_apart()
    {
        for (var round = 0; round < 3; round++)
        {
            _last.Pending.Clear();
            foreach (var (name, ohms) in ((string, double)[])[("mics6814", 1000), ("mics6814-2", 2000)])
            {
                _last.Pending.Begin(name);
                _last.Pending.Set(SensorsSection.Chip, "MICS6814");
                _last.Pending.Set(SensorsSection.ReducingOhms, ohms);
            }

            _last.Take();
        }

        _last.AddTo(_section);
        var section = _section.Build()!;
        Assert.Equal(1000, section[0][SensorsSection.ReducingOhms]);
        Assert.Equal(2000, section[1][SensorsSection.ReducingOhms]);
    }

    [Fact]
    public void Allocates_nothing_once_warm() => Allocation.AssertNone(() =>
    {
        Take("MICS6814", (SensorsSection.OxidisingOhms, 15_000), (SensorsSection.ReducingOhms, 99));
        _section.Clear();
        _last.AddTo(_section);
    });

    private void Take(string chip, params ReadOnlySpan<(FieldDefinition Field, double Value)> values)
    {
        _last.Pending.Clear();
        _last.Pending.Begin("sensor");
        _last.Pending.Set(SensorsSection.Chip, chip);
        foreach (var (field, value) in values)
        {
            _last.Pending.Set(field, value);
        }

        _last.Take();
    }

    private SectionEntry? Report()
    {
        _section.Clear();
        _last.AddTo(_section);
        return _section.Build()?[0];
    }
}
