using System.Net;
using System.Threading.Channels;
using NodeTelemetry.Collector.Diagnostics;

namespace NodeTelemetry.Collector.Ingest;

/// <summary>
/// Takes datagrams from the sockets to the ingest loop: bounded, the oldest dropped and counted, nothing allocated once
/// it has filled.
/// </summary>
internal sealed class DatagramQueue
{
    private readonly Channel<ReceivedDatagram> _waiting;
    private readonly Channel<ReceivedDatagram> _free;
    private readonly CollectorMetrics _metrics;
    private int _isTickUnderway;

    /// <summary>Initializes a new instance of the <see cref="DatagramQueue"/> class.</summary>
    /// <param name="capacity">The most datagrams that may wait; one takes 1.6 kB, or up to
    /// 8 kB once it has held a long one.</param>
    /// <param name="metrics">Where drops are counted.</param>
    public DatagramQueue(int capacity, CollectorMetrics metrics)
    {
        _metrics = metrics;
        Capacity = capacity;
        _waiting = Channel.CreateBounded<ReceivedDatagram>(
            new BoundedChannelOptions(capacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
            Drop);
        _free = Channel.CreateBounded<ReceivedDatagram>(capacity);
    }

    /// <summary>Gets the most datagrams that may wait.</summary>
    public int Capacity { get; }

    /// <summary>Gets how many wait now.</summary>
    public int Count => _waiting.Reader.Count;

    /// <summary>Puts a copy of a datagram at the end; when the queue is full, the oldest one makes room.</summary>
    public void Enqueue(ReadOnlySpan<byte> bytes, SocketAddress source, long receivedTimestamp)
    {
        var datagram = Rent();
        datagram.Set(bytes, source, receivedTimestamp);
        _waiting.Writer.TryWrite(datagram);
    }

    /// <summary>
    /// Puts a tick at the end: everything before it arrived earlier than <paramref name="timestamp"/>. While the one
    /// before is not worked off it is skipped and counted: ticks that queue up would keep datagrams waiting ever
    /// longer, and nodes would be lost that send as they should.
    /// </summary>
    public void EnqueueTick(long timestamp)
    {
        if (Interlocked.Exchange(ref _isTickUnderway, 1) != 0)
        {
            _metrics.SweepsSkipped.Add();
            return;
        }

        var tick = Rent();
        tick.SetTick(timestamp);
        _waiting.Writer.TryWrite(tick);
    }

    /// <summary>Waits until there is something to take.</summary>
    public ValueTask<bool> WaitAsync(CancellationToken cancellation) => _waiting.Reader.WaitToReadAsync(cancellation);

    /// <summary>Takes the oldest datagram; give it back by <see cref="Return"/>.</summary>
    public bool TryDequeue([System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out ReceivedDatagram datagram) =>
        _waiting.Reader.TryRead(out datagram);

    /// <summary>Gives back a datagram that has been worked on.</summary>
    public void Return(ReceivedDatagram datagram)
    {
        var isTick = datagram.IsTick;
        _free.Writer.TryWrite(datagram);
        if (isTick)
        {
            Volatile.Write(ref _isTickUnderway, 0);
        }
    }

    private ReceivedDatagram Rent() => _free.Reader.TryRead(out var datagram) ? datagram : new ReceivedDatagram();

    private void Drop(ReceivedDatagram datagram)
    {
        if (!datagram.IsTick)
        {
            _metrics.DatagramsDropped[DropReason.QueueFull].Add();
        }

        Return(datagram);
    }
}
