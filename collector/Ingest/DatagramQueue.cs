using System.Net;
using System.Threading.Channels;
using NodeTelemetry.Collector.Diagnostics;

namespace NodeTelemetry.Collector.Ingest;

/// <summary>The bounded queue of datagrams between the sockets and the ingest loop.</summary>
/// <remarks>When it is full, the oldest datagram is dropped and counted. Datagrams are pooled.</remarks>
internal sealed class DatagramQueue
{
    private readonly Channel<ReceivedDatagram> _waiting;
    private readonly Channel<ReceivedDatagram> _free;
    private readonly CollectorMetrics _metrics;

    /// <summary>Initializes a new instance of the <see cref="DatagramQueue"/> class.</summary>
    /// <param name="capacity">The maximum length; a datagram takes 1.6 kB,
    /// or up to 8 kB once it has held a long one.</param>
    /// <param name="metrics">The counters.</param>
    public DatagramQueue(int capacity, CollectorMetrics metrics)
    {
        _metrics = metrics;
        Capacity = capacity;
        _waiting = Channel.CreateBounded<ReceivedDatagram>(
            new BoundedChannelOptions(capacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
            Drop);
        _free = Channel.CreateBounded<ReceivedDatagram>(capacity);
    }

    /// <summary>Gets the maximum length.</summary>
    public int Capacity { get; }

    /// <summary>Gets the current length.</summary>
    public int Count => _waiting.Reader.Count;

    /// <summary>Appends a copy of a datagram; when the queue is full, the oldest one is dropped.</summary>
    public void Enqueue(ReadOnlySpan<byte> bytes, SocketAddress source, long receivedTimestamp)
    {
        var datagram = Rent();
        datagram.Set(bytes, source, receivedTimestamp);
        _waiting.Writer.TryWrite(datagram);
    }

    /// <summary>Appends a tick, which only ends the wait.</summary>
    public void EnqueueTick()
    {
        var tick = Rent();
        tick.SetTick();
        _waiting.Writer.TryWrite(tick);
    }

    /// <summary>Waits until the queue is not empty.</summary>
    public ValueTask<bool> WaitAsync(CancellationToken cancellation) => _waiting.Reader.WaitToReadAsync(cancellation);

    /// <summary>Removes the oldest datagram, which must be returned with <see cref="Return"/>.</summary>
    public bool TryDequeue([System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out ReceivedDatagram datagram) =>
        _waiting.Reader.TryRead(out datagram);

    /// <summary>Returns a processed datagram to the pool.</summary>
    public void Return(ReceivedDatagram datagram) => _free.Writer.TryWrite(datagram);

    private ReceivedDatagram Rent() => _free.Reader.TryRead(out var datagram) ? datagram : new ReceivedDatagram();

    private void Drop(ReceivedDatagram datagram)
    {
        if (!datagram.IsTick)
        {
            _metrics.DatagramsDropped[DropReason.QueueFull].Inc();
        }

        Return(datagram);
    }
}
