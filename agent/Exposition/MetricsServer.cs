using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using NodeTelemetry.Agent.Diagnostics;
using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Exposition;

/// <summary>Serves <c>/metrics</c> to Prometheus while the agent waits for its next tick.</summary>
/// <remarks>
/// It runs on the thread that samples and shows the newest sample: a scrape reads nothing from the kernel, and many of
/// them delay a tick by the time of writing one page each, well below a millisecond. A web server of the framework
/// would double the agent's memory.
/// </remarks>
internal sealed partial class MetricsServer : IDisposable
{
    /// <summary>Two Prometheus servers and a person; the others wait with the kernel.</summary>
    public const int ConnectionCountMax = 4;

    /// <summary>Descriptors at most: the listener and the connections.</summary>
    public const int SocketCountMax = 1 + ConnectionCountMax;

    /// <summary>How often an address that cannot be used is tried again: it may belong to an interface that is not up
    /// yet.</summary>
    private static readonly TimeSpan RetryPeriod = TimeSpan.FromSeconds(15);

    /// <summary>How long nobody is let in after that failed: a process without a free descriptor would be woken for the
    /// same connection again and again.</summary>
    private static readonly TimeSpan AcceptPause = TimeSpan.FromSeconds(1);

    /// <summary>Connections that may wait with the kernel.</summary>
    private const int Backlog = 8;

    private readonly IPEndPoint _address;
    private readonly Func<bool, ReadOnlyMemory<byte>> _makePage;
    private readonly TimeProvider _time;
    private readonly AgentMetrics _metrics;
    private readonly ILogger _logger;
    private readonly LogThrottle _throttle;
    private readonly List<MetricsConnection> _connections = [];
    private Socket? _listener;
    private long _tried;
    private bool _hasTried;
    private long? _refused;

    /// <summary>Initializes a new instance of the <see cref="MetricsServer"/> class.</summary>
    /// <param name="address">Where to listen.</param>
    /// <param name="makePage">Makes the page; told whether as OpenMetrics.</param>
    /// <param name="time">The clock.</param>
    /// <param name="metrics">The counters.</param>
    /// <param name="logger">The log.</param>
    public MetricsServer(
        IPEndPoint address,
        Func<bool, ReadOnlyMemory<byte>> makePage,
        TimeProvider time,
        AgentMetrics metrics,
        ILogger logger)
    {
        _address = address;
        _makePage = makePage;
        _time = time;
        _metrics = metrics;
        _logger = logger;
        _throttle = new LogThrottle(time);
    }

    /// <summary>Gets where it listens; <see langword="null"/> while it does not.</summary>
    public EndPoint? Listening => _listener?.LocalEndPoint;

    /// <summary>Lists the sockets that may become ready, and shortens the wait to the first deadline.</summary>
    /// <param name="into">Where to; room for <see cref="SocketCountMax"/>.</param>
    /// <param name="timeout">The longest wait.</param>
    /// <returns>How many there are.</returns>
    public int ListSockets(Span<PollDescriptor> into, ref TimeSpan timeout)
    {
        Listen();
        DropLate();
        var count = 0;
        foreach (var connection in _connections)
        {
            into[count++] = connection.Descriptor;
            timeout = connection.TimeLeft < timeout ? connection.TimeLeft : timeout;
        }

        var pause = _refused is { } refused ? AcceptPause - _time.GetElapsedTime(refused) : TimeSpan.Zero;
        if (pause > TimeSpan.Zero)
        {
            timeout = pause < timeout ? pause : timeout;
        }
        else if (_listener is not null && _connections.Count < ConnectionCountMax)
        {
            into[count++] = new PollDescriptor((int)_listener.SafeHandle.DangerousGetHandle());
        }

        return count;
    }

    /// <summary>Goes on with the sockets that are ready.</summary>
    public void Serve(ReadOnlySpan<PollDescriptor> sockets)
    {
        // The connections in the order in which they were listed, backwards, so that one can be taken out; then new
        // ones.
        var known = Math.Min(_connections.Count, sockets.Length);
        for (var index = known - 1; index >= 0; index--)
        {
            if (sockets[index].IsReady && _connections[index].Continue())
            {
                _connections[index].Dispose();
                _connections.RemoveAt(index);
            }
        }

        if (sockets.Length > known && sockets[known].IsReady)
        {
            Accept();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _connections.ForEach(static connection => connection.Dispose());
        _listener?.Dispose();
    }

    private void Listen()
    {
        if (_listener is not null || (_hasTried && _time.GetElapsedTime(_tried) < RetryPeriod))
        {
            return;
        }

        _hasTried = true;
        _tried = _time.GetTimestamp();
        var listener = new Socket(_address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.Blocking = false;
            listener.Bind(_address);
            listener.Listen(Backlog);
            _listener = listener;
            Log.Listening(_logger, listener.LocalEndPoint!);
        }
        catch (SocketException error)
        {
            listener.Dispose();
            if (_throttle.TryPass(out var suppressed))
            {
                Log.CannotListen(_logger, _address, error.Message, suppressed);
            }
        }
    }

    private void Accept()
    {
        try
        {
            var socket = _listener!.Accept();
            socket.Blocking = false;
            var connection = new MetricsConnection(socket, _makePage, _time, _metrics);

            // The request is here already, most times.
            if (connection.Continue())
            {
                connection.Dispose();
                return;
            }

            _connections.Add(connection);
        }
        catch (SocketException)
        {
            // Whoever came has gone again, or the process has no descriptor left.
            _metrics.AddScrapeRefused();
            _refused = _time.GetTimestamp();
        }
    }

    private void DropLate()
    {
        for (var index = _connections.Count - 1; index >= 0; index--)
        {
            if (_connections[index].TimeLeft <= TimeSpan.Zero)
            {
                _metrics.AddScrapeRefused();
                _connections[index].Dispose();
                _connections.RemoveAt(index);
            }
        }
    }
}
