using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace NodeTelemetry.TestKit;

/// <summary>
/// A UDP relay on loopback that does to datagrams what bad networks do: it drops, repeats, reorders, truncates and flips bits.
/// </summary>
/// <remarks>
/// Every sender gets a socket of its own towards the target, as behind a NAT, so answers find their way back; what comes back is
/// treated by <see cref="Backward"/>. The faults are drawn from the seed, which <see cref="ToString"/> shows: put it into every
/// failure's message. An agent is given <c>--target</c> <see cref="Address"/>, and the collector's port is the target.
/// </remarks>
public sealed class LossyRelay : IAsyncDisposable
{
    /// <summary>The longest UDP payload.</summary>
    private const int DatagramBytesMax = 65_535;

    /// <summary>Bursts of a whole cluster are not to be lost but by intention; the kernel may give less.</summary>
    private const int ReceiveBufferBytes = 4 << 20;

    private readonly Socket _front = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly ConcurrentDictionary<EndPoint, Way> _ways = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly IPEndPoint _target;
    private readonly Lock _lock = new();
    private readonly Random _random;
    private readonly Task _receiving;
    private readonly int[] _counts = new int[Enum.GetValues<Fate>().Length];
    private volatile RelayFaults _forward;
    private volatile RelayFaults _backward;

    /// <summary>Initializes a new instance of the <see cref="LossyRelay"/> class, and starts it.</summary>
    /// <param name="target">Where datagrams go; on loopback.</param>
    /// <param name="seed">What the faults are drawn from.</param>
    /// <param name="forward">What happens to datagrams on their way to the target.</param>
    /// <param name="backward">What happens to those that come back; the same as <paramref name="forward"/> if left out.</param>
    public LossyRelay(IPEndPoint target, int seed, RelayFaults forward, RelayFaults? backward = null)
    {
        _target = target;
        Seed = seed;
        _random = new Random(seed);
        _forward = forward;
        _backward = backward ?? forward;
        _front.ReceiveBufferSize = ReceiveBufferBytes;
        _front.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Address = (IPEndPoint)_front.LocalEndPoint!;
        _receiving = Task.Run(ReceiveAsync);
    }

    /// <summary>What became of a datagram.</summary>
    private enum Fate
    {
        Passed,
        Dropped,
        Repeated,
        Reordered,
        Truncated,
        Flipped,
    }

    /// <summary>Gets the seed.</summary>
    public int Seed { get; }

    /// <summary>Gets where to send to.</summary>
    public IPEndPoint Address { get; }

    /// <summary>Gets or sets what happens to datagrams on their way to the target.</summary>
    public RelayFaults Forward
    {
        get => _forward;
        set => _forward = value;
    }

    /// <summary>Gets or sets what happens to datagrams that come back.</summary>
    public RelayFaults Backward
    {
        get => _backward;
        set => _backward = value;
    }

    /// <summary>Gets how many datagrams were dropped so far.</summary>
    public int Dropped => Volatile.Read(ref _counts[(int)Fate.Dropped]);

    /// <summary>Gets the seed and what was done so far, for messages.</summary>
    public override string ToString() =>
        $"relay with seed {Seed}: "
        + string.Join(", ", Enum.GetValues<Fate>().Select(fate => $"{Volatile.Read(ref _counts[(int)fate])} {fate}"));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _front.Dispose();
        foreach (var way in _ways.Values)
        {
            way.Socket.Dispose();
        }

        await _receiving;
        await Task.WhenAll(_ways.Values.Select(static way => way.Returning));
        _stop.Dispose();
    }

    private async Task ReceiveAsync()
    {
        var buffer = new byte[DatagramBytesMax];
        while (await ReceiveFromAsync(_front, buffer) is { } received)
        {
            if (received.Source is not { } source)
            {
                continue;
            }

            var way = _ways.GetOrAdd(source, Open);
            Pass(buffer[..received.Length], _forward, way.Out, bytes => Send(way.Socket, bytes, _target));
        }
    }

    private Way Open(EndPoint sender)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.ReceiveBufferSize = ReceiveBufferBytes;
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var way = new Way(socket);
        way.Returning = Task.Run(() => ReturnAsync(way, sender));
        return way;
    }

    private async Task ReturnAsync(Way way, EndPoint sender)
    {
        var buffer = new byte[DatagramBytesMax];
        while (await ReceiveFromAsync(way.Socket, buffer) is { } received)
        {
            if (received.Source is not null)
            {
                Pass(buffer[..received.Length], _backward, way.Back, bytes => Send(_front, bytes, sender));
            }
        }
    }

    /// <summary>Receives one datagram; without source if there was only an error to report, <see langword="null"/> at the end.</summary>
    private async Task<(int Length, EndPoint? Source)?> ReceiveFromAsync(Socket socket, byte[] buffer)
    {
        try
        {
            var received = await socket.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0), _stop.Token);
            return (received.ReceivedBytes, received.RemoteEndPoint);
        }
        catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException)
        {
            return null;
        }
        catch (SocketException)
        {
            // An ICMP error, because the other end is not listening: not a datagram.
            return _stop.IsCancellationRequested ? null : (0, null);
        }
    }

    private void Pass(byte[] datagram, RelayFaults faults, Held held, Action<byte[]> send)
    {
        lock (_lock)
        {
            var fate = Draw(faults);
            Interlocked.Increment(ref _counts[(int)fate]);
            var waiting = held.Datagram;
            held.Datagram = null;
            switch (fate)
            {
                case Fate.Dropped:
                    break;
                case Fate.Repeated:
                    send(datagram);
                    send(datagram);
                    break;
                case Fate.Reordered when waiting is null:
                    held.Datagram = datagram;
                    break;
                case Fate.Truncated:
                    send(datagram[.._random.Next(datagram.Length)]);
                    break;
                case Fate.Flipped:
                    datagram[_random.Next(datagram.Length)] ^= (byte)(1 << _random.Next(8));
                    send(datagram);
                    break;
                default:
                    send(datagram);
                    break;
            }

            if (waiting is not null)
            {
                send(waiting);
            }
        }
    }

    private Fate Draw(RelayFaults faults)
    {
        var chance = _random.NextDouble();
        foreach (var (share, fate) in (ReadOnlySpan<(double, Fate)>)[
            (faults.Drop, Fate.Dropped), (faults.Repeat, Fate.Repeated), (faults.Reorder, Fate.Reordered),
            (faults.Truncate, Fate.Truncated), (faults.Flip, Fate.Flipped)])
        {
            if (chance < share)
            {
                return fate;
            }

            chance -= share;
        }

        return Fate.Passed;
    }

    private static void Send(Socket socket, byte[] datagram, EndPoint target)
    {
        try
        {
            socket.SendTo(datagram, target);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // Networks lose datagrams too.
        }
    }

    /// <summary>A datagram that waits for the next one.</summary>
    private sealed class Held
    {
        public byte[]? Datagram { get; set; }
    }

    private sealed class Way(Socket socket)
    {
        public Socket Socket { get; } = socket;

        public Held Out { get; } = new();

        public Held Back { get; } = new();

        public Task Returning { get; set; } = Task.CompletedTask;
    }
}
