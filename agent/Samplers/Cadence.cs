namespace NodeTelemetry.Agent.Samplers;

/// <summary>Tells when to read again what changes slowly, or costs much; between, the last value is sent.</summary>
/// <param name="period">How old a value may be, but for one tick.</param>
/// <param name="time">The clock.</param>
internal sealed class Cadence(TimeSpan period, TimeProvider time)
{
    private long _last;
    private bool _hasRun;

    /// <summary>Asks whether it is time again; the first time it is.</summary>
    public bool IsDue()
    {
        var now = time.GetTimestamp();
        if (_hasRun && time.GetElapsedTime(_last, now) < period)
        {
            return false;
        }

        _hasRun = true;
        _last = now;
        return true;
    }
}
