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
    /// <summary>The maximum number of threads for chips that hang.</summary>
    private const int HangingCountMax = 4;

    private readonly BoardScan _scan;
    private readonly NameFilter _filter;
    private readonly TimeProvider _time;
    private readonly TimeBoxes _boxes;
    private BoardSensorList _sensors;
    private int _version;

    /// <summary>Initializes a new instance of the <see cref="HwmonSampler"/> class.</summary>
    /// <param name="scan">The zones and chips.</param>
    /// <param name="filter">Selects sensors by name.</param>
    /// <param name="wait">How long a tick waits for a slow chip.</param>
    /// <param name="time">The clock.</param>
    public HwmonSampler(BoardScan scan, NameFilter filter, TimeSpan wait, TimeProvider time)
    {
        _scan = scan;
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
        _scan.Refresh();
        if (_scan.Version != _version)
        {
            _version = _scan.Version;
            FindSensors();
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
        // Between two readings of a slow chip its last value is sent, which confirms nothing.
        if (sensor.SpikeReading != sensor.Chip.ReadingCount)
        {
            TimeSpan? pause = sensor.SpikeChecked is { } last ? _time.GetElapsedTime(last) : null;
            sensor.SpikeChecked = _time.GetTimestamp();
            sensor.SpikeReading = sensor.Chip.ReadingCount;
            sensor.IsSpike =
                spikes.IsSpike(sensor.Inputs[0].Input.Value!.Value, pause, sensor.Chip.SpikePauseMax);
        }

        if (sensor.IsSpike)
        {
            into.Set(TemperaturesSection.Spike, true);
        }
    }

    private void FindSensors()
    {
        var chips = new HwmonChips(_scan.Chips);
        Close();
        _sensors = new BoardSensorList(_filter, _boxes, _time);
        var zonesInHwmon = ThermalZones.Find(_scan.Zones, chips.Names, _sensors);
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
