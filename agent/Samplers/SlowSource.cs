using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Samplers;

/// <summary>A source that may block for seconds or forever, read on another thread at its own pace.</summary>
/// <remarks>
/// The first read is awaited for the limit of the <see cref="TimeBoxes"/>;
/// a source that exceeded it once is never awaited again.
/// <c>read</c> runs on the other thread, everything else on the sampling thread, never both at a time:
/// buffers that <c>read</c> fills may be used by <c>take</c>. Allocates nothing after construction.
/// </remarks>
/// <typeparam name="T">The result of one read.</typeparam>
internal sealed class SlowSource<T>
{
    private readonly TimeBoxes _boxes;
    private readonly Action<T> _take;
    private readonly Func<bool> _isDue;
    private readonly TimeProvider _time;
    private readonly SlowWork _work;
    private T? _result;
    private bool _hasResult;
    private long? _started;

    /// <summary>Initializes a new instance of the <see cref="SlowSource{T}"/> class
    /// that is read periodically.</summary>
    /// <param name="boxes">The threads.</param>
    /// <param name="period">The time from the start of one read to the start of the next.</param>
    /// <param name="read">Reads the source. Must not throw.</param>
    /// <param name="take">Receives each result, once, within <see cref="Refresh"/>.</param>
    /// <param name="time">The clock.</param>
    public SlowSource(TimeBoxes boxes, TimeSpan period, Func<T> read, Action<T> take, TimeProvider time)
        : this(boxes, static () => true, read, take, time) => _isDue = () => !(Age < period);

    /// <summary>Initializes a new instance of the <see cref="SlowSource{T}"/> class with a schedule of its own.
    /// </summary>
    /// <param name="boxes">The threads.</param>
    /// <param name="isDue">Returns whether to read now. Called only while no read is running.</param>
    /// <param name="read">Reads the source. Must not throw.</param>
    /// <param name="take">Receives each result, once, within <see cref="Refresh"/>.</param>
    /// <param name="time">The clock.</param>
    public SlowSource(TimeBoxes boxes, Func<bool> isDue, Func<T> read, Action<T> take, TimeProvider time)
    {
        _boxes = boxes;
        _isDue = isDue;
        _take = take;
        _time = time;
        _work = new SlowWork(() =>
        {
            _result = read();
            _hasResult = true;
        });
    }

    /// <summary>Gets the time since the last read was started; <see langword="null"/> before the first.</summary>
    public TimeSpan? Age => _started is { } started ? _time.GetElapsedTime(started) : null;

    /// <summary>Gets a value indicating whether a read is running.</summary>
    public bool IsRunning => _boxes.IsRunning(_work);

    /// <summary>Gets a value indicating whether a read has exceeded the limit; no later one is awaited.</summary>
    public bool WasLate { get => _work.WasLate; init => _work.WasLate = value; }

    /// <summary>Takes a finished result and starts the next read if it is due.</summary>
    /// <returns><see langword="false"/> while a read is running, or if none could be started because too many hang.
    /// </returns>
    public bool Refresh()
    {
        if (IsRunning)
        {
            return false;
        }

        Take();
        if (_isDue())
        {
            _started = _time.GetTimestamp();
            if (!_boxes.TryRun(_work))
            {
                return false;
            }

            Take();
        }

        return true;
    }

    /// <summary>Stops reading. A read that still runs keeps its thread and its files until it ends.</summary>
    /// <param name="release">Releases what the source uses. Not called if a read still runs.</param>
    public void Close(Action? release = null)
    {
        if (IsRunning)
        {
            _boxes.Abandon(_work);
        }
        else
        {
            release?.Invoke();
        }
    }

    private void Take()
    {
        if (_hasResult)
        {
            _hasResult = false;
            _take(_result!);
        }
    }
}
