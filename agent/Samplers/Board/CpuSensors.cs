using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Samplers.Board;

/// <summary>Finds the sensors of the CPU among the thermal zones and hwmon chips.</summary>
/// <remarks>
/// Source: the drivers in drivers/hwmon and drivers/thermal, and their documents in Documentation/hwmon.
/// Of several sensors the die's own counts. <c>k10temp</c> and <c>zenpower</c> call it <c>Tdie</c>;
/// <c>Tctl</c>, the control value of the fan, is up to 70 °C higher, and equals it where there is no <c>Tdie</c>.
/// Zones of type <c>acpitz</c> are where the board's firmware likes them, often a constant: the last resort.
/// </remarks>
internal static class CpuSensors
{
    /// <summary>The rank of what is no sensor of a CPU.</summary>
    public const int RankOther = int.MaxValue;

    private const int RankDie = 0;
    private const int RankCpuZone = 1;
    private const int RankCpuMonitor = 2;
    private const int RankChipZone = 3;
    private const int RankChipMonitor = 4;
    private const int RankFirmware = 5;
    private const int RankLabel = 6;
    private const int RankBoardZone = 7;
    private const int RankBoardMonitor = 8;

    /// <summary>THERMAL_NAME_LENGTH is 20; hwmon names are short too.</summary>
    private const int NameBytesMax = 64;
    private const double Thousandth = 0.001;

    /// <summary>Words in the zone types of dies that are no CPU.</summary>
    private static readonly string[] OtherDies = ["gpu", "npu", "vpu", "modem", "wifi", "pch"];

    /// <summary>Words in the zone types of CPUs and their clusters.</summary>
    private static readonly string[] CpuWords = ["cpu", "core", "pkg", "package", "cluster"];

    /// <summary>The hwmon chips of CPUs. The words of their labels are ordered by preference;
    /// without a matching label the first temperature counts.</summary>
    private static readonly CpuChip[] Chips =
    [
        new("k10temp", RankDie, "tdie", "tctl", "tccd"),
        new("zenpower", RankDie, "tdie", "tctl", "tccd"),
        new("coretemp", RankDie, "package id", "physical id", "core"),
        new("k8temp", RankDie, "core"),
        new("via_cputemp", RankDie, "core"),
        new("cpu_hwmon", RankDie, "cpu"),
        new("scpi_sensors", RankFirmware, "cpu", "cluster", "core", "big", "soc"),
        new("scmi_sensors", RankFirmware, "cpu", "cluster", "core", "big", "soc"),
        new("apm_xgene", RankFirmware, "soc"),
        new("sfctemp", RankFirmware),
    ];

    /// <summary>Apple's names of the sensors in and on the CPU.</summary>
    private static readonly CpuChip Apple = new("applesmc", RankLabel, "tc0d", "tc0e", "tc0f", "tc0c", "tc0p");

    /// <summary>Creates inputs for the sensors, best first. Sensors of one rank are those of the clusters or sockets.
    /// </summary>
    public static List<(int Rank, SensorInput Input)> Find(BoardScan scan)
    {
        var found = new List<(int Rank, SensorInput Input)>();
        foreach (var folder in scan.Zones)
        {
            var type = KernelText.ReadFile(Path.Join(folder, "type"), NameBytesMax);
            if (type is not null && GetZoneRank(type) is var rank and not RankOther)
            {
                found.Add((rank, new SensorInput(Path.Join(folder, "temp"), Thousandth, SensorRange.Celsius)));
            }
        }

        foreach (var chip in scan.Chips)
        {
            AddChip(chip, found);
        }

        found.Sort(static (left, right) => left.Rank.CompareTo(right.Rank));
        return found;
    }

    /// <summary>Ranks a thermal zone by its type: CPU, then SoC, then board.</summary>
    public static int GetZoneRank(string type) =>
        HasAny(type, OtherDies) ? RankOther
        : HasAny(type, CpuWords) ? RankCpuZone
        : Has(type, "soc") || Has(type, "bcm2835") ? RankChipZone
        : Has(type, "acpitz") ? RankBoardZone
        : RankOther;

    /// <summary>Returns whether a sensor is on a die that heats itself,
    /// so that its temperature can change quickly.</summary>
    public static bool IsWithinChip(string name) =>
        GetZoneRank(name) is RankCpuZone or RankChipZone
        || Array.Exists(Chips, chip => chip.Name == name)
        || Has(name, "gpu") || Has(name, "npu");

    private static void AddChip(HwmonFolder folder, List<(int Rank, SensorInput Input)> found)
    {
        var numbers = folder.FindNumbers("temp", "_input");
        if (numbers.Count == 0)
        {
            return;
        }

        if (Array.Find(Chips, chip => chip.Name == folder.Name) is { } known)
        {
            var channels = FindLabelled(folder, numbers, known.Labels);
            Add(known.Rank, channels.Count > 0 ? channels : [$"temp{numbers.Min}"]);
        }
        else if (folder.Name == Apple.Name)
        {
            Add(Apple.Rank, FindLabelled(folder, numbers, Apple.Labels));
        }
        else if (GetZoneRank(folder.Name) is var rank and not RankOther)
        {
            Add(GetMonitorRank(rank), [$"temp{numbers.Min}"]);
        }
        else if (!folder.IsSlow)
        {
            Add(RankLabel, FindCpuLabel(folder, numbers));
        }

        void Add(int rank, List<string> channels)
        {
            foreach (var channel in channels)
            {
                found.Add((rank, folder.CreateInput(channel, "_input", Thousandth, SensorRange.Celsius)));
            }
        }
    }

    /// <summary>Gets the rank of the hwmon chip that the kernel creates for a thermal zone;
    /// the zone itself may be hidden.</summary>
    private static int GetMonitorRank(int zoneRank) => zoneRank switch
    {
        RankCpuZone => RankCpuMonitor,
        RankChipZone => RankChipMonitor,
        _ => RankBoardMonitor,
    };

    /// <summary>Finds the channels whose label has the first of the words that any label has.</summary>
    private static List<string> FindLabelled(HwmonFolder folder, SortedSet<int> numbers, string[] words)
    {
        var labels = new List<(string Channel, string Label)>();
        foreach (var number in numbers)
        {
            if (folder.ReadLabel($"temp{number}") is { } label)
            {
                labels.Add(($"temp{number}", label));
            }
        }

        foreach (var word in words)
        {
            var matching = labels.FindAll(item => Has(item.Label, word));
            if (matching.Count > 0)
            {
                return matching.ConvertAll(static item => item.Channel);
            }
        }

        return [];
    }

    /// <summary>Finds the channel that a controller of fans or a laptop's firmware calls that of the CPU.</summary>
    private static List<string> FindCpuLabel(HwmonFolder folder, SortedSet<int> numbers)
    {
        foreach (var number in numbers)
        {
            var label = folder.ReadLabel($"temp{number}");
            if (label is not null
                && (label.Equals("cpu", StringComparison.OrdinalIgnoreCase)
                    || label.StartsWith("cpu ", StringComparison.OrdinalIgnoreCase)))
            {
                return [$"temp{number}"];
            }
        }

        return [];
    }

    private static bool HasAny(string type, string[] words) => Array.Exists(words, word => Has(type, word));

    private static bool Has(string type, string word) => type.Contains(word, StringComparison.OrdinalIgnoreCase);

    /// <summary>A hwmon chip that has a sensor of the CPU.</summary>
    private sealed record CpuChip(string Name, int Rank, params string[] Labels);
}
