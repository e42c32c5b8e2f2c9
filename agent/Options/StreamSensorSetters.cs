using System.Globalization;
using System.Text;
using NodeTelemetry.Agent.Sensors.Streams;

namespace NodeTelemetry.Agent.Options;

/// <summary>The options that say where a particle counter and a microphone are.</summary>
internal static class StreamSensorSetters
{
    /// <summary>A microphone that is further off than this is broken.</summary>
    private const double CalibrationMax = 40;

    /// <summary>What the kernel has room for in the name of a card.</summary>
    private const int CardBytesMax = 15;

    private const string None = "none";

    /// <summary>Gets the options, in the order in which they are shown.</summary>
    public static IReadOnlyList<OptionDefinition> All { get; } =
    [
        new("particles-port", "DEVICE", StreamSensorSettings.Auto,
            "an absolute path such as /dev/ttyUSB0, auto for the header's on an Enviro+, or none",
            "Serial port of a PMS5003, which counts particles", false, SetParticlesPort),
        new("microphone", "CARD", StreamSensorSettings.Auto,
            "a name as in /proc/asound/cards, auto for an Enviro's, or none",
            "Sound card whose level is measured; nothing is recorded", false, SetMicrophone),
        new("microphone-calibration", "DECIBELS", "0", "-40 to 40",
            "What is added to the estimated sound level", false, SetCalibration),
    ];

    private static bool SetParticlesPort(AgentOptions options, IReadOnlyList<string> values)
    {
        options.StreamSensors.ParticlesPort = values[0] == None ? null : values[0];
        return values[0] is StreamSensorSettings.Auto or None
            || (Path.IsPathFullyQualified(values[0]) && !values[0].Contains('\0', StringComparison.Ordinal));
    }

    private static bool SetMicrophone(AgentOptions options, IReadOnlyList<string> values)
    {
        options.StreamSensors.Microphone = values[0] == None ? null : values[0];
        return Encoding.UTF8.GetByteCount(values[0]) is > 0 and <= CardBytesMax
            && !values[0].Contains('/', StringComparison.Ordinal);
    }

    private static bool SetCalibration(AgentOptions options, IReadOnlyList<string> values)
    {
        var isNumber = double.TryParse(
            values[0], NumberStyles.Float, CultureInfo.InvariantCulture, out var decibels);
        options.StreamSensors.MicrophoneCalibrationDecibels = decibels;
        return isNumber && decibels is >= -CalibrationMax and <= CalibrationMax;
    }
}
