using System.Net;
using System.Net.Sockets;
using NodeTelemetry.Collector.Diagnostics;

namespace NodeTelemetry.Collector.Ingest;

/// <summary>One UDP socket that has joined its groups on every interface, or on the named ones.</summary>
/// <remarks>
/// Memberships are brought in step with the interfaces every <see cref="CheckPeriod"/>, and renewed when nothing has
/// come for <see cref="SilenceMax"/>.
/// </remarks>
internal sealed partial class MulticastReceiver : IDisposable
{
    /// <summary>
    /// The longest UDP payload, so that whatever comes is received whole and refused by its true length.
    /// </summary>
    private const int DatagramBytesMax = 65_535;

    /// <summary>SO_RCVBUFFORCE of asm-generic/socket.h: lets a privileged process exceed net.core.rmem_max.</summary>
    private const int ReceiveBufferForce = 33;

    private const int SocketLevel = 1;

    /// <summary>
    /// After this long without a datagram memberships are renewed. Ganglia's gmond found 60 s right.
    /// </summary>
    private static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(60);

    /// <summary>One line a minute about failures: they tend to come in crowds.</summary>
    private static readonly TimeSpan LogWindow = TimeSpan.FromMinutes(1);

    /// <summary>How often the interfaces are looked at: an interface that appears is heard within this time.</summary>
    private static readonly TimeSpan CheckPeriod = TimeSpan.FromSeconds(5);

    private readonly MulticastEndpoint _endpoint;
    private readonly DatagramQueue _queue;
    private readonly CollectorMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Socket _socket;
    private readonly MulticastMemberships _memberships;
    private readonly LogThrottle _failures;
    private long _heardTimestamp;

    /// <summary>Initializes a new instance of the <see cref="MulticastReceiver"/> class and binds its socket.</summary>
    /// <exception cref="SocketException">The port is in use, or the address family is not there.</exception>
    public MulticastReceiver(
        MulticastEndpoint endpoint,
        IReadOnlyList<string> interfaces,
        int receiveBufferBytes,
        DatagramQueue queue,
        CollectorMetrics metrics,
        TimeProvider time,
        ILogger logger)
    {
        _endpoint = endpoint;
        _queue = queue;
        _metrics = metrics;
        _time = time;
        _logger = logger;
        _failures = new LogThrottle(time, LogWindow);
        _heardTimestamp = time.GetTimestamp();

        // Not blocking: a probe that does not fit the send buffer is lost, and the ingest loop does not wait.
        _socket = new Socket(endpoint.Family, SocketType.Dgram, ProtocolType.Udp) { Blocking = false };
        try
        {
            if (endpoint.Family == AddressFamily.InterNetworkV6)
            {
                _socket.DualMode = false;
            }

            _socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, endpoint.IsShared);
            SetReceiveBuffer(receiveBufferBytes);
            var any = endpoint.Family == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any;
            _socket.Bind(new IPEndPoint(any, endpoint.Port));
        }
        catch
        {
            _socket.Dispose();
            throw;
        }

        _memberships = new MulticastMemberships(_socket, endpoint, interfaces, metrics, logger);
    }

    /// <summary>Gets a value indicating whether answers to what <see cref="TrySend"/> sends to addresses of
    /// <paramref name="family"/> come back to this very socket.</summary>
    public bool CanSendTo(AddressFamily family) => _endpoint.Family == family && !_endpoint.IsShared;

    /// <summary>Sends a datagram by unicast from the port that is listened on. Never waits.</summary>
    /// <returns>Whether the system took it.</returns>
    public bool TrySend(ReadOnlySpan<byte> datagram, SocketAddress target)
    {
        try
        {
            return _socket.SendTo(datagram, SocketFlags.None, target) == datagram.Length;
        }
        catch (SocketException)
        {
            // The send buffer is full, or there is no way to the target just now; the caller counts it.
            return false;
        }
    }

    /// <summary>Receives until cancelled. When a part of it fails, the whole does.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        _memberships.Update();
        var receiving = ReceiveAsync(cancellation);
        var keeping = KeepMembershipsAsync(cancellation);
        await await Task.WhenAny(receiving, keeping);
        await Task.WhenAll(receiving, keeping);
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private async Task ReceiveAsync(CancellationToken cancellation)
    {
        var buffer = GC.AllocateUninitializedArray<byte>(DatagramBytesMax, pinned: true);
        var source = new SocketAddress(_endpoint.Family);
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                var length = await _socket.ReceiveFromAsync(buffer, SocketFlags.None, source, cancellation);
                var now = _time.GetTimestamp();
                Volatile.Write(ref _heardTimestamp, now);
                _metrics.DatagramsReceived.Add();
                _queue.Enqueue(buffer.AsSpan(0, length), source, now);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return;
            }
            catch (SocketException error)
            {
                // An ICMP message or a vanished interface is reported on the next receive; the socket itself stays
                // good.
                _metrics.ReceiveErrors.Add();
                if (_failures.TryPass(out var suppressed))
                {
                    Log.ReceiveFailed(_logger, _endpoint, suppressed + 1, error.SocketErrorCode);
                }

                await Task.Delay(
                    TimeSpan.FromSeconds(1),
                    _time,
                    cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task KeepMembershipsAsync(CancellationToken cancellation)
    {
        using var timer = new PeriodicTimer(CheckPeriod, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancellation))
            {
                KeepMemberships();
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Stopped on request.
        }
    }

    private void KeepMemberships()
    {
        if (_time.GetElapsedTime(Volatile.Read(ref _heardTimestamp)) < SilenceMax)
        {
            _memberships.Update();
            return;
        }

        Log.Silent(_logger, _endpoint, SilenceMax);
        _memberships.Renew();
        Volatile.Write(ref _heardTimestamp, _time.GetTimestamp());
    }

    private void SetReceiveBuffer(int bytes)
    {
        try
        {
            _socket.SetRawSocketOption(SocketLevel, ReceiveBufferForce, BitConverter.GetBytes(bytes));
        }
        catch (SocketException)
        {
            // Not privileged: the kernel gives what net.core.rmem_max allows.
            _socket.ReceiveBufferSize = bytes;
        }
    }
}
