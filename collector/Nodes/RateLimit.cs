namespace NodeTelemetry.Collector.Nodes;

/// <summary>Lets so many things pass within each second. For one thread.</summary>
internal sealed class RateLimit(int perSecond, TimeProvider time)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(1);

    private long _windowStart = time.GetTimestamp();
    private int _passed;

    /// <summary>Takes one passage, if there is one left.</summary>
    public bool TryPass(long now)
    {
        if (!HasRoom(now))
        {
            return false;
        }

        Take(1);
        return true;
    }

    /// <summary>Asks whether there is a passage left.</summary>
    public bool HasRoom(long now)
    {
        if (time.GetElapsedTime(_windowStart, now) >= Window)
        {
            _windowStart = now;
            _passed = 0;
        }

        return _passed < perSecond;
    }

    /// <summary>Takes some passages, be it more than are left.</summary>
    public void Take(int count) => _passed += count;
}
