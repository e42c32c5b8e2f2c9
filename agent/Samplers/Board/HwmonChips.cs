using System.Globalization;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;

namespace NodeTelemetry.Agent.Samplers.Board;

/// <summary>Finds the hwmon chips of a board.</summary>
/// <remarks>Source: Documentation/hwmon/sysfs-interface.rst. Units: m°C, mV, mA, µW, RPM, duty cycle of 255.</remarks>
internal sealed class HwmonChips
{
    /// <summary>Large servers have one for each drive.</summary>
    public const int CountMax = 128;

    private const int TextBytesMax = 64;
    private const double Thousandth = 0.001;
    private const double Millionth = 0.000_001;
    private const double DutyMax = 255;

    /// <summary>Buses whose chips are registers of the CPU or its chipset.
    /// Chips on other buses are slow sources.</summary>
    private static readonly HashSet<string> FastBuses = ["platform", "thermal"];

    /// <summary>CPU sensors that appear as PCI devices.</summary>
    private static readonly HashSet<string> FastChips = ["k10temp", "zenpower"];

    private readonly List<(string Folder, string Name)> _chips = [];

    /// <summary>Initializes a new instance of the <see cref="HwmonChips"/> class with the chips
    /// that exist now.</summary>
    public HwmonChips(KernelRoots roots)
    {
        foreach (var folder in KernelRoots.NumberedFolders(roots.SysFile("class/hwmon"), "hwmon", CountMax))
        {
            if (KernelText.ReadFile(Path.Join(folder, "name"), TextBytesMax) is { } name)
            {
                _chips.Add((folder, name));
            }
        }
    }

    /// <summary>Gets the names of all chips.</summary>
    public IReadOnlyCollection<string> Names => [.. _chips.Select(static chip => chip.Name)];

    /// <summary>Gets keys that change when a chip appears, disappears or is replaced.</summary>
    public IEnumerable<string> Keys => _chips.Select(static chip => $"{chip.Folder} {chip.Name}");

    /// <summary>Adds the sensors of all chips that are not thermal zones.</summary>
    /// <param name="zones">The names of the hwmon chips that the kernel creates for thermal zones.</param>
    /// <param name="into">Receives the sensors.</param>
    public void Find(HashSet<string> zones, BoardSensorList into)
    {
        foreach (var (folder, name) in _chips)
        {
            if (!zones.Contains(name))
            {
                AddChip(folder, name, into);
            }
        }
    }

    private static string? GetDevice(string folder) =>
        new DirectoryInfo(Path.Join(folder, "device")).LinkTarget is { } target ? Path.GetFileName(target) : null;

    private static bool IsSlow(string folder, string name) =>
        new DirectoryInfo(Path.Join(folder, "device", "subsystem")).LinkTarget is { } target
        && !FastBuses.Contains(Path.GetFileName(target))
        && !FastChips.Contains(name);

    /// <summary>Gets the numbers of files such as <c>temp1_input</c>, ascending.</summary>
    private static SortedSet<int> FindNumbers(string[] files, string prefix, string suffix)
    {
        var numbers = new SortedSet<int>();
        foreach (var file in files)
        {
            if (file.StartsWith(prefix, StringComparison.Ordinal) && file.EndsWith(suffix, StringComparison.Ordinal)
                && file.Length > prefix.Length + suffix.Length
                && int.TryParse(
                    file.AsSpan(prefix.Length, file.Length - prefix.Length - suffix.Length),
                    NumberStyles.None,
                    CultureInfo.InvariantCulture,
                    out var number))
            {
                numbers.Add(number);
            }
        }

        return numbers;
    }

    private void AddChip(string folder, string name, BoardSensorList into)
    {
        var chip = into.CreateChip(IsSlow(folder, name));
        var title = GetTitle(folder, name);
        var files = KernelRoots.Files(folder);
        AddTemperatures(folder, files, title, ThermalSampler.IsWithinChip(name), chip, into);
        AddFans(folder, files, title, chip, into);
        AddSupplies(folder, files, title, chip, into);
        into.Add(chip);
    }

