namespace NodeTelemetry.Collector.Hosting;

/// <summary>Wakes one waiting loop. Several signals before its next wait count as one.</summary>
/// <param name="time">The clock.</param>
internal sealed class WakeSignal(TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _semaphore = new(0, 1);
    private ITimer? _timer;

    /// <summary>Wakes the loop, or lets its next wait return at once. Any thread may call it.</summary>
    public void Set()
    {
        if (_semaphore.CurrentCount > 0)
        {
            // Already signalled; asking is cheaper than the exception.
            return;
        }

        try
        {
            _semaphore.Release();
        }
        catch (SemaphoreFullException)
        {
            // Signalled by another thread since.
        }
    }

    /// <summary>Waits for a signal.</summary>
    public Task WaitAsync(CancellationToken token) => WaitAsync(Timeout.InfiniteTimeSpan, token);

    /// <summary>Waits for a signal, or for a time; it may return earlier than both.</summary>
    public Task WaitAsync(TimeSpan wait, CancellationToken token)
    {
        // One timer, which is moved: a delay of its own for each wait would have to be cancelled.
        if (_timer is not null)
        {
            _timer.Change(wait, Timeout.InfiniteTimeSpan);
        }
        else if (wait != Timeout.InfiniteTimeSpan)
        {
            _timer = time.CreateTimer(_ => Set(), null, wait, Timeout.InfiniteTimeSpan);
        }

        return _semaphore.WaitAsync(token);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _timer?.Dispose();
        _semaphore.Dispose();
    }
}
