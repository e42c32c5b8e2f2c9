namespace NodeTelemetry.Collector.Export.Http;

/// <summary>The pause before the next attempt: exponential with full jitter, without a last attempt.</summary>
/// <remarks>
/// Full jitter (a random time up to the exponential one) best spreads collectors that all lost the same server:
/// AWS Architecture Blog, "Exponential Backoff And Jitter".
/// </remarks>
internal sealed class RetrySchedule(TimeSpan delayMax, Random random)
{
    // The upper end of the first pause.
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);

    // A random time can be close to zero; a failing server is never called more often than this.
    private static readonly TimeSpan DelayMin = TimeSpan.FromMilliseconds(100);

    // A server may request a longer pause, but not one that looks like a standstill.
    private static readonly TimeSpan RequestedMax = TimeSpan.FromMinutes(5);

    /// <summary>Gets the pause before an attempt.</summary>
    /// <param name="attempt">The number of failures in a row, from 1.</param>
    /// <param name="requested">The pause that the server requested with <c>Retry-After</c>.</param>
    public TimeSpan Next(int attempt, TimeSpan? requested = null)
    {
        // 2^20 s are more than any limit.
        var exponential = First * Math.Pow(2, Math.Clamp(attempt - 1, 0, 20));
        var ceiling = exponential < delayMax ? exponential : delayMax;
        var delay = ceiling * random.NextDouble();
        if (requested is { } minimum && minimum > delay)
        {
            delay = minimum < RequestedMax ? minimum : RequestedMax;
        }

        return delay > DelayMin ? delay : DelayMin;
    }

    /// <summary>
    /// Gets the pause while only the administrator can repair the problem: long, and different for each collector.
    /// </summary>
    public TimeSpan NextHeld() => delayMax * (0.5 + (random.NextDouble() / 2));
}
