namespace NodeTelemetry.Collector.Nodes.State;

/// <summary>Limits how many operations pass within a second. Single-threaded.</summary>
internal sealed class RateLimit(int perSecond, TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(1);

    private long _windowStart = time.GetTimestamp();
    private int _passed;

    /// <summary>Gets the time until the next operation may pass; zero if one may now.</summary>
    public TimeSpan GetWait(long now)
    {
        var elapsed = time.GetElapsedTime(_windowStart, now);
        return _passed < perSecond || elapsed >= Window ? TimeSpan.Zero : Window - elapsed;
    }

    /// <summary>Counts an operation if the limit of this second is not reached.</summary>
    public bool TryPass(long now)
    {
        if (time.GetElapsedTime(_windowStart, now) >= Window)
        {
            _windowStart = now;
            _passed = 0;
        }

        if (_passed >= perSecond)
        {
            return false;
        }

        _passed++;
        return true;
    }
}
