namespace NodeTelemetry.Hosting;

/// <summary>Limits how many events pass in each second. For one thread.</summary>
/// <param name="perSecond">The limit.</param>
/// <param name="time">The clock.</param>
public sealed class RateLimit(int perSecond, TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(1);

    private long _windowStart = time.GetTimestamp();
    private int _passed;

    /// <summary>Gets the time until the next event may pass; zero if it may now.</summary>
    /// <param name="now">The clock's timestamp.</param>
    public TimeSpan GetWait(long now)
    {
        var elapsed = time.GetElapsedTime(_windowStart, now);
        return _passed < perSecond || elapsed >= Window ? TimeSpan.Zero : Window - elapsed;
    }

    /// <summary>Counts an event; <see langword="false"/> if the limit is reached.</summary>
    /// <param name="now">The clock's timestamp.</param>
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