    /// <summary>Gets the chip's name, with that of its device where there may be several: <c>nvme0</c>.</summary>
    private string GetTitle(string folder, string name)
    {
        var device = GetDevice(folder);
        if (KernelRoots.Folders(Path.Join(folder, "device", "block")) is [var block])
        {
            return SensorNames.Plain($"{name}-{Path.GetFileName(block)}");
        }

        var isOne = _chips.Count(chip => chip.Name == name) == 1;
        return device is null || (isOne && name != "nvme") ? SensorNames.FromZone(name)
            : device.StartsWith(name, StringComparison.Ordinal) ? SensorNames.Plain(device)
            : SensorNames.Plain($"{name}-{device}");
    }

    private static void AddTemperatures(
        string folder, string[] files, string title, bool isDie, HwmonChip chip, BoardSensorList into)
    {
        var numbers = FindNumbers(files, "temp", "_input");
        foreach (var number in numbers)
        {
            var channel = $"temp{number}";
            var critical = files.Contains(channel + "_crit")
                ? new SensorInput(Path.Join(folder, channel + "_crit"), Thousandth)
                : null;
            into.AddTemperature(
                GetEntryName(folder, title, channel, isOnly: numbers.Count == 1),
                chip,
                new SensorInput(Path.Join(folder, channel + "_input"), Thousandth),
                critical,
                isDie);
        }
    }

    /// <summary>Fans with a counter, or, where there is none, with a regulator alone.</summary>
    private static void AddFans(string folder, string[] files, string title, HwmonChip chip, BoardSensorList into)
    {
        var counted = FindNumbers(files, "fan", "_input");
        var regulated = FindNumbers(files, "pwm", string.Empty);
        var numbers = counted.Count > 0 ? counted : regulated;
        foreach (var number in numbers)
        {
            var inputs = new List<(FieldDefinition, SensorInput)>();
            if (counted.Contains(number))
            {
                inputs.Add((FansSection.Rpm, new SensorInput(Path.Join(folder, $"fan{number}_input"), 1)));
            }

            if (regulated.Contains(number))
            {
                inputs.Add((FansSection.DutyRatio, new SensorInput(Path.Join(folder, $"pwm{number}"), 1 / DutyMax)));
            }

            into.AddFan(GetEntryName(folder, title, $"fan{number}", isOnly: numbers.Count == 1), chip, [.. inputs]);
        }
    }

    /// <summary>Voltages, currents and powers; those with one label are one supply.</summary>
    private static void AddSupplies(string folder, string[] files, string title, HwmonChip chip, BoardSensorList into)
    {
        var supplies = new Dictionary<string, List<(FieldDefinition Field, SensorInput Input)>>();
        AddKind("in", "_input", PowerSection.Volts, Thousandth);
        AddKind("curr", "_input", PowerSection.Amperes, Thousandth);
        AddKind("power", "_input", PowerSection.Watts, Millionth);
        AddKind("power", "_average", PowerSection.Watts, Millionth);
        foreach (var (name, inputs) in supplies)
        {
            into.AddSupply(name, chip, [.. inputs]);
        }

        void AddKind(string prefix, string suffix, FieldDefinition field, double factor)
        {
            foreach (var number in FindNumbers(files, prefix, suffix))
            {
                var name = GetEntryName(folder, title, $"{prefix}{number}", isOnly: false);
                if (!supplies.TryGetValue(name, out var inputs))
                {
                    supplies[name] = inputs = [];
                }

                if (!inputs.Exists(other => other.Field == field))
                {
                    inputs.Add((field, new SensorInput(Path.Join(folder, $"{prefix}{number}{suffix}"), factor)));
                }
            }
        }
    }

    private static string GetEntryName(string folder, string title, string channel, bool isOnly)
    {
        var label = KernelText.ReadFile(Path.Join(folder, channel + "_label"), TextBytesMax);
        return label is not null ? $"{title}_{SensorNames.Plain(label)}"
            : isOnly ? title
            : $"{title}_{channel}";
    }
}
