using System.Threading.Channels;

namespace NodeTelemetry.Collector.Dashboard;

/// <summary>
/// One browser that listens. Its queue is short: whoever cannot keep up gets the whole state later instead of every
/// step.
/// </summary>
internal sealed class LiveSubscription : IDisposable
{
    /// <summary>Events that may wait for a slow connection: at ten a second, three seconds' worth.</summary>
    private const int QueueLength = 32;

    private readonly Channel<ReadOnlyMemory<byte>> _events = Channel.CreateBounded<ReadOnlyMemory<byte>>(QueueLength);
    private readonly Action<LiveSubscription> _onDispose;

    /// <summary>Initializes a new instance of the <see cref="LiveSubscription"/> class.</summary>
    public LiveSubscription(Action<LiveSubscription> onDispose) => _onDispose = onDispose;

    /// <summary>
    /// Gets a value indicating whether events had to be skipped since it was last given the whole state.
    /// </summary>
    public bool HasSkipped { get; private set; }

    /// <summary>Gets the events to send, in order.</summary>
    public IAsyncEnumerable<ReadOnlyMemory<byte>> Events(CancellationToken cancellation) =>
        _events.Reader.ReadAllAsync(cancellation);

    /// <summary>Queues the whole state, which makes good whatever was skipped.</summary>
    public void SendWhole(ReadOnlyMemory<byte> message) => HasSkipped = !_events.Writer.TryWrite(message);

    /// <summary>Queues an event, unless an earlier one had to be skipped.</summary>
    public void Send(ReadOnlyMemory<byte> message)
    {
        if (!HasSkipped && !_events.Writer.TryWrite(message))
        {
            HasSkipped = true;
        }
    }

    /// <summary>Ends it from the collector's side.</summary>
    public void Complete() => _events.Writer.TryComplete();

    /// <inheritdoc/>
    public void Dispose() => _onDispose(this);
}
