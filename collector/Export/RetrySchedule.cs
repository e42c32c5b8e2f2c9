namespace NodeTelemetry.Collector.Export;

/// <summary>How long to wait before the next attempt: exponential with full jitter, without end.</summary>
/// <remarks>
/// Full jitter (a random time up to the exponential one) spreads collectors that all lost the same server better than
/// any other: AWS Architecture Blog, "Exponential Backoff And Jitter".
/// </remarks>
internal sealed class RetrySchedule(TimeSpan delayMax, Random random)
{
    // The upper end of the first pause.
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);

    // A random time can be next to nothing; a server in trouble is never asked more often than this.
    private static readonly TimeSpan DelayMin = TimeSpan.FromMilliseconds(100);

    // A server may ask for a longer pause, but not for one that people would take for a standstill.
    private static readonly TimeSpan AskedMax = TimeSpan.FromMinutes(5);

    /// <summary>Gets the pause before an attempt.</summary>
    /// <param name="attempt">How many have failed in a row, from 1.</param>
    /// <param name="asked">What the server asked for with <c>Retry-After</c>.</param>
    public TimeSpan Next(int attempt, TimeSpan? asked = null)
    {
        // 2^20 s are more than any limit.
        var exponential = First * Math.Pow(2, Math.Clamp(attempt - 1, 0, 20));
        var ceiling = exponential < delayMax ? exponential : delayMax;
        var delay = ceiling * random.NextDouble();
        if (asked is { } minimum && minimum > delay)
        {
            delay = minimum < AskedMax ? minimum : AskedMax;
        }

        return delay > DelayMin ? delay : DelayMin;
    }

    /// <summary>
    /// Gets the pause while only a person can repair what is wrong: long, and never the same for two collectors.
    /// </summary>
    public TimeSpan NextHeld() => delayMax * (0.5 + (random.NextDouble() / 2));
}
