using NodeTelemetry.Agent.Options;
using NodeTelemetry.Agent.Sensors.Streams;
using NodeTelemetry.Hosting.Options;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Options;

/// <summary>The options of the particulate matter sensor and the microphone.</summary>
public sealed class StreamSensorOptionsTests
{
    private readonly AgentOptions _options = new();

    [Fact]
    public void By_default_they_are_those_of_an_Enviro()
    {
        Assert.Equal(StreamSensorSettings.Auto, _options.StreamSensors.ParticlesPort);
        Assert.Equal(StreamSensorSettings.Auto, _options.StreamSensors.Microphone);
        Assert.Equal(0, _options.StreamSensors.MicrophoneCalibrationDecibels);
    }

    [Theory]
    [InlineData("/dev/ttyUSB0", "/dev/ttyUSB0")]
    [InlineData("auto", "auto")]
    [InlineData("none", null)]
    public void A_port_is_a_path_or_automatic_or_none(string value, string? expected)
    {
        Assert.True(Apply("particles-port", value));
        Assert.Equal(expected, _options.StreamSensors.ParticlesPort);
    }

    [Theory]
    [InlineData("Device", "Device")]
    [InlineData("auto", "auto")]
    [InlineData("none", null)]
    public void A_card_is_a_name_or_automatic_or_none(string value, string? expected)
    {
        Assert.True(Apply("microphone", value));
        Assert.Equal(expected, _options.StreamSensors.Microphone);
    }

    [Fact]
    public void A_calibration_may_be_negative()
    {
        Assert.True(Apply("microphone-calibration", "-4.5"));
        Assert.Equal(-4.5, _options.StreamSensors.MicrophoneCalibrationDecibels);
    }

    [Theory]
    [InlineData("particles-port", "ttyUSB0")]
    [InlineData("particles-port", "")]
    [InlineData("microphone", "")]
    [InlineData("microphone", "../card0")]
    [InlineData("microphone", "a-name-too-long-x")]
    [InlineData("microphone-calibration", "41")]
    [InlineData("microphone-calibration", "loud")]
    [InlineData("microphone-calibration", "NaN")]
    public void Anything_else_is_refused(string name, string value) => Assert.False(Apply(name, value));

    private bool Apply(string name, string value)
    {
        var problems = new List<string>();
        var values = new OptionValue("", null, null, [new(name, new OptionValue(name, null, value))]);
        AgentOptionTable.All.Apply(_options, values, problems);
        return problems.Count == 0;
    }
}
