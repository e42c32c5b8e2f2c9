using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;

namespace NodeTelemetry.Agent.Samplers.Board;

/// <summary>Finds the sensors of the hwmon chips of a board.</summary>
/// <remarks>Source: Documentation/hwmon/sysfs-interface.rst. Units: m°C, mV, mA, µW, RPM, duty cycle of 255.</remarks>
/// <param name="chips">The chips.</param>
internal sealed class HwmonChips(IReadOnlyList<HwmonFolder> chips)
{
    /// <summary>Large servers have one for each drive.</summary>
    public const int CountMax = 128;

    /// <summary>The 1-wire thermometers, such as a DS18B20.</summary>
    private const string WireChip = "w1_slave_temp";
    private const double Thousandth = 0.001;
    private const double Millionth = 0.000_001;
    private const double DutyMax = 255;

    /// <summary>Gets the names of all chips.</summary>
    public IReadOnlyCollection<string> Names => [.. chips.Select(static chip => chip.Name)];

    /// <summary>Adds the sensors of all chips that are neither thermal zones nor sensors of the air
    /// (<see cref="HwmonFolder.IsClimate"/>).</summary>
    /// <param name="zones">The names of the hwmon chips that the kernel creates for thermal zones.</param>
    /// <param name="into">Receives the sensors.</param>
    public void Find(HashSet<string> zones, BoardSensorList into)
    {
        foreach (var folder in chips)
        {
            if (!zones.Contains(folder.Name) && !folder.IsClimate)
            {
                AddChip(folder, into);
            }
        }
    }

    private void AddChip(HwmonFolder folder, BoardSensorList into)
    {
        var chip = into.CreateChip(folder.IsSlow);
        var title = GetTitle(folder);
        AddTemperatures(folder, title, chip, into);
        AddFans(folder, title, chip, into);
        AddSupplies(folder, title, chip, into);
        into.Add(chip);
    }

    /// <summary>Gets the chip's name, with that of its device where there may be several: <c>nvme0</c>.</summary>
    private string GetTitle(HwmonFolder folder)
    {
        var name = folder.Name;
        if (KernelRoots.Folders(folder.Join("device/block")) is [var block])
        {
            return SensorNames.Plain($"{name}-{Path.GetFileName(block)}");
        }

        var isOne = chips.Count(chip => chip.Name == name) == 1;
        return folder.Device is not { } device || (isOne && name != "nvme") ? SensorNames.FromZone(name)
            : device.StartsWith(name, StringComparison.Ordinal) ? SensorNames.Plain(device)
            : SensorNames.Plain($"{name}-{device}");
    }

    private static void AddTemperatures(HwmonFolder folder, string title, HwmonChip chip, BoardSensorList into)
    {
        double? powerOn = folder.Name == WireChip ? SpikeRule.WirePowerOnCelsius : null;
        var numbers = folder.FindNumbers("temp", "_input");
        foreach (var number in numbers)
        {
            var channel = $"temp{number}";
            var critical = folder.Has(channel + "_crit")
                ? folder.CreatePlainInput(channel + "_crit", Thousandth, SensorRange.CriticalCelsius)
                : null;
            into.AddTemperature(
                GetEntryName(folder, title, channel, isOnly: numbers.Count == 1),
                chip,
                folder.CreateInput(channel, "_input", Thousandth, SensorRange.Celsius),
                critical,
                new SpikeRule(CpuSensors.IsWithinChip(folder.Name), powerOn));
        }
    }

    /// <summary>Fans with a counter, or, where there is none, with a regulator alone.</summary>
    private static void AddFans(HwmonFolder folder, string title, HwmonChip chip, BoardSensorList into)
    {
        var counted = folder.FindNumbers("fan", "_input");
        var regulated = folder.FindNumbers("pwm", string.Empty);
        var numbers = counted.Count > 0 ? counted : regulated;
        foreach (var number in numbers)
        {
            var inputs = new List<(FieldDefinition, SensorInput)>();
            if (counted.Contains(number))
            {
                inputs.Add((FansSection.Rpm, folder.CreateInput($"fan{number}", "_input", 1, SensorRange.Rpm)));
            }

            if (regulated.Contains(number))
            {
                inputs.Add(
                    (FansSection.DutyRatio, folder.CreatePlainInput($"pwm{number}", 1 / DutyMax, SensorRange.Share)));
            }

            into.AddFan(GetEntryName(folder, title, $"fan{number}", isOnly: numbers.Count == 1), chip, [.. inputs]);
        }
    }

    /// <summary>Voltages, currents and powers; those with one label are one supply.</summary>
    private static void AddSupplies(HwmonFolder folder, string title, HwmonChip chip, BoardSensorList into)
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
            foreach (var number in folder.FindNumbers(prefix, suffix))
            {
                var name = GetEntryName(folder, title, $"{prefix}{number}", isOnly: false);
                if (!supplies.TryGetValue(name, out var inputs))
                {
                    supplies[name] = inputs = [];
                }

                if (!inputs.Exists(other => other.Field == field))
                {
                    inputs.Add((field, folder.CreateInput($"{prefix}{number}", suffix, factor, SensorRange.All)));
                }
            }
        }
    }

    private static string GetEntryName(HwmonFolder folder, string title, string channel, bool isOnly) =>
        folder.ReadLabel(channel) is { } label ? $"{title}_{SensorNames.Plain(label)}"
        : isOnly ? title
        : $"{title}_{channel}";
}
