namespace NodeTelemetry.Agent.Samplers;

/// <summary>Decides when to read a slow or costly source again; in between, the last value is sent.</summary>
/// <param name="period">The maximum age of a value, to within one tick.</param>
/// <param name="time">The clock.</param>
internal sealed class Cadence(TimeSpan period, TimeProvider time)
{
    /// <summary>For files that cost the kernel as much as all others together:
    /// every tick at the default interval of 2 s, every second tick at 1 s.</summary>
    public static readonly TimeSpan Costly = TimeSpan.FromSeconds(1.5);

    private long _last;
    private bool _hasRun;

    /// <summary>Returns whether a read is due; the first one always is.</summary>
    /// <param name="atOnce">Makes a read due at once, because something has changed.</param>
    public bool IsDue(bool atOnce = false)
    {
        var now = time.GetTimestamp();
        if (_hasRun && !atOnce && time.GetElapsedTime(_last, now) < period)
        {
            return false;
        }

        _hasRun = true;
        _last = now;
        return true;
    }
}
