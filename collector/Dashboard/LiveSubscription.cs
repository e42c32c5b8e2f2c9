using System.Net;
using System.Threading.Channels;

namespace NodeTelemetry.Collector.Dashboard;

/// <summary>
/// A subscribed browser. Its queue is short: a slow browser gets the whole state later instead of every update.
/// </summary>
/// <param name="address">What its client is counted by.</param>
/// <param name="onDispose">Called when the browser disconnects.</param>
internal sealed class LiveSubscription(IPAddress address, Action<LiveSubscription> onDispose) : IDisposable
{
    /// <summary>Maximum events queued for a slow connection: three seconds at ten a second.</summary>
    private const int QueueLength = 32;

    private readonly Channel<ReadOnlyMemory<byte>> _events = Channel.CreateBounded<ReadOnlyMemory<byte>>(QueueLength);

    /// <summary>Gets what its client is counted by.</summary>
    public IPAddress Address => address;

    /// <summary>
    /// Gets a value indicating whether it needs the whole state next: initially, and after a skipped event.
    /// For the publishing loop only.
    /// </summary>
    public bool NeedsWhole { get; private set; } = true;

    /// <summary>Gets a value indicating whether the queue has room for the two events
    /// of <see cref="SendWhole"/>.</summary>
    public bool HasRoom => _events.Reader.Count <= QueueLength - 2;

    /// <summary>Gets the events to send, in order.</summary>
    public IAsyncEnumerable<ReadOnlyMemory<byte>> Events(CancellationToken cancellation) =>
        _events.Reader.ReadAllAsync(cancellation);

    /// <summary>Queues the state of all nodes and of the collector, which replaces skipped events.</summary>
    public void SendWhole(ReadOnlyMemory<byte> nodes, ReadOnlyMemory<byte> status) =>
        NeedsWhole = !_events.Writer.TryWrite(nodes) || !_events.Writer.TryWrite(status);

    /// <summary>Queues an event, unless the whole state must be sent first.</summary>
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

    /// <summary>Ends the subscription.</summary>
    public void Complete() => _events.Writer.TryComplete();

    /// <inheritdoc/>
    public void Dispose() => onDispose(this);
}
