using Microsoft.Extensions.Logging;
using NodeTelemetry.Agent.Devices;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Agent.Samplers;
using NodeTelemetry.Agent.Sensors.Quality;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Sensors.Streams;

/// <summary>A sensor that has to be listened to for a while: at its own pace and on a thread of its own, which there is
/// only once there is something to be listened to; a tick copies what it said last.</summary>
internal sealed partial class StreamSampler : ISampler, IDisposable
{
    /// <summary>How often a sensor that is not there is looked for: cables come loose.</summary>
    public static readonly TimeSpan SearchPeriod = TimeSpan.FromSeconds(60);

    /// <summary>How long the end of the program waits for a sensor to be put to sleep; some slices of its
    /// reading.</summary>
    private static readonly TimeSpan StopWait = TimeSpan.FromSeconds(2);

    private readonly IStreamSensor _sensor;
    private readonly NameFilter _filter;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly TimeBoxes _boxes;
    private readonly SlowWork _work;
    private readonly SectionBuilder _measured = new(SensorsSection.Definition);
    private readonly LastMeasurement _last;
    private readonly ManualResetEventSlim _hasEnded = new(initialState: true);
    private DeviceOutcome? _outcome;
    private DeviceOutcome? _told;
    private bool _hasAnswered;
    private bool _hasFailed;
    private TimeSpan _pause;
    private long? _asked;

    /// <summary>Initializes a new instance of the <see cref="StreamSampler"/> class.</summary>
    /// <param name="sensor">The sensor.</param>
    /// <param name="filter">Which sensors.</param>
    /// <param name="wait">How long the first tick waits for it; <see langword="null"/> for not at all, as it would be
    /// in vain.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Is told when it cannot be listened to, and when it can again.</param>
    public StreamSampler(IStreamSensor sensor, NameFilter filter, TimeSpan? wait, TimeProvider time, ILogger logger)
    {
        _sensor = sensor;
        _filter = filter;
        _time = time;
        _logger = logger;

        // One measurement has not come, and two further attempts have failed.
        _last = new LastMeasurement(sensor.Period + (2 * SearchPeriod), time);
        _boxes = new TimeBoxes(sensor.Name, wait ?? TimeSpan.Zero, countMax: 1);
        _work = new SlowWork(Measure) { WasLate = wait is null };
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

        if (!_boxes.IsRunning(_work))
        {
            Take();
            if ((_asked is not { } asked || _time.GetElapsedTime(asked) >= _pause) && IsWanted())
            {
                _hasEnded.Reset();
                if (_boxes.TryRun(_work))
                {
                    Take();
                }
            }
        }

        var hasAdded = Add(into);
        return _hasFailed ? SampleOutcome.Failed : hasAdded ? SampleOutcome.Ok : SampleOutcome.NoData;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _sensor.Stop();
        if (_boxes.IsRunning(_work) && !_hasEnded.Wait(StopWait))
        {
            // It hangs in the kernel: what it uses is the other thread's until it ends.
            _boxes.Abandon(_work);
        }
        else
        {
            _sensor.Dispose();
        }

        _boxes.Dispose();
    }

    private bool IsWanted()
    {
        _asked = _time.GetTimestamp();
        _pause = SearchPeriod;
        return _sensor.IsWanted();
    }

    private bool Add(SnapshotBuilder into)
    {
        if (_last.IsKnown)
        {
            return _last.AddTo(into.Section(SensorsSection.Definition));
        }

        // It is there, but nothing it says counts yet.
        if (!_sensor.IsWarmingUp || !into.Section(SensorsSection.Definition).Begin(_sensor.Name))
        {
            return false;
        }

        into.Section(SensorsSection.Definition).Set(SensorsSection.Chip, _sensor.PartNumber);
        return into.Section(SensorsSection.Definition).Set(SensorsSection.WarmingUp, true);
    }

    private void Measure()
    {
        try
        {
            _measured.Clear();
            _measured.Begin(_sensor.Name);
            _measured.Set(SensorsSection.Chip, _sensor.PartNumber);
            _outcome = _sensor.Measure(_measured);
        }
        finally
        {
            _hasEnded.Set();
        }
    }

    private void Take()
    {
        if (_outcome is not { } outcome)
        {
            return;
        }

        _outcome = null;
        if (outcome == DeviceOutcome.Ok)
        {
            _hasAnswered = true;
            _pause = _sensor.Period;
            _last.Take(_measured);
        }

        // One that was never there is no failure.
        _hasFailed = outcome != DeviceOutcome.Ok && (_hasAnswered || outcome != DeviceOutcome.Absent);
        Tell(outcome);
    }

    private void Tell(DeviceOutcome outcome)
    {
        if (outcome == _told || (_told is null && !_hasFailed))
        {
            return;
        }

        _told = outcome;
        switch (outcome)
        {
            case DeviceOutcome.Ok:
                Log.IsHeard(_logger, _sensor.Name, _sensor.Device);
                break;
            case DeviceOutcome.Absent:
                Log.IsAbsent(_logger, _sensor.Name, _sensor.Device);
                break;
            case DeviceOutcome.Busy:
                Log.IsBusy(_logger, _sensor.Name, _sensor.Device);
                break;
            case DeviceOutcome.NotPermitted:
                Log.IsNotPermitted(_logger, _sensor.Name, _sensor.Device);
                break;
            default:
                Log.HasFailed(_logger, _sensor.Name, _sensor.Device);
                break;
        }
    }
}
