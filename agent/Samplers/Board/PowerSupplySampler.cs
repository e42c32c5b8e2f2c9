using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Limits;

namespace NodeTelemetry.Agent.Samplers.Board;

/// <summary>Mains, batteries and UPS from <c>/sys/class/power_supply</c>.</summary>
/// <remarks>
/// Source: Documentation/ABI/testing/sysfs-class-power. Units: percent, µV, seconds.
/// Many are behind I2C or the firmware of a laptop, so they are a slow source. Batteries of mice and the like,
/// whose scope is <c>Device</c>, are left out. Cost: one directory in <see cref="Period"/> where there are none.
/// </remarks>
internal sealed class PowerSupplySampler : ISampler, IDisposable
{
    /// <summary>A UPS lasts for minutes.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    private const int SupplyCountMax = 32;
    private const double Millionth = 0.000_001;
    private const double VoltsMax = 1000;

    /// <summary>Gauges that do not know the time report 65535 minutes or more.</summary>
    private const double SecondsLeftMax = 65_534 * 60.0;

    private readonly KernelRoots _roots;
    private readonly TimeBoxes _boxes;
    private readonly SlowSource<List<PowerSupply>> _source;
    private List<PowerSupply> _supplies = [];
    private bool? _isPortable;

    /// <summary>Initializes a new instance of the <see cref="PowerSupplySampler"/> class.</summary>
    /// <param name="roots">The roots of the file systems.</param>
    /// <param name="wait">How long a tick waits for the first read.</param>
    /// <param name="time">The clock.</param>
    public PowerSupplySampler(KernelRoots roots, TimeSpan wait, TimeProvider time)
    {
        _roots = roots;
        _boxes = new TimeBoxes("supplies", wait, countMax: 1);
        _source = new SlowSource<List<PowerSupply>>(
            _boxes, Period, Read, supplies => _supplies = supplies, time);
    }

    /// <inheritdoc/>
    public string Name => "supplies";

    /// <inheritdoc/>
    public SampleOutcome Sample(SnapshotBuilder into)
    {
        _source.Refresh();
        if (_supplies.Count == 0 || _source.Age > HwmonChip.AgeMax)
        {
            return SampleOutcome.NoData;
        }

        var section = into.Section(SuppliesSection.Definition);
        foreach (var supply in _supplies)
        {
            if (!section.Begin(supply.Name))
            {
                continue;
            }

            section.Set(SuppliesSection.ChargeRatio, supply.ChargeRatio);
            section.Set(SuppliesSection.SecondsLeft, supply.SecondsLeft);
            section.Set(SuppliesSection.Volts, supply.Volts);
            section.Set(SuppliesSection.Type, supply.Type);
            section.Set(SuppliesSection.Status, supply.Status);
            if (supply.IsOnline is { } isOnline)
            {
                section.Set(SuppliesSection.Online, isOnline);
            }

            if (supply.IsOnBattery is { } isOnBattery)
            {
                section.Set(SuppliesSection.OnBattery, isOnBattery);
            }

            if (supply.IsPortableOnBattery is { } isPortableOnBattery)
            {
                section.Set(SuppliesSection.PortableOnBattery, isPortableOnBattery);
            }
        }

        return SampleOutcome.Ok;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _source.Close();
        _boxes.Dispose();
    }

    private List<PowerSupply> Read()
    {
        var supplies = new List<PowerSupply>();
        foreach (var folder in KernelRoots.Folders(_roots.SysFile("class/power_supply")))
        {
            if (supplies.Count < SupplyCountMax && ReadSupply(folder) is { } supply)
            {
                supplies.Add(supply);
            }
        }

        supplies.Sort(static (left, right) => string.CompareOrdinal(left.Name, right.Name));
        return supplies;
    }

    private PowerSupply? ReadSupply(string folder)
    {
        var type = ReadText("type");
        if (type is null || ReadText("scope") == "Device" || ReadNumber("present", 0, 1) == 0)
        {
            return null;
        }

        return new PowerSupply(
            Path.GetFileName(folder),
            type,
            ReadText("status"),
            ReadNumber("online", 0, 2) is { } online ? online > 0 : null,
            ReadNumber("capacity", 0, 100) / 100,
            ReadNumber("time_to_empty_now", 1, SecondsLeftMax) ?? ReadNumber("time_to_empty_avg", 1, SecondsLeftMax),
            ReadNumber("voltage_now", 1, VoltsMax / Millionth) * Millionth,
            _isPortable ??= Chassis.IsPortable(_roots));

        string? ReadText(string file) => KernelText.ReadFile(Path.Join(folder, file), WireLimits.TextBytesMax);

        double? ReadNumber(string file, double min, double max) =>
            KernelNumber.ReadOnce(Path.Join(folder, file), min, max);
    }
}
