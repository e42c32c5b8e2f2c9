using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;
using NodeTelemetry.Agent.Hosting;
using NodeTelemetry.Agent.Run;
using NodeTelemetry.Agent.Sensors.Chips;
using NodeTelemetry.Agent.Sensors.Quality;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Commands;

/// <summary>The command <c>calibrate</c>: compares the sensors of a HAT with a thermometer beside it,
/// and says which option makes them agree.</summary>
internal sealed class CalibrateCommand
{
    /// <summary>Six measurements of a chip that measures every ten seconds.</summary>
    public static readonly TimeSpan Duration = TimeSpan.FromMinutes(1);

    private const int Done = 0;

    // EX_UNAVAILABLE of sysexits(3): no sensor that could be compared.
    private const int NoSensor = 69;

    /// <summary>A room, or a shed in winter.</summary>
    private const double CelsiusMin = -40;
    private const double CelsiusMax = 60;

    /// <summary>A factor from a smaller difference would be chance: sensor and thermometer are no better.</summary>
    private const double WarmerMin = 0.5;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly List<Mean> _sensors = [];
    private readonly Mean _cpu = new(string.Empty);

    /// <summary>Takes the thermometer's temperature out of the arguments.</summary>
    public static bool TryTake(List<string> arguments, out double celsius)
    {
        celsius = 0;
        if (arguments.Count == 0
            || !double.TryParse(arguments[0], NumberStyles.Float, CultureInfo.InvariantCulture, out celsius)
            || celsius is not (>= CelsiusMin and <= CelsiusMax))
        {
            return false;
        }

        arguments.RemoveAt(0);
        return true;
    }

    /// <summary>Gets what is wrong when <see cref="TryTake"/> refuses.</summary>
    public static string Usage =>
        $"calibrate: give the temperature that a thermometer beside the board has, {CelsiusMin} to {CelsiusMax} °C: "
        + "calibrate 21.5";

    /// <summary>Compares for a minute.</summary>
    /// <returns>The exit code.</returns>
    public static int Run(
        double airCelsius, AgentOptions options, ShutdownSignals signals, TimeProvider time, ILogger logger)
    {
        StandardStream.WriteOutput($"Comparing for {Duration.TotalSeconds} seconds…");
        var command = new CalibrateCommand();
        if (!AgentRun.TakeSamples(options, signals, time, logger, (int)(Duration / Period), Period, command.Add))
        {
            return Done;
        }

        StandardStream.WriteOutput(command.Write(airCelsius));
        return command._sensors.Count == 0 ? NoSensor : Done;
    }

    /// <summary>Takes a sample into account.</summary>
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
                MeanOf(sensor.Name!).Add(celsius);
            }
        }
    }

    /// <summary>Says what was found.</summary>
    /// <param name="airCelsius">What the thermometer says.</param>
    public string Write(double airCelsius)
    {
        if (_sensors.Count == 0)
        {
            return "No sensor of a HAT has said a temperature; \"doctor\" tells what is missing.";
        }

        var text = new StringBuilder();
        foreach (var sensor in _sensors)
        {
            var factor = _cpu.Value is { } cpu ? CpuHeat.Factor(sensor.Value!.Value, cpu, airCelsius) : (double?)null;
            var isWarmer = sensor.Value - airCelsius >= WarmerMin
                && factor is >= CorrectionSettings.FactorMin and <= CorrectionSettings.FactorMax;
            text.Append(CultureInfo.InvariantCulture, $"{sensor.Name} {sensor.Value:F1} °C");
            if (_cpu.Value is { } processor)
            {
                text.Append(CultureInfo.InvariantCulture, $", processor {processor:F1} °C");
            }

            text.Append(CultureInfo.InvariantCulture, $", thermometer {airCelsius:F1} °C: ");
            text.AppendLine(isWarmer
                ? string.Create(CultureInfo.InvariantCulture, $"--temperature-factor {sensor.Name}={factor:F2}")
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"--temperature-offset {sensor.Name}={airCelsius - sensor.Value:F1}"));
        }

        return text
            .Append("Compare when the board has run as usual for an hour: a cold or busy one gives another number.")
            .ToString();
    }

    private Mean MeanOf(string name)
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

    /// <summary>The mean of what was said under a name.</summary>
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
