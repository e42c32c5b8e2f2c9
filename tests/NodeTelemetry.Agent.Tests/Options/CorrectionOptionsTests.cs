using System.Collections;
using NodeTelemetry.Agent.Options;
using NodeTelemetry.Hosting.Commands;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Options;

public sealed class CorrectionOptionsTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly Hashtable _environment = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void By_default_nothing_is_corrected()
    {
        var corrections = Good().Corrections;

        Assert.Null(corrections.TemperatureFactor.Find("bme280", isAboveCpu: true));
        Assert.Null(corrections.TemperatureOffset.Find("bme280", isAboveCpu: true));
        Assert.Null(corrections.AltitudeMetres);
        Assert.Null(corrections.StateDirectory);
    }

    [Fact]
    public void A_number_is_for_all_sensors_of_HATs_and_one_with_a_name_for_that_sensor()
    {
        var corrections = Good(
            "--temperature-factor", "2.25,hts221=1.9", "--temperature-offset=-0.5", "--altitude=-3.5").Corrections;

        Assert.Equal(2.25, corrections.TemperatureFactor.Find("bme280", isAboveCpu: true));
        Assert.Null(corrections.TemperatureFactor.Find("scd30", isAboveCpu: false));
        Assert.Equal(1.9, corrections.TemperatureFactor.Find("hts221", isAboveCpu: false));
        Assert.Equal(-0.5, corrections.TemperatureOffset.Find("bme280", isAboveCpu: true));
        Assert.Equal(-3.5, corrections.AltitudeMetres);
    }

    [Fact]
    public void They_can_stand_in_a_file()
    {
        File.WriteAllText(
            Path.Join(_folder.Path, "appsettings.json"),
            """{ "TemperatureFactor": { "bme280": 2.75 }, "TemperatureOffset": -1, "Altitude": 433 }""");
        var corrections = Good().Corrections;

        Assert.Equal(2.75, corrections.TemperatureFactor.Find("bme280", isAboveCpu: true));
        Assert.Null(corrections.TemperatureFactor.Find("hts221", isAboveCpu: true));
        Assert.Equal(-1, corrections.TemperatureOffset.Find("hts221", isAboveCpu: true));
        Assert.Equal(433, corrections.AltitudeMetres);
    }

    [Fact]
    public void The_service_s_folder_is_used_unless_another_is_named_or_none()
    {
        _environment["STATE_DIRECTORY"] = "/var/lib/nodetelemetry-agent";

        Assert.Equal("/var/lib/nodetelemetry-agent", Good().Corrections.StateDirectory);
        Assert.Equal("/tmp/x", Good("--state-directory", "/tmp/x").Corrections.StateDirectory);
        Assert.Null(Good("--state-directory", "none").Corrections.StateDirectory);
    }

    [Theory]
    [InlineData("temperature-factor", "0.1")]
    [InlineData("temperature-factor", "101")]
    [InlineData("temperature-factor", "bme280=")]
    [InlineData("temperature-factor", "=2")]
    [InlineData("temperature-factor", "NaN")]
    [InlineData("temperature-offset", "-20.1")]
    [InlineData("temperature-offset", "warm")]
    [InlineData("altitude", "9001")]
    [InlineData("altitude", "433m")]
    [InlineData("state-directory", "relative")]
    public void A_wrong_value_is_reported_with_its_option(string option, string value)
    {
        var problem = Assert.Single(Load($"--{option}={value}").Problems);

        Assert.Contains($"--{option}", problem, StringComparison.Ordinal);
        Assert.Contains($"\"{value}\"", problem, StringComparison.Ordinal);
    }

    private AgentConfiguration Load(params string[] arguments) =>
        AgentConfiguration.Load(
            CommandLine.Parse(arguments, AgentCommands.Program), _environment, _folder.Path);

    private AgentOptions Good(params string[] arguments)
    {
        var loaded = Load(arguments);
        Assert.Empty(loaded.Problems);
        return loaded.Options;
    }
}
