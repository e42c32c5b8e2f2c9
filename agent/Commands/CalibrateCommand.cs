using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;
using NodeTelemetry.Hosting.Commands;
using NodeTelemetry.Agent.Hosting;
using NodeTelemetry.Agent.Options;
using NodeTelemetry.Agent.Run;
using NodeTelemetry.Agent.Sensors.Chips;
using NodeTelemetry.Agent.Sensors.Quality;
using NodeTelemetry.Hosting.Options;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Commands;

/// <summary>The command <c>calibrate</c>: compares the sensors of a HAT with a thermometer next to it,
/// and prints the option that corrects them.</summary>
internal sealed class CalibrateCommand
{
    /// <summary>Six measurements of a chip that measures every ten seconds.</summary>
    public static readonly TimeSpan Duration = TimeSpan.FromMinutes(1);

    private const int Done = 0;

    // EX_UNAVAILABLE of sysexits(3): no sensor to compare.
    private const int NoSensor = 69;

    /// <summary>A room, or a shed in winter.</summary>
    private const double CelsiusMin = -40;
    private const double CelsiusMax = 60;

    /// <summary>A smaller difference is within the error of sensor and thermometer.</summary>
    private const double WarmerMin = 0.5;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly List<Mean> _sensors = [];
    private readonly Mean _cpu = new(string.Empty);

    /// <summary>Reads the thermometer's temperature.</summary>
    public static bool TryRead(CommandLine line, out double celsius)
    {
        celsius = 0;
        return line.Words.Count == 1 && OptionText.TryParseNumber(line.Words[0], CelsiusMin, CelsiusMax, out celsius);
    }

    /// <summary>Gets the error message for a missing or invalid temperature.</summary>
    public static string Usage =>
        $"calibrate: give the temperature of a thermometer next to the board, {CelsiusMin} to {CelsiusMax} °C: "
        + "calibrate 21.5";

    /// <summary>Compares for a minute.</summary>
    /// <returns>The exit code.</returns>
    public static int Run(
        double airCelsius, AgentOptions options, ShutdownSignals signals, TimeProvider time, ILogger logger)
    {
        StandardStream.WriteOutput($"Comparing for {Duration.TotalSeconds} seconds…");
        var command = new CalibrateCommand();
        if (!SampleTaker.TakeSeveral(
            options, signals, time, logger, (int)(Duration / Period), Period, command.Add))
        {
            return Done;
        }

        StandardStream.WriteOutput(command.Write(airCelsius));
        return command._sensors.Count == 0 ? NoSensor : Done;
    }

    /// <summary>Adds a sample.</summary>
    public void Add(NodeSnapshot sample)
    {
        if (sample[CpuSummarySection.TemperatureCelsius] is { } cpu)
        {
            _cpu.Add(cpu);
        }

        var sensors = sample.Section(SensorsSection.Definition);
        for (var index = 0; index < sensors?.EntryCount; index++)
        {
            var sensor = sensors[index];
            if ((sensor[SensorsSection.TemperatureRawCelsius] ?? sensor[SensorsSection.TemperatureCelsius])
                    is { } celsius
                && sensor[SensorsSection.Stale] is not 1
                && ChipModels.Find(sensor.Text(SensorsSection.Chip)).IsAboveCpu)
            {
                GetMean(sensor.Name!).Add(celsius);
            }
        }
    }

    /// <summary>Writes the result.</summary>
    /// <param name="airCelsius">The thermometer's temperature.</param>
    public string Write(double airCelsius)
    {
        if (_sensors.Count == 0)
        {
            return "No sensor of a HAT has reported a temperature; \"doctor\" reports what is missing.";
        }

        var text = new StringBuilder();
        foreach (var sensor in _sensors)
        {
            var factor = _cpu.Value is { } cpu ? CpuHeat.Factor(sensor.Value!.Value, cpu, airCelsius) : (double?)null;
            var isWarmer = sensor.Value - airCelsius >= WarmerMin
                && factor is >= CorrectionSettings.FactorMin and <= CorrectionSettings.FactorMax;
            text.Append(CultureInfo.InvariantCulture, $"{sensor.Name} {sensor.Value:F1} °C");
            if (_cpu.Value is { } package)
            {
                text.Append(CultureInfo.InvariantCulture, $", CPU {package:F1} °C");
            }

            text.Append(CultureInfo.InvariantCulture, $", thermometer {airCelsius:F1} °C: ");
            text.AppendLine(isWarmer
                ? string.Create(CultureInfo.InvariantCulture, $"--temperature-factor {sensor.Name}={factor:F2}")
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"--temperature-offset {sensor.Name}={airCelsius - sensor.Value:F1}"));
        }

        return text
            .Append("Compare after the board has run under its usual load for an hour: "
                + "a cold or busy board gives another value.")
            .ToString();
    }

    private Mean GetMean(string name)
    {
        foreach (var known in _sensors)
        {
            if (known.Name == name)
            {
                return known;
            }
        }

        var added = new Mean(name);
        _sensors.Add(added);
        return added;
    }

    /// <summary>The mean temperature of one sensor.</summary>
    private sealed class Mean(string name)
    {
        private double _sum;
        private int _count;

        public string Name => name;

        public double? Value => _count == 0 ? null : _sum / _count;

        public void Add(double value)
        {
            _sum += value;
            _count++;
        }
    }
}
