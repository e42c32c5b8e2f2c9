using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using NodeTelemetry.Collector.Diagnostics;

namespace NodeTelemetry.Collector.Ingest;

/// <summary>A UDP socket that is a member of its groups on all interfaces, or on the named ones.</summary>
/// <remarks>
/// Memberships follow the interfaces every <see cref="CheckPeriod"/>,
/// and are renewed when nothing was received for <see cref="SilenceMax"/>.
/// </remarks>
internal sealed partial class MulticastReceiver : IDisposable
{
    /// <summary>SO_RCVBUFFORCE of asm-generic/socket.h: lets a privileged process exceed net.core.rmem_max.</summary>
    private const int ReceiveBufferForce = 33;

    private const int SocketLevel = 1;

    /// <summary>Memberships are renewed after this long without a datagram, as in Ganglia's gmond.</summary>
    private static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(60);

    /// <summary>At most one line a minute about failures, which tend to come in bursts.</summary>
    private static readonly TimeSpan LogWindow = TimeSpan.FromMinutes(1);

    /// <summary>The pause after a failure, which is likely to repeat.</summary>
    private static readonly TimeSpan FailurePause = TimeSpan.FromSeconds(1);

    /// <summary>How often the interfaces are checked: a new interface is joined within this time.</summary>
    private static readonly TimeSpan CheckPeriod = TimeSpan.FromSeconds(5);

    /// <summary>Batches that follow each other within this time belong to a busy network …</summary>
    private static readonly TimeSpan BusyMax = TimeSpan.FromMilliseconds(4);

    /// <summary>… where the socket collects datagrams for this long, so that one wake-up receives several of them.
    /// At 60 000 datagrams a second, these fit the usual limit of a receive buffer, 208 KiB.</summary>
    private static readonly TimeSpan CollectTime = TimeSpan.FromMilliseconds(2);

    /// <summary>The stack of the receive thread, whose calls are not deep.</summary>
    private const int StackBytes = 256 * 1024;

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

    /// <summary>Receives on a thread of its own: a datagram wakes it without a way through the thread pool.</summary>
    private async Task ReceiveAsync(CancellationToken cancellation)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(
            () =>
            {
#pragma warning disable CA1031 // Whatever fails here ends the task, and with it the process.
                try
                {
                    Receive(cancellation);
                    ended.SetResult();
                }
                catch (Exception error)
                {
                    ended.SetException(error);
                }
#pragma warning restore CA1031
            },
            StackBytes)
        {
            IsBackground = true,
            Name = "Receive",
        };
        thread.Start();
        await using (cancellation.Register(EndWait))
        {
            await ended.Task;
        }
    }

    private void Receive(CancellationToken cancellation)
    {
        var batch = new DatagramBatch();
        var previous = _receivedTimestamp;
        var isBusy = false;
        while (!cancellation.IsCancellationRequested)
        {
            if (batch.Count == 0 || (batch.Count < DatagramBatch.CountMax && !isBusy))
            {
                _socket.Poll(Timeout.InfiniteTimeSpan, SelectMode.SelectRead);
            }
            else if (batch.Count < DatagramBatch.CountMax)
            {
                DatagramBatch.Pause(CollectTime);
            }

            var error = batch.Receive(_socket);
            if (batch.Count > 0)
            {
                var now = _time.GetTimestamp();
                isBusy = _time.GetElapsedTime(previous, now) < BusyMax;
                previous = now;
                Volatile.Write(ref _receivedTimestamp, now);
                _metrics.DatagramsReceived.Inc(batch.Count);
                _queue.Enqueue(batch, now);
            }
            else if (error != 0 && !cancellation.IsCancellationRequested)
            {
                OnReceiveFailed(error, cancellation);
            }
        }
    }

    /// <summary>Ends the wait for the next datagram. A socket that is not connected wakes those that wait for it,
    /// though the call itself fails.</summary>
    private void EndWait()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Receive);
        }
        catch (SocketException)
        {
            // See above: it is not connected.
        }
    }

    private void OnReceiveFailed(int error, CancellationToken cancellation)
    {
        // An ICMP message or a removed interface is reported by the next receive; the socket stays usable.
        _metrics.ReceiveErrors.Inc();
        if (_failures.TryPass(out var suppressed))
        {
            Log.ReceiveFailed(_logger, _endpoint, suppressed + 1, Marshal.GetPInvokeErrorMessage(error));
        }

        cancellation.WaitHandle.WaitOne(FailurePause);
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
