using NodeTelemetry.Agent.Commands;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Commands;

public sealed class CalibrateCommandTests
{
    private readonly CalibrateCommand _command = new();

    [Fact]
    public void The_factor_is_that_of_the_means_of_what_the_chip_itself_says()
    {
        Add(54, ("bme280", "BME280", 20, 31));
        Add(56, ("bme280", "BME280", 21, 33));

        Assert.Contains(
            "bme280 32.0 °C, processor 55.0 °C, thermometer 21.8 °C: --temperature-factor bme280=2.25\n",
            _command.Write(21.7778),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(50.0)]
    [InlineData(null)]
    public void Without_heat_or_without_a_processor_it_is_an_offset(double? cpu)
    {
        Add(cpu, ("hts221", "hts221", 21.6, null));

        Assert.Contains("--temperature-offset hts221=-0.4\n", _command.Write(21.2), StringComparison.Ordinal);
    }

    [Fact]
    public void Other_sensors_are_not_compared()
    {
        Add(50, ("scd30", "scd30", 25, null));

        Assert.Contains("No sensor of a HAT", _command.Write(20), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("21.5", true, 21.5)]
    [InlineData("-5", true, -5)]
    [InlineData("61", false, 61)]
    [InlineData("warm", false, 0)]
    [InlineData("--interval", false, 0)]
    public void The_thermometer_s_temperature_stands_first(string argument, bool isAccepted, double celsius)
    {
        List<string> arguments = [argument, "--altitude", "100"];

        Assert.Equal(isAccepted, CalibrateCommand.TryTake(arguments, out var taken));
        Assert.Equal(celsius, taken);
        Assert.Equal(isAccepted ? 2 : 3, arguments.Count);
        Assert.False(CalibrateCommand.TryTake([], out _));
    }

    private void Add(double? cpu, (string Name, string Chip, double Celsius, double? Raw) sensor)
    {
        var section = new SectionBuilder(SensorsSection.Definition);
        section.Begin(sensor.Name);
        section.Set(SensorsSection.Chip, sensor.Chip);
        section.Set(SensorsSection.TemperatureCelsius, sensor.Celsius);
        section.Set(SensorsSection.TemperatureRawCelsius, sensor.Raw);
        _command.Add(new NodeSnapshot
        {
            Hostname = "pi",
            Sections = [section.Build()!],
        }
        .With((CpuSummarySection.TemperatureCelsius, cpu)));
    }
}
