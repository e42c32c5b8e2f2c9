using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Protocol.Catalog.Sections;

namespace NodeTelemetry.Agent.Samplers.Board;

/// <summary>The CPU temperature, from a thermal zone or a hwmon chip.</summary>
internal sealed class ThermalSampler : ISampler, IDisposable
{
    /// <summary>The maximum number of zones and chips; boards have up to a dozen.</summary>
    private const int SensorCountMax = 64;

    /// <summary>The minimum plausible temperature in °C.</summary>
    private const double CelsiusMin = -40;

    /// <summary>The maximum plausible temperature in °C: CPUs shut down by 125 °C,
    /// and the sensors of some boards occasionally report 228 °C.</summary>
    private const double CelsiusMax = 150;

    /// <summary>THERMAL_NAME_LENGTH is 20; hwmon names are short too.</summary>
    private const int KernelNameBytesMax = 64;

    /// <summary>The best rank of <see cref="RankOfZone"/>.</summary>
    private const int RankCpu = 0;
    private const int RankChip = 1;
    private const int RankMonitor = 2;
    private const int RankBoard = 3;
    private const int RankOther = int.MaxValue;

    /// <summary>The hwmon chips of CPUs.</summary>
    private static readonly string[] CpuMonitors =
        ["k10temp", "zenpower", "coretemp", "cpu_thermal", "cpu-thermal", "soc_thermal"];

    private readonly byte[] _buffer = new byte[32];
    private readonly KernelFile[] _sensors;

    /// <summary>Initializes a new instance of the <see cref="ThermalSampler"/> class.</summary>
    public ThermalSampler(KernelRoots roots) => _sensors = FindSensors(roots);

    /// <inheritdoc/>
    public string Name => "thermal";

    /// <summary>Parses a temperature.</summary>
    /// <remarks>
    /// Source: Documentation/driver-api/thermal/sysfs-api.rst and hwmon/sysfs-interface.rst.
    /// Units: 1/1000 °C in, °C out. Allocates: nothing.
    /// </remarks>
    /// <returns><see langword="false"/> if the text is not a number.</returns>
    public static bool TryParse(ReadOnlySpan<byte> text, out double celsius)
    {
        var words = new AsciiReader(text);
        var isNumber = words.TryReadNumber(out var millidegrees);
        celsius = millidegrees / 1000;
        return isNumber;
    }

    /// <summary>Returns whether a temperature is plausible.</summary>
    public static bool IsPlausible(double celsius) => celsius is >= CelsiusMin and <= CelsiusMax;

    /// <inheritdoc/>
    public SampleOutcome Sample(SnapshotBuilder into)
    {
        var outcome = SampleOutcome.NoData;
        double? hottest = null;
        foreach (var sensor in _sensors)
        {
            var read = sensor.Read(_buffer, out var length);
            if (read == FileOutcome.Absent)
            {
                continue;
            }

            if (read != FileOutcome.Ok
                || !TryParse(_buffer.AsSpan(0, length), out var celsius)
                || !IsPlausible(celsius))
            {
                outcome = SampleOutcome.Failed;
            }
            else
            {
                hottest = Math.Max(hottest ?? celsius, celsius);
            }
        }

        if (hottest is null)
        {
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

    /// <summary>Ranks a thermal zone by its type: CPU, then SoC, then board (acpitz).</summary>
    internal static int RankOfZone(string type) =>
        Has(type, "cpu") || Has(type, "core") || Has(type, "pkg") || Has(type, "package") ? RankCpu
        : Has(type, "soc") || Has(type, "bcm2835") ? RankChip
        : Has(type, "acpitz") ? RankBoard
        : RankOther;

    /// <summary>Returns whether a sensor is on a die that heats itself,
    /// so that its temperature can change quickly.</summary>
    internal static bool IsWithinChip(string name) =>
        RankOfZone(name) is RankCpu or RankChip || CpuMonitors.Contains(name) || Has(name, "gpu") || Has(name, "npu");

    private static bool Has(string type, string word) => type.Contains(word, StringComparison.OrdinalIgnoreCase);

    /// <summary>Finds the sensors of the best rank; there may be one per CPU cluster.</summary>
    private static KernelFile[] FindSensors(KernelRoots roots)
    {
        var best = RankOther;
        var paths = new List<string>();
        var zones = KernelRoots.NumberedFolders(roots.SysFile("class/thermal"), "thermal_zone", SensorCountMax);
        foreach (var folder in zones)
        {
            var type = KernelText.ReadFile(Path.Join(folder, "type"), KernelNameBytesMax);
            Consider(type is null ? RankOther : RankOfZone(type), Path.Join(folder, "temp"));
        }

        foreach (var folder in KernelRoots.NumberedFolders(roots.SysFile("class/hwmon"), "hwmon", SensorCountMax))
        {
            var name = KernelText.ReadFile(Path.Join(folder, "name"), KernelNameBytesMax);
            Consider(CpuMonitors.Contains(name) ? RankMonitor : RankOther, Path.Join(folder, "temp1_input"));
        }

        return [.. paths.Select(static path => new KernelFile(path))];

        void Consider(int rank, string path)
        {
            if (rank == RankOther || rank > best)
            {
                return;
            }

            if (rank < best)
            {
                paths.Clear();
                best = rank;
            }

            paths.Add(path);
        }
    }
}
