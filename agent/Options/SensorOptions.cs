using System.Text;
using NodeTelemetry.Agent.Sensors.Quality;
using NodeTelemetry.Agent.Sensors.Streams;
using NodeTelemetry.Hosting.Options;
using NodeTelemetry.Protocol.Limits;

namespace NodeTelemetry.Agent.Options;

/// <summary>Declares the options of stream sensors and of corrections.</summary>
internal static class SensorOptions
{
    /// <summary>A microphone that needs a larger correction is broken.</summary>
    private const double CalibrationMax = 40;

    /// <summary>The kernel's limit for the name of a sound card.</summary>
    private const int CardBytesMax = 15;

    /// <summary>More sensors than a node has.</summary>
    private const int SensorCountMax = 16;

    /// <summary>A sensor that is further off is broken.</summary>
    private const double OffsetMax = 20;

    /// <summary>The shore of the Dead Sea, and above every mountain.</summary>
    private const double AltitudeMin = -430;
    private const double AltitudeMax = 9000;

    /// <summary>Adds the options.</summary>
    public static void Add(OptionTable<AgentOptions> table) => table
        .Text("particles-port", "DEVICE", StreamSensorSettings.Auto,
            "an absolute path such as /dev/ttyUSB0, auto for the header's on an Enviro+, or none",
            "Serial port of a PMS5003 particulate matter sensor.", static (options, text) =>
            {
                options.StreamSensors.ParticlesPort = text == OptionText.None ? null : text;
                return text is StreamSensorSettings.Auto or OptionText.None || OptionText.IsAbsolutePath(text);
            })
        .Text("microphone", "CARD", StreamSensorSettings.Auto,
            "a name as in /proc/asound/cards, auto for an Enviro's, or none",
            "Sound card whose sound pressure level is measured; nothing is recorded.", static (options, text) =>
            {
                options.StreamSensors.Microphone = text == OptionText.None ? null : text;
                return Encoding.UTF8.GetByteCount(text) is > 0 and <= CardBytesMax
                    && !text.Contains('/', StringComparison.Ordinal);
            })
        .Number("microphone-calibration", "DECIBELS", 0, -CalibrationMax, CalibrationMax,
            "Correction that is added to the estimated sound pressure level.",
            static (options, value) => options.StreamSensors.MicrophoneCalibrationDecibels = value)
        .List("temperature-factor", "[SENSOR=]NUMBER,...", OptionText.None,
            "0.2 to 100, for the sensors of HATs or for the named ones, or none",
            "Thermal insulation of sensors from the CPU; its heat is compensated.", static (options, values) =>
            {
                var numbers = TryParse(values, CorrectionSettings.FactorMin, CorrectionSettings.FactorMax);
                options.Corrections.TemperatureFactor = numbers ?? SensorNumbers.None;
                return numbers is not null;
            })
        .List("temperature-offset", "[SENSOR=]CELSIUS,...", OptionText.None,
            "-20 to 20, for the sensors of HATs or for the named ones, or none",
            "Correction that is added to the temperature of sensors.", static (options, values) =>
            {
                var numbers = TryParse(values, -OffsetMax, OffsetMax);
                options.Corrections.TemperatureOffset = numbers ?? SensorNumbers.None;
                return numbers is not null;
            })
        .Text("altitude", "METRES", OptionText.None, "-430 to 9000, or none",
            "Height above sea level, for the barometric pressure reduced to sea level.", static (options, text) =>
            {
                var isNumber = OptionText.TryParseNumber(text, AltitudeMin, AltitudeMax, out var metres);
                options.Corrections.AltitudeMetres = isNumber ? metres : null;
                return isNumber || text == OptionText.None;
            })
        .AbsolutePath("state-directory", "DIRECTORY", "the service's, else none",
            "Directory that keeps the identity of the node and the baselines of gas sensors.",
            static (options, path) => options.Corrections.StateDirectory = path);

    private static SensorNumbers? TryParse(IReadOnlyList<string> values, double min, double max)
    {
        if (values is [OptionText.None])
        {
            return SensorNumbers.None;
        }

        double? forAll = null;
        var byName = new List<KeyValuePair<string, double>>();
        foreach (var value in values)
        {
            var equals = value.IndexOf('=', StringComparison.Ordinal);
            if (!OptionText.TryParseNumber(value[(equals + 1)..], min, max, out var number)
                || equals == 0
                || Encoding.UTF8.GetByteCount(value) > WireLimits.EntryNameBytesMax)
            {
                return null;
            }

            if (equals < 0)
            {
                forAll = number;
            }
            else
            {
                byName.Add(new(value[..equals], number));
            }
        }

        return byName.Count <= SensorCountMax ? new SensorNumbers(forAll, byName) : null;
    }
}
