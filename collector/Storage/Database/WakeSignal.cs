namespace NodeTelemetry.Collector.Storage.Database;

/// <summary>Wakes one waiting loop. Several signals before its next wait count as one.</summary>
internal sealed class WakeSignal : IDisposable
{
    private readonly SemaphoreSlim _semaphore = new(0, 1);

    /// <summary>Wakes the loop, or lets its next wait return at once. Any thread may call it.</summary>
    public void Set()
    {
        try
        {
            _semaphore.Release();
        }
        catch (SemaphoreFullException)
        {
            // Already signalled.
        }
    }

    /// <summary>Waits for a signal.</summary>
    public Task WaitAsync(CancellationToken token) => _semaphore.WaitAsync(token);

    /// <inheritdoc/>
    public void Dispose() => _semaphore.Dispose();
}
