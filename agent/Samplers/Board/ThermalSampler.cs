using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Protocol.Catalog.Sections;

namespace NodeTelemetry.Agent.Samplers.Board;

/// <summary>The processor's temperature, from a thermal zone or a hardware monitor.</summary>
internal sealed class ThermalSampler : ISampler, IDisposable
{
    /// <summary>Zones and monitors looked at; boards have up to a dozen.</summary>
    private const int SensorCountMax = 64;

    /// <summary>No board runs colder.</summary>
    private const double CelsiusMin = -40;

    /// <summary>Every processor has switched itself off by 125 °C; sensors of some boards report 228 °C now
    /// and then.</summary>
    private const double CelsiusMax = 150;

    /// <summary>THERMAL_NAME_LENGTH is 20; hardware monitors have short names too.</summary>
    private const int KernelNameBytesMax = 64;

    /// <summary>The best rank of <see cref="RankOfZone"/>.</summary>
    private const int RankCpu = 0;
    private const int RankChip = 1;
    private const int RankMonitor = 2;
    private const int RankBoard = 3;
    private const int RankOther = int.MaxValue;

    /// <summary>The hardware monitors that are a processor's own.</summary>
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
    /// <returns><see langword="false"/> if it is no number.</returns>
    public static bool TryParse(ReadOnlySpan<byte> text, out double celsius)
    {
        var words = new AsciiReader(text);
        var isNumber = words.TryReadNumber(out var millidegrees);
        celsius = millidegrees / 1000;
        return isNumber;
    }

    /// <summary>Tells whether a processor can be that warm.</summary>
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

    /// <summary>Ranks a thermal zone by its type: the processor's own, then its chip's;
    /// acpitz is somewhere on the board.</summary>
    internal static int RankOfZone(string type) =>
        Has(type, "cpu") || Has(type, "core") || Has(type, "pkg") || Has(type, "package") ? RankCpu
        : Has(type, "soc") || Has(type, "bcm2835") ? RankChip
        : Has(type, "acpitz") ? RankBoard
        : RankOther;

    /// <summary>Tells whether a sensor of that name is within a chip that heats itself, and so can leap.</summary>
    internal static bool IsWithinChip(string name) =>
        RankOfZone(name) is RankCpu or RankChip || CpuMonitors.Contains(name) || Has(name, "gpu") || Has(name, "npu");

    private static bool Has(string type, string word) => type.Contains(word, StringComparison.OrdinalIgnoreCase);

    /// <summary>Finds the sensors of the best rank; there are several where each cluster of cores has one.</summary>
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
