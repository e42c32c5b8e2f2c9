namespace NodeTelemetry.Hosting;

/// <summary>Lets the first message of a kind through at once,
/// then one per window with the number of those suppressed.</summary>
/// <param name="time">The clock.</param>
/// <param name="window">The window; <see cref="DefaultWindow"/> by default.</param>
public sealed class LogThrottle(TimeProvider time, TimeSpan? window = null)
{
    /// <summary>Long enough that a failure at every sample does not fill the journal,
    /// short enough to show that it lasts.</summary>
    public static readonly TimeSpan DefaultWindow = TimeSpan.FromMinutes(1);

    private readonly TimeSpan _window = window ?? DefaultWindow;
    private long _lastPassed;
    private bool _hasPassed;
    private int _suppressed;

    /// <summary>Decides whether to write a message now.</summary>
    /// <param name="suppressed">How many were suppressed since the last that passed.</param>
    public bool TryPass(out int suppressed)
    {
        suppressed = _suppressed;
        if (_hasPassed && time.GetElapsedTime(_lastPassed) < _window)
        {
            _suppressed++;
            return false;
        }

        _hasPassed = true;
        _lastPassed = time.GetTimestamp();
        _suppressed = 0;
        return true;
    }
}
