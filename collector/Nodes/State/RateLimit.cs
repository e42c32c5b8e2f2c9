namespace NodeTelemetry.Collector.Nodes.State;

/// <summary>Lets so many things pass within each second. For one thread.</summary>
internal sealed class RateLimit(int perSecond, TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(1);

    private long _windowStart = time.GetTimestamp();
    private int _passed;

    /// <summary>Gets the time until something may pass again; zero when it may now.</summary>
    public TimeSpan GetWait(long now)
    {
        var elapsed = time.GetElapsedTime(_windowStart, now);
        return _passed < perSecond || elapsed >= Window ? TimeSpan.Zero : Window - elapsed;
    }

    /// <summary>Takes one passage, if there is one left.</summary>
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
