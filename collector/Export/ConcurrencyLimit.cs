namespace NodeTelemetry.Collector.Export;

/// <summary>
/// How many requests may be under way at once: one more while all succeed, half when the servers are overloaded.
/// </summary>
/// <remarks>
/// Additive increase, multiplicative decrease, as in TCP.
/// It finds the capacity of unknown servers, and several collectors converge to equal shares. For one thread.
/// </remarks>
internal sealed class ConcurrencyLimit(int max)
{
    // This many accepted requests for each one allowed, and one more is allowed: all of them, twice.
    private const int RoundsToGrow = 2;

    private int _accepted;

    /// <summary>Gets the limit; it starts at 1.</summary>
    public int Value { get; private set; } = 1;

    /// <summary>A request was accepted.</summary>
    public void OnAccepted()
    {
        if (Value < max && ++_accepted >= RoundsToGrow * Value)
        {
            Value++;
            _accepted = 0;
        }
    }

    /// <summary>The servers are overloaded.</summary>
    public void OnThrottled()
    {
        Value = Math.Max(1, Value / 2);
        _accepted = 0;
    }

    /// <summary>Nothing is accepted: the limit starts again at 1.</summary>
    public void OnBlocked()
    {
        Value = 1;
        _accepted = 0;
    }
}
