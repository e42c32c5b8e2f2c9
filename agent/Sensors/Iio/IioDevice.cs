using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Agent.Sensors.Quality;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Sensors.Iio;

/// <summary>One device of the kernel's industrial I/O, read apart from the tick.</summary>
internal sealed class IioDevice
{
    /// <summary>How often it is read: many take a tenth of a second, and warm themselves.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    /// <summary>Three readings in a row have not come.</summary>
    public static readonly TimeSpan StaleAfter = 3 * Period;

    private readonly IIioValue[] _channels;
    private readonly TimeProvider _time;
    private readonly SlowWork _work;
    private readonly SectionBuilder _measured = new(SensorsSection.Definition);
    private readonly LastMeasurement _last;
    private bool _hasRead;
    private bool _hasAnswered;
    private long? _asked;
    private long? _answered;

    /// <summary>Initializes a new instance of the <see cref="IioDevice"/> class.</summary>
    /// <param name="key">What tells it apart from others and from a later one in its place.</param>
    /// <param name="channels">Its channels.</param>
    /// <param name="time">The clock.</param>
    public IioDevice(string key, IEnumerable<IIioValue> channels, TimeProvider time)
    {
        Key = key;
        _time = time;
        _work = new SlowWork(Read);
        _last = new LastMeasurement(StaleAfter, time);

        // What is sent under one name follows each other.
        var sorted = new List<IIioValue>();
        foreach (var channel in channels)
        {
            var last = sorted.FindLastIndex(other => string.CompareOrdinal(other.Name, channel.Name) <= 0);
            sorted.Insert(last + 1, channel);
        }

        _channels = [.. sorted];
    }

    /// <summary>Gets what tells it apart from others and from a later one in its place.</summary>
    public string Key { get; }

    /// <summary>Gets a value indicating whether it was asked and did not answer.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Has it read when it is time.</summary>
    public void Refresh(TimeBoxes boxes)
    {
        if (boxes.IsRunning(_work))
        {
            return;
        }

        if (_asked is not { } asked || _time.GetElapsedTime(asked) >= Period)
        {
            TakeAnswer();
            _asked = _time.GetTimestamp();
            HasFailed = false;
            if (!boxes.TryRun(_work))
            {
                return;
            }
        }

        TakeAnswer();
    }

    /// <summary>Puts the last values into the section.</summary>
    public void Add(SectionBuilder into) => _last.AddTo(into);

    /// <summary>Forgets it.</summary>
    public void Close(TimeBoxes boxes)
    {
        if (boxes.IsRunning(_work))
        {
            // The files are the other thread's until it ends, which may be never.
            boxes.Abandon(_work);
            return;
        }

        foreach (var channel in _channels)
        {
            channel.Dispose();
        }
    }

    private void Read()
    {
        if (!_hasRead)
        {
            // The first measurement after power-up is the chip's own temperature shock: it is thrown away.
            _hasRead = ReadAll();
        }

        _hasAnswered = ReadAll();
    }

    private bool ReadAll()
    {
        _measured.Clear();
        string? name = null;
        foreach (var channel in _channels)
        {
            if (!channel.TryRead(out var value))
            {
                continue;
            }

            if (name != channel.Name)
            {
                name = channel.Name;
                if (!_measured.Begin(name))
                {
                    name = null;
                    continue;
                }

                _measured.Set(SensorsSection.Chip, channel.Chip);
            }

            _measured.Set(channel.Field, value);
        }

        return _measured.EntryCount > 0;
    }

    private void TakeAnswer()
    {
        if (_hasAnswered)
        {
            _hasAnswered = false;
            _answered = _asked;
            _last.Take(_measured);
        }
        else
        {
            HasFailed = _asked is not null && _answered != _asked;
        }
    }
}
