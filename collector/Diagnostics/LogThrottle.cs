namespace NodeTelemetry.Collector.Diagnostics;

/// <summary>Lets the first message through at once, then one per window with the number of those kept back.</summary>
/// <remarks>For what a peer can cause as often as it likes.</remarks>
internal sealed class LogThrottle(TimeSpan window, TimeProvider time)
{
    private long _lastTimestamp;
    private bool _hasLogged;

    /// <summary>Gets how many events there were since the last message, the present one included.</summary>
    public int Count { get; private set; }

    /// <summary>
    /// Counts an event; <see langword="true"/> if it is time to write a message, after which <see cref="Reset"/> is
    /// due.
    /// </summary>
    public bool ShouldLog()
    {
        Count++;
        return !_hasLogged || time.GetElapsedTime(_lastTimestamp) >= window;
    }

    /// <summary>Begins a new window.</summary>
    public void Reset()
    {
        _hasLogged = true;
        _lastTimestamp = time.GetTimestamp();
        Count = 0;
    }
}
