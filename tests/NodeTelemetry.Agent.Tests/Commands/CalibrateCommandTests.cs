using NodeTelemetry.Agent.Commands;
using NodeTelemetry.Agent.Options;
using NodeTelemetry.Hosting.Commands;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Commands;

public sealed class CalibrateCommandTests
{
    private readonly CalibrateCommand _command = new();

    [Fact]
    public void The_factor_is_computed_from_the_mean_uncompensated_temperatures()
    {
        Add(54, ("bme280", "BME280", 20, 31));
        Add(56, ("bme280", "BME280", 21, 33));

        Assert.Contains(
            "bme280 32.0 °C, CPU 55.0 °C, thermometer 21.8 °C: --temperature-factor bme280=2.25\n",
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
    [InlineData("-41", false, -41)]
    public void The_temperature_of_the_thermometer_comes_first(string argument, bool isAccepted, double celsius)
    {
        var isRead = CalibrateCommand.TryRead(
            CommandLine.Parse(["calibrate", argument, "--altitude", "100"], AgentCommands.Program), out var read);

        Assert.Equal((isAccepted, celsius), (isRead, read));
        Assert.False(CalibrateCommand.TryRead(CommandLine.Parse(["calibrate"], AgentCommands.Program), out _));
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
