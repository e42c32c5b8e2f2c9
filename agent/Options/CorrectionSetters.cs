using System.Globalization;
using System.Text;
using NodeTelemetry.Agent.Sensors.Quality;
using NodeTelemetry.Protocol.Limits;

namespace NodeTelemetry.Agent.Options;

/// <summary>The options that say how values of sensors are corrected.</summary>
internal static class CorrectionSetters
{
    /// <summary>More sensors than a node has.</summary>
    private const int SensorCountMax = 16;

    /// <summary>What is further off is broken.</summary>
    private const double OffsetMax = 20;

    /// <summary>The shore of the Dead Sea, and above every mountain.</summary>
    private const double AltitudeMin = -430;

    private const double AltitudeMax = 9000;
    private const string None = "none";

    /// <summary>Gets the options, in the order in which they are shown.</summary>
    public static IReadOnlyList<OptionDefinition> All { get; } =
    [
        new("temperature-factor", "[SENSOR=]NUMBER,...", None,
            "0.2 to 100, for the sensors of HATs or for those named, or none",
            "How well sensors are kept from the processor's heat, which is taken off", true, SetFactor),
        new("temperature-offset", "[SENSOR=]CELSIUS,...", None,
            "-20 to 20, for the sensors of HATs or for those named, or none",
            "What is added to the temperature of sensors", true, SetOffset),
        new("altitude", "METRES", None, "-430 to 9000, or none",
            "Height above the sea, for the air pressure at sea level", false, SetAltitude),
        new("state-directory", "FOLDER", "the service's, else none", "an absolute path, or none",
            "Folder in which what was learnt about gas sensors outlives a restart", false, SetStateDirectory),
    ];

    private static bool SetFactor(AgentOptions options, IReadOnlyList<string> values)
    {
        var isAccepted = TryRead(values, CorrectionSettings.FactorMin, CorrectionSettings.FactorMax, out var numbers);
        options.Corrections.TemperatureFactor = numbers;
        return isAccepted;
    }

    private static bool SetOffset(AgentOptions options, IReadOnlyList<string> values)
    {
        var isAccepted = TryRead(values, -OffsetMax, OffsetMax, out var numbers);
        options.Corrections.TemperatureOffset = numbers;
        return isAccepted;
    }

    private static bool SetAltitude(AgentOptions options, IReadOnlyList<string> values)
    {
        var isNone = values[0] == None;
        var isNumber = TryRead(values[0], AltitudeMin, AltitudeMax, out var metres);
        options.Corrections.AltitudeMetres = isNumber ? metres : null;
        return isNumber || isNone;
    }

    private static bool SetStateDirectory(AgentOptions options, IReadOnlyList<string> values)
    {
        options.Corrections.StateDirectory = values[0] == None ? null : values[0];
        return values[0] == None
            || (Path.IsPathFullyQualified(values[0]) && !values[0].Contains('\0', StringComparison.Ordinal));
    }

    private static bool TryRead(IReadOnlyList<string> values, double min, double max, out SensorNumbers numbers)
    {
        numbers = SensorNumbers.None;
        if (values is [None])
        {
            return true;
        }

        double? forAll = null;
        var byName = new List<KeyValuePair<string, double>>();
        foreach (var value in values)
        {
            var equals = value.IndexOf('=', StringComparison.Ordinal);
            if (!TryRead(value[(equals + 1)..], min, max, out var number))
            {
                return false;
            }

            if (equals < 0)
            {
                forAll = number;
            }
            else if (equals == 0 || Encoding.UTF8.GetByteCount(value) > WireLimits.EntryNameBytesMax)
            {
                return false;
            }
            else
            {
                byName.Add(new(value[..equals], number));
            }
        }

        numbers = new SensorNumbers(forAll, byName);
        return byName.Count <= SensorCountMax;
    }

    private static bool TryRead(string text, double min, double max, out double number) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out number)
        && number >= min && number <= max;
}
