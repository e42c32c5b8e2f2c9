using Microsoft.Extensions.Logging;
using NodeTelemetry.Agent.Devices;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Agent.Samplers;
using NodeTelemetry.Agent.Sensors.Chips;
using NodeTelemetry.Agent.Sensors.Quality;
using NodeTelemetry.Protocol.Catalog.Sections;

namespace NodeTelemetry.Agent.Sensors.Streams;

/// <summary>A sensor whose measurement takes seconds or a minute: a microphone, a particle counter.</summary>
/// <remarks>It measures at its own pace on another thread, which exists only while there is a device;
/// a tick copies the last measurement.</remarks>
internal sealed partial class StreamSampler : ISampler, IDisposable
{
    /// <summary>How long <see cref="Dispose"/> waits until the sensor is asleep: a few slices of its reading.</summary>
    private static readonly TimeSpan StopWait = TimeSpan.FromSeconds(2);

    private readonly IStreamSensor _sensor;
    private readonly NameFilter _filter;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly TimeBoxes _boxes;
    private readonly SlowSource<DeviceOutcome> _source;
    private readonly LastMeasurement _last;
    private readonly ManualResetEventSlim _hasEnded = new(initialState: true);
    private DeviceOutcome? _logged;
    private bool _hasMeasured;
    private bool _hasFailed;
    private TimeSpan _pause;
    private long? _probed;

    /// <summary>Initializes a new instance of the <see cref="StreamSampler"/> class.</summary>
    /// <param name="sensor">The sensor.</param>
    /// <param name="filter">Selects sensors by name.</param>
    /// <param name="wait">How long the first tick waits for the sensor;
    /// <see langword="null"/> for a sensor that always takes longer.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Logs sensors that fail and recover.</param>
    public StreamSampler(IStreamSensor sensor, NameFilter filter, TimeSpan? wait, TimeProvider time, ILogger logger)
    {
        _sensor = sensor;
        _filter = filter;
        _time = time;
        _logger = logger;

        // One measurement is missing, and two further attempts have failed.
        _last = new LastMeasurement(sensor.Period + (2 * ChipModel.ProbePeriod), time);
        _boxes = new TimeBoxes(sensor.Name, wait ?? TimeSpan.Zero, countMax: 1);
        _source = new SlowSource<DeviceOutcome>(_boxes, IsDue, Measure, Take, time) { WasLate = wait is null };
    }

    /// <inheritdoc/>
    public string Name => _sensor.Name;

    /// <inheritdoc/>
    public SampleOutcome Sample(SnapshotBuilder into)
    {
        if (_filter.Decide(_sensor.Name) == false)
        {
            return SampleOutcome.NoData;
        }

        _source.Refresh();
        var hasAdded = Add(into);
        return _hasFailed ? SampleOutcome.Failed : hasAdded ? SampleOutcome.Ok : SampleOutcome.NoData;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _sensor.Stop();
        if (_source.IsRunning && !_hasEnded.Wait(StopWait))
        {
            // It hangs in the kernel: the other thread keeps the device until the call returns.
            _source.Close();
        }
        else
        {
            _sensor.Dispose();
        }

        _boxes.Dispose();
    }

    private bool IsDue()
    {
        if (_probed is { } probed && _time.GetElapsedTime(probed) < _pause)
        {
            return false;
        }

        _probed = _time.GetTimestamp();
        _pause = ChipModel.ProbePeriod;
        if (!_sensor.IsPresent())
        {
            return false;
        }

        // Before the thread starts, so that Dispose waits for a measurement that has not begun yet.
        _hasEnded.Reset();
        return true;
    }

    private bool Add(SnapshotBuilder into)
    {
        if (_last.IsCurrent)
        {
            return _last.AddTo(into.Section(SensorsSection.Definition));
        }

        // The sensor is present, but has no credible value yet.
        if (!_sensor.IsWarmingUp || !into.Section(SensorsSection.Definition).Begin(_sensor.Name))
        {
            return false;
        }

        into.Section(SensorsSection.Definition).Set(SensorsSection.Chip, _sensor.PartNumber);
        return into.Section(SensorsSection.Definition).Set(SensorsSection.WarmingUp, true);
    }

    private DeviceOutcome Measure()
    {
        try
        {
            _last.Begin(_sensor.Name, _sensor.PartNumber);
            return _sensor.Measure(_last.Pending);
        }
        finally
        {
            _hasEnded.Set();
        }
    }

    private void Take(DeviceOutcome outcome)
    {
        if (outcome == DeviceOutcome.Ok)
        {
            _hasMeasured = true;
            _pause = _sensor.Period;
            _last.Take();
        }

        // A device that was never present is not a failure.
        _hasFailed = outcome != DeviceOutcome.Ok && (_hasMeasured || outcome != DeviceOutcome.Absent);
        LogChange(outcome);
    }

    private void LogChange(DeviceOutcome outcome)
    {
        if (outcome == _logged || (_logged is null && !_hasFailed))
        {
            return;
        }

        _logged = outcome;
        switch (outcome)
        {
            case DeviceOutcome.Ok:
                Log.Recovered(_logger, _sensor.Name, _sensor.Device);
                break;
            case DeviceOutcome.Absent:
                Log.Absent(_logger, _sensor.Name, _sensor.Device);
                break;
            case DeviceOutcome.Busy:
                Log.Busy(_logger, _sensor.Name, _sensor.Device);
                break;
            case DeviceOutcome.NotPermitted:
                Log.NotPermitted(_logger, _sensor.Name, _sensor.Device);
                break;
            default:
                Log.Failed(_logger, _sensor.Name, _sensor.Device);
                break;
        }
    }
}
