namespace NodeTelemetry.Collector.Export;

/// <summary>
/// How many requests may be under way at once: one more while all goes well, half when the servers choke.
/// </summary>
/// <remarks>
/// Additive increase, multiplicative decrease, as of TCP: it finds what the servers take without knowing them, and
/// several collectors come to share them. For one thread.
/// </remarks>
internal sealed class ConcurrencyLimit(int max)
{
    // So many good requests for each that is allowed now, and one more is allowed: a round of all of them, twice.
    private const int RoundsToGrow = 2;

    private int _good;

    /// <summary>Gets the number; it begins with 1.</summary>
    public int Value { get; private set; } = 1;

    /// <summary>A request was taken.</summary>
    public void OnAccepted()
    {
        if (Value < max && ++_good >= RoundsToGrow * Value)
        {
            Value++;
            _good = 0;
        }
    }

    /// <summary>The servers have too much to do.</summary>
    public void OnThrottled()
    {
        Value = Math.Max(1, Value / 2);
        _good = 0;
    }

    /// <summary>Nothing is taken: begin anew when it is.</summary>
    public void OnBlocked()
    {
        Value = 1;
        _good = 0;
    }
}
