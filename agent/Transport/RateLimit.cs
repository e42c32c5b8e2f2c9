namespace NodeTelemetry.Agent.Transport;

/// <summary>Limits events per second.</summary>
internal sealed class RateLimit(int perSecond, TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(1);

    private long _windowStart = time.GetTimestamp();
    private int _passed;

    /// <summary>Gets the time until the next event is allowed; zero if it is allowed now.</summary>
    public TimeSpan Wait
    {
        get
        {
            var elapsed = time.GetElapsedTime(_windowStart);
            return _passed < perSecond || elapsed >= Window ? TimeSpan.Zero : Window - elapsed;
        }
    }

    /// <summary>Takes a permit, if one is left.</summary>
    public bool TryPass()
    {
        if (time.GetElapsedTime(_windowStart) >= Window)
        {
            _windowStart = time.GetTimestamp();
            _passed = 0;
        }

        if (_passed == perSecond)
        {
            return false;
        }

        _passed++;
        return true;
    }
}
