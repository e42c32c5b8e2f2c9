using System.Diagnostics.CodeAnalysis;
using System.Net;
using NodeTelemetry.Collector.Diagnostics;

namespace NodeTelemetry.Collector.Ingest;

/// <summary>The bounded queue of datagrams between the sockets and the ingest loop.</summary>
/// <remarks>
/// When it is full, the oldest datagram is dropped and counted. Datagrams are pooled.
/// A whole batch is added or taken under one lock, and wakes the loop at most once.
/// </remarks>
internal sealed class DatagramQueue
{
    /// <summary>The room at first; it doubles when needed, up to the capacity.</summary>
    private const int InitialLength = 64;

    private readonly Lock _lock = new();
    private readonly Stack<ReceivedDatagram> _free = new();
    private readonly CollectorMetrics _metrics;

    // A ring: the oldest at _first.
    private ReceivedDatagram?[] _ring;
    private int _first;
    private int _count;

    /// <summary>Initializes a new instance of the <see cref="DatagramQueue"/> class.</summary>
    /// <param name="capacity">The maximum length; a datagram takes 1.6 kB,
    /// or up to 8 kB once it has held a long one.</param>
    /// <param name="metrics">The counters.</param>
    public DatagramQueue(int capacity, CollectorMetrics metrics)
    {
        _metrics = metrics;
        Capacity = capacity;
        _ring = new ReceivedDatagram?[Math.Min(capacity, InitialLength)];
    }

    /// <summary>Gets the maximum length.</summary>
    public int Capacity { get; }

    /// <summary>Gets or sets what is called after datagrams were added, with their number.</summary>
    public Action<int>? Added { get; set; }

    /// <summary>Gets the current length.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _count;
            }
        }
    }

    /// <summary>Appends copies of a batch; when the queue is full, the oldest datagrams are dropped.</summary>
    public void Enqueue(DatagramBatch batch, long receivedTimestamp)
    {
        lock (_lock)
        {
            for (var index = 0; index < batch.Count; index++)
            {
                var datagram = Rent();
                datagram.Set(batch.Bytes(index), batch.Length(index), batch.Source(index), receivedTimestamp);
                Append(datagram);
            }
        }

        Added?.Invoke(batch.Count);
    }

    /// <summary>Appends a copy of a datagram; when the queue is full, the oldest one is dropped.</summary>
    public void Enqueue(ReadOnlySpan<byte> bytes, SocketAddress source, long receivedTimestamp)
    {
        lock (_lock)
        {
            var datagram = Rent();
            datagram.Set(bytes, source, receivedTimestamp);
            Append(datagram);
        }

        Added?.Invoke(1);
    }

    /// <summary>Removes the oldest datagram, which must be returned.</summary>
    public bool TryDequeue([MaybeNullWhen(false)] out ReceivedDatagram datagram)
    {
        lock (_lock)
        {
            datagram = _count == 0 ? null : TakeFirst();
            return datagram is not null;
        }
    }

    /// <summary>Removes the oldest datagrams, each of which must be returned.</summary>
    /// <returns>Their number, at most the length of <paramref name="into"/>.</returns>
    public int Dequeue(Span<ReceivedDatagram> into)
    {
        lock (_lock)
        {
            var taken = Math.Min(_count, into.Length);
            for (var index = 0; index < taken; index++)
            {
                into[index] = TakeFirst();
            }

            return taken;
        }
    }

    /// <summary>Returns a processed datagram to the pool.</summary>
    public void Return(ReceivedDatagram datagram)
    {
        lock (_lock)
        {
            _free.Push(datagram);
        }
    }

    /// <summary>Returns processed datagrams to the pool.</summary>
    public void Return(ReadOnlySpan<ReceivedDatagram> datagrams)
    {
        lock (_lock)
        {
            foreach (var datagram in datagrams)
            {
                _free.Push(datagram);
            }
        }
    }

    private ReceivedDatagram Rent() => _free.TryPop(out var datagram) ? datagram : new ReceivedDatagram();

    private void Append(ReceivedDatagram datagram)
    {
        if (_count == Capacity)
        {
            _metrics.DatagramsDropped[DropReason.QueueFull].Inc();
            _free.Push(TakeFirst());
        }

        if (_count == _ring.Length)
        {
            var larger = new ReceivedDatagram?[Math.Min(Capacity, 2 * _ring.Length)];
            for (var index = 0; index < _count; index++)
            {
                larger[index] = _ring[(_first + index) % _ring.Length];
            }

            (_ring, _first) = (larger, 0);
        }

        _ring[(_first + _count++) % _ring.Length] = datagram;
    }

    private ReceivedDatagram TakeFirst()
    {
        var datagram = _ring[_first]!;
        _ring[_first] = null;
        _first = (_first + 1) % _ring.Length;
        _count--;
        return datagram;
    }
}
