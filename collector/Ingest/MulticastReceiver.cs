using System.Net;
using System.Net.Sockets;
using NodeTelemetry.Collector.Diagnostics;

namespace NodeTelemetry.Collector.Ingest;

/// <summary>A UDP socket that is a member of its groups on all interfaces, or on the named ones.</summary>
/// <remarks>
/// Memberships follow the interfaces every <see cref="CheckPeriod"/>,
/// and are renewed when nothing was received for <see cref="SilenceMax"/>.
/// </remarks>
internal sealed partial class MulticastReceiver : IDisposable
{
    /// <summary>
    /// The longest UDP payload, so that every datagram is received whole and rejected by its true length.
    /// </summary>
    private const int DatagramBytesMax = 65_535;

    /// <summary>SO_RCVBUFFORCE of asm-generic/socket.h: lets a privileged process exceed net.core.rmem_max.</summary>
    private const int ReceiveBufferForce = 33;

    private const int SocketLevel = 1;

    /// <summary>Memberships are renewed after this long without a datagram, as in Ganglia's gmond.</summary>
    private static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(60);

    /// <summary>At most one line a minute about failures, which tend to come in bursts.</summary>
    private static readonly TimeSpan LogWindow = TimeSpan.FromMinutes(1);

    /// <summary>How often the interfaces are checked: a new interface is joined within this time.</summary>
    private static readonly TimeSpan CheckPeriod = TimeSpan.FromSeconds(5);

    private readonly MulticastEndpoint _endpoint;
    private readonly DatagramQueue _queue;
    private readonly CollectorMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Socket _socket;
    private readonly MulticastMemberships _memberships;
    private readonly LogThrottle _failures;
    private long _receivedTimestamp;

    /// <summary>Initializes a new instance of the <see cref="MulticastReceiver"/> class and binds its socket.</summary>
    /// <exception cref="SocketException">The port is in use, or the address family is not available.</exception>
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
        _receivedTimestamp = time.GetTimestamp();

        // Non-blocking: a probe that does not fit the send buffer is lost, and the ingest loop does not wait.
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

    /// <summary>Determines whether replies to requests that <see cref="TrySend"/> sends to addresses
    /// of <paramref name="family"/> return to this socket.</summary>
    public bool CanSendTo(AddressFamily family) => _endpoint.Family == family && !_endpoint.IsShared;

    /// <summary>Sends a datagram by unicast from the receive port. Never waits.</summary>
    /// <returns>Whether the system accepted it.</returns>
    public bool TrySend(ReadOnlySpan<byte> datagram, SocketAddress target)
    {
        try
        {
            return _socket.SendTo(datagram, SocketFlags.None, target) == datagram.Length;
        }
        catch (SocketException)
        {
            // The send buffer is full, or there is currently no route to the target; the caller counts it.
            return false;
        }
    }

    /// <summary>Receives until cancelled. A failure of either loop is thrown.</summary>
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
                Volatile.Write(ref _receivedTimestamp, now);
                _metrics.DatagramsReceived.Inc();
                _queue.Enqueue(buffer.AsSpan(0, length), source, now);
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                return;
            }
            catch (SocketException error)
            {
                // An ICMP message or a removed interface is reported by the next receive; the socket stays usable.
                _metrics.ReceiveErrors.Inc();
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
        if (_time.GetElapsedTime(Volatile.Read(ref _receivedTimestamp)) < SilenceMax)
        {
            _memberships.Update();
            return;
        }

        Log.Silent(_logger, _endpoint, SilenceMax);
        _memberships.Renew();
        Volatile.Write(ref _receivedTimestamp, _time.GetTimestamp());
    }

    private void SetReceiveBuffer(int bytes)
    {
        try
        {
            _socket.SetRawSocketOption(SocketLevel, ReceiveBufferForce, BitConverter.GetBytes(bytes));
        }
        catch (SocketException)
        {
            // Not privileged: the kernel grants what net.core.rmem_max allows.
            _socket.ReceiveBufferSize = bytes;
        }
    }
}
