namespace NodeTelemetry.Collector.Run;

/// <summary>Stops the parts of the collector.</summary>
internal static class Shutdown
{
    /// <summary>
    /// Stops parts one after the other, each whatever became of those before:
    /// a fault in one must not cost what another has in memory.
    /// </summary>
    /// <param name="parts">Stop one part each, in this order.</param>
    /// <returns>Ends when all have ended, with the faults of those that failed.</returns>
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
