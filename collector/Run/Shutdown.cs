namespace NodeTelemetry.Collector.Run;

/// <summary>Stops the parts of the collector.</summary>
internal static class Shutdown
{
    /// <summary>
    /// Stops the parts in order, even if some fail: a fault in one part must not lose what another has in memory.
    /// </summary>
    /// <param name="parts">The functions that stop one part each, in this order.</param>
    /// <returns>A task that completes when all parts have stopped, with the faults of those that failed.</returns>
    public static async Task InTurnAsync(params Func<Task>[] parts)
    {
        var stopped = new List<Task>();
        foreach (var part in parts)
        {
            var stopping = part();
            stopped.Add(stopping);
            await stopping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await Task.WhenAll(stopped);
    }
}
