namespace NodeTelemetry.Agent.Diagnostics;

/// <summary>Lets the first message of a kind pass at once, then one in a window with the count of those held
/// back.</summary>
internal sealed class LogThrottle(TimeProvider time)
{
    /// <summary>Long enough that a sensor that fails at every tick fills no journal, short enough to see that it still
    /// fails.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private long _lastPassed;
    private bool _hasPassed;
    private int _suppressed;

    /// <summary>Asks whether to write now.</summary>
    /// <param name="suppressed">How many were held back since the last that passed.</param>
    public bool TryPass(out int suppressed)
    {
        suppressed = _suppressed;
        if (_hasPassed && time.GetElapsedTime(_lastPassed) < Window)
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
