using NodeTelemetry.Protocol.Catalog.Sections;

namespace NodeTelemetry.Agent.Samplers.Board;

/// <summary>The CPU temperature, from a thermal zone or a hwmon chip.</summary>
/// <param name="scan">The zones and chips.</param>
internal sealed class ThermalSampler(BoardScan scan) : ISampler, IDisposable
{
    /// <summary>The minimum plausible temperature in °C.</summary>
    private const double CelsiusMin = -40;

    /// <summary>The maximum plausible temperature in °C: CPUs shut down by 125 °C,
    /// and the sensors of some boards occasionally report 228 °C.</summary>
    private const double CelsiusMax = 150;

    private readonly List<SensorInput> _sensors = [];
    private int _version;
    private int _scanCount;
    private bool _isSettled;

    /// <inheritdoc/>
    public string Name => "thermal";

    /// <summary>Returns whether a temperature is plausible.</summary>
    public static bool IsPlausible(double celsius) => celsius is >= CelsiusMin and <= CelsiusMax;

    /// <inheritdoc/>
    public SampleOutcome Sample(SnapshotBuilder into)
    {
        scan.Refresh();
        if (scan.Version != _version || (!_isSettled && scan.Count != _scanCount))
        {
            _version = scan.Version;
            _scanCount = scan.Count;
            FindSensors();
        }

        var outcome = SampleOutcome.NoData;
        double? hottest = null;
        foreach (var sensor in _sensors)
        {
            Read(sensor);
            if (sensor.Value is { } celsius && IsPlausible(celsius))
            {
                hottest = Math.Max(hottest ?? celsius, celsius);
            }
            else if (sensor.HasFailed || sensor.Value is not null)
            {
                outcome = SampleOutcome.Failed;
            }
        }

        if (hottest is null)
        {
            _isSettled = false;
            return outcome;
        }

        into.Set(CpuSummarySection.TemperatureCelsius, hottest);
        return SampleOutcome.Ok;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var sensor in _sensors)
        {
            sensor.Dispose();
        }
    }

    private static void Read(SensorInput sensor)
    {
        sensor.Read();
        sensor.Take();
    }

    /// <summary>Selects the sensors of the best rank that has a plausible value now.
    /// Until that is the best of all, each scan selects again.</summary>
    private void FindSensors()
    {
        Dispose();
        _sensors.Clear();
        var all = CpuSensors.Find(scan);
        var selected = all.Count > 0 ? all[0].Rank : CpuSensors.RankOther;
        _isSettled = false;
        foreach (var (rank, input) in all)
        {
            input.ReadSwitches();
            Read(input);
            if (input.Value is { } celsius && IsPlausible(celsius))
            {
                _isSettled = rank == selected;
                selected = rank;
                break;
            }
        }

        foreach (var (rank, input) in all)
        {
            if (rank == selected)
            {
                _sensors.Add(input);
            }
            else
            {
                input.Dispose();
            }
        }
    }
}
