using NodeTelemetry.Agent.Diagnostics;

namespace NodeTelemetry.Agent.Sampling;

/// <summary>Calls a function at whole intervals after its start; ticks that are missed are skipped and counted, never caught up.</summary>
/// <remarks>
/// Ticks align to the start and not to the wall clock, so that the nodes of a cluster do not all send in the same millisecond.
/// The function runs on a timer's thread, never twice at once: the timer is armed for one tick at a time.
/// </remarks>
internal sealed class Ticker : IDisposable
{
    private readonly TimeSpan _interval;
    private readonly TimeProvider _time;
    private readonly Action _onTick;
    private readonly AgentMetrics _metrics;
    private readonly Lock _running = new();
    private readonly ITimer _timer;
    private long _start;
    private long _index;
    private bool _isStopped;

    /// <summary>Initializes a new instance of the <see cref="Ticker"/> class.</summary>
    public Ticker(TimeSpan interval, TimeProvider time, AgentMetrics metrics, Action onTick)
    {
        _interval = interval;
        _time = time;
        _metrics = metrics;
        _onTick = onTick;
        _timer = time.CreateTimer(
            static state => ((Ticker)state!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Ticks for the first time at once, on the caller's thread, and then goes on by itself.</summary>
    public void Start()
    {
        _start = _time.GetTimestamp();
        OnTimer();
    }

    /// <summary>Stops; when this returns, no tick is running and none will come.</summary>
    public void Stop()
    {
        lock (_running)
        {
            _isStopped = true;
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Stop();
        _timer.Dispose();
    }

    private void OnTimer()
    {
        lock (_running)
        {
            if (_isStopped)
            {
                return;
            }

            _onTick();

            // A timer may fire a little early, so the present tick is known by its number and not by the time.
            var elapsed = _time.GetElapsedTime(_start);
            var next = Math.Max(_index + 1, (elapsed.Ticks / _interval.Ticks) + 1);
            _metrics.AddTicksSkipped(next - _index - 1);
            _index = next;

            // Timers count whole milliseconds, rounded down; up is what keeps to the promised interval.
            var wait = TimeSpan.FromTicks(next * _interval.Ticks) - elapsed;
            _timer.Change(TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)), Timeout.InfiniteTimeSpan);
        }
    }
}
