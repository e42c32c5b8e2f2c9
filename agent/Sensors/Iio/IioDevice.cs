using NodeTelemetry.Agent.Samplers;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Agent.Sensors.Quality;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Sensors.Iio;

/// <summary>One device of the kernel's Industrial I/O subsystem, read at its own pace.</summary>
internal sealed class IioDevice
{
    /// <summary>The read period: many devices convert for a tenth of a second, which heats them.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    /// <summary>Three reads in a row have failed.</summary>
    public static readonly TimeSpan StaleAfter = 3 * Period;

    private readonly IIioValue[] _channels;
    private readonly SlowSource<bool> _source;
    private readonly LastMeasurement _last;
    private bool _hasRead;

    /// <summary>Initializes a new instance of the <see cref="IioDevice"/> class.</summary>
    /// <param name="key">Distinguishes the device from others, and from a later one in its place.</param>
    /// <param name="channels">The channels.</param>
    /// <param name="boxes">The threads.</param>
    /// <param name="time">The clock.</param>
    public IioDevice(string key, IEnumerable<IIioValue> channels, TimeBoxes boxes, TimeProvider time)
    {
        Key = key;
        _source = new SlowSource<bool>(boxes, Period, Read, Take, time);
        _last = new LastMeasurement(StaleAfter, time);

        // Channels of the same entry must be adjacent.
        var sorted = new List<IIioValue>();
        foreach (var channel in channels)
        {
            var last = sorted.FindLastIndex(other => string.CompareOrdinal(other.Name, channel.Name) <= 0);
            sorted.Insert(last + 1, channel);
        }

        _channels = [.. sorted];
    }

    /// <summary>Gets what distinguishes the device from others, and from a later one in its place.</summary>
    public string Key { get; }

    /// <summary>Gets a value indicating whether the last read returned no value.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Reads the device if due, and adds the last values to a section.</summary>
    public void Sample(SectionBuilder into)
    {
        _source.Refresh();
        _last.AddTo(into);
    }

    /// <summary>Closes the device's files.</summary>
    public void Close() => _source.Close(() =>
    {
        foreach (var channel in _channels)
        {
            channel.Dispose();
        }
    });

    private bool Read()
    {
        if (!_hasRead)
        {
            // The first measurement after power-up shows the chip's own thermal transient and is discarded.
            _hasRead = ReadChannels();
        }

        return ReadChannels();
    }

    private bool ReadChannels()
    {
        var values = _last.Pending;
        values.Clear();
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
                if (!values.Begin(name))
                {
                    name = null;
                    continue;
                }

                values.Set(SensorsSection.Chip, channel.Chip);
            }

            values.Set(channel.Field, value);
        }

        return values.EntryCount > 0;
    }

    private void Take(bool hasValues)
    {
        HasFailed = !hasValues;
        if (hasValues)
        {
            _last.Take();
        }
    }
}
