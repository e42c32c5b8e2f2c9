using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Samplers.Board;

/// <summary>Temperatures, fans and supplies from <c>/sys/class/hwmon</c>,
/// and temperatures from <c>/sys/class/thermal</c>.</summary>
/// <remarks>One sampler reads both because the kernel exposes most thermal zones in both places.</remarks>
internal sealed class HwmonSampler : ISampler, IDisposable
{
    /// <summary>How often drivers that have appeared or disappeared are detected.</summary>
    public static readonly TimeSpan RescanPeriod = TimeSpan.FromSeconds(30);

    /// <summary>The maximum number of threads for chips that hang.</summary>
    private const int HangingCountMax = 4;

    private readonly KernelRoots _roots;
    private readonly NameFilter _filter;
    private readonly TimeProvider _time;
    private readonly TimeBoxes _boxes;
    private BoardSensorList _sensors;
    private string _folders = string.Empty;
    private long? _scanned;

    /// <summary>Initializes a new instance of the <see cref="HwmonSampler"/> class.</summary>
    /// <param name="roots">The roots of the file systems.</param>
    /// <param name="filter">Selects sensors by name.</param>
    /// <param name="wait">How long a tick waits for a slow chip.</param>
    /// <param name="time">The clock.</param>
    public HwmonSampler(KernelRoots roots, NameFilter filter, TimeSpan wait, TimeProvider time)
    {
        _roots = roots;
        _filter = filter;
        _time = time;
        _boxes = new TimeBoxes("sensors", wait, HangingCountMax);
        _sensors = new BoardSensorList(filter, _boxes, time);
    }

    /// <inheritdoc/>
    public string Name => "hwmon";

    /// <inheritdoc/>
    public SampleOutcome Sample(SnapshotBuilder into)
    {
        if (_scanned is not { } scanned || _time.GetElapsedTime(scanned) >= RescanPeriod)
        {
            _scanned = _time.GetTimestamp();
            Scan();
        }

        var hasFailed = false;
        foreach (var chip in _sensors.Chips)
        {
            chip.Refresh();
            hasFailed |= chip.HasFailed;
        }

        var count = Add(_sensors.Temperatures, TemperaturesSection.Definition, into)
            + Add(_sensors.Fans, FansSection.Definition, into)
            + Add(_sensors.Supplies, PowerSection.Definition, into);
        return hasFailed ? SampleOutcome.Failed
            : count > 0 ? SampleOutcome.Ok
            : SampleOutcome.NoData;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Close();
        _boxes.Dispose();
    }

    private int Add(List<BoardSensor> sensors, SectionDefinition definition, SnapshotBuilder into)
    {
        if (sensors.Count == 0)
        {
            return 0;
        }

        var section = into.Section(definition);
        var count = 0;
        foreach (var sensor in sensors)
        {
            if (!sensor.HasValue || !section.Begin(sensor.Name))
            {
                continue;
            }

            count++;
            foreach (var (field, input) in sensor.Inputs)
            {
                section.Set(field, input.Value);
            }

            if (sensor.Spikes is { } spikes)
            {
                MarkSpike(sensor, spikes, section);
            }
        }

        return count;
    }

    private void MarkSpike(BoardSensor sensor, SpikeRule spikes, SectionBuilder into)
    {
        TimeSpan? pause = sensor.SpikeChecked is { } last ? _time.GetElapsedTime(last) : null;
        sensor.SpikeChecked = _time.GetTimestamp();
        if (spikes.IsSpike(sensor.Inputs[0].Input.Value!.Value, pause))
        {
            into.Set(TemperaturesSection.Spike, true);
        }
    }

    /// <summary>Finds the sensors again if chips or zones have changed.</summary>
    private void Scan()
    {
        var chips = new HwmonChips(_roots);
        var zones = KernelRoots.NumberedFolders(
            _roots.SysFile("class/thermal"), "thermal_zone", ThermalZones.CountMax);
        var folders = string.Join('\n', (string[])[.. zones, .. chips.Keys]);
        if (folders == _folders)
        {
            return;
        }

        _folders = folders;
        Close();
        _sensors = new BoardSensorList(_filter, _boxes, _time);
        var zonesInHwmon = ThermalZones.Find(_roots, chips.Names, _sensors);
        chips.Find(zonesInHwmon, _sensors);
    }

    private void Close()
    {
        foreach (var chip in _sensors.Chips)
        {
            chip.Close();
        }
    }
}
