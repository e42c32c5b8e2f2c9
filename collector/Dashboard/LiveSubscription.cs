using System.Threading.Channels;

namespace NodeTelemetry.Collector.Dashboard;

/// <summary>
/// One browser that listens. Its queue is short: a slow browser gets the whole state later instead of every
/// step.
/// </summary>
/// <param name="onDispose">Called when the browser has gone.</param>
internal sealed class LiveSubscription(Action<LiveSubscription> onDispose) : IDisposable
{
    /// <summary>Events that may wait for a slow connection: at ten a second, three seconds' worth.</summary>
    private const int QueueLength = 32;

    private readonly Channel<ReadOnlyMemory<byte>> _events = Channel.CreateBounded<ReadOnlyMemory<byte>>(QueueLength);

    /// <summary>
    /// Gets a value indicating whether it is to be given the whole state next: at its beginning, and after it had to
    /// skip an event. Only the publishing loop asks and changes it.
    /// </summary>
    public bool NeedsWhole { get; private set; } = true;

    /// <summary>Gets a value indicating whether the two events of <see cref="SendWhole"/> would find room.</summary>
    public bool HasRoom => _events.Reader.Count <= QueueLength - 2;

    /// <summary>Gets the events to send, in order.</summary>
    public IAsyncEnumerable<ReadOnlyMemory<byte>> Events(CancellationToken cancellation) =>
        _events.Reader.ReadAllAsync(cancellation);

    /// <summary>Queues the state of all nodes and of the collector, which makes good whatever was skipped.</summary>
    public void SendWhole(ReadOnlyMemory<byte> nodes, ReadOnlyMemory<byte> status) =>
        NeedsWhole = !_events.Writer.TryWrite(nodes) || !_events.Writer.TryWrite(status);

    /// <summary>Queues an event, unless the whole state is to come first.</summary>
    /// <returns><see langword="false"/> if the queue was full and it was skipped.</returns>
    public bool TrySend(ReadOnlyMemory<byte> message)
    {
        if (!NeedsWhole && !_events.Writer.TryWrite(message))
        {
            NeedsWhole = true;
            return false;
        }

        return true;
    }

    /// <summary>Ends it from the collector's side.</summary>
    public void Complete() => _events.Writer.TryComplete();

    /// <inheritdoc/>
    public void Dispose() => onDispose(this);
}
