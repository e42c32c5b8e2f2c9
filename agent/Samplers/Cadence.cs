namespace NodeTelemetry.Agent.Samplers;

/// <summary>Tells when to read again what changes slowly, or costs much; between, the last value is sent.</summary>
/// <param name="period">How old a value may be, but for one tick.</param>
/// <param name="time">The clock.</param>
internal sealed class Cadence(TimeSpan period, TimeProvider time)
{
    /// <summary>For files that cost the kernel as much as all others together: at every tick of the usual interval of 2
    /// s, and at every second one of an agent that samples each second.</summary>
    public static readonly TimeSpan Costly = TimeSpan.FromSeconds(1.5);

    private long _last;
    private bool _hasRun;

    /// <summary>Asks whether it is time again; the first time it is.</summary>
    /// <param name="atOnce">Whether it is, whatever the time: something has changed.</param>
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
