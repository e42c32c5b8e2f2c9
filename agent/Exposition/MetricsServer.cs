using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using NodeTelemetry.Agent.Diagnostics;
using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Exposition;

/// <summary>Serves <c>/metrics</c> to Prometheus while the agent waits for its next tick.</summary>
/// <remarks>
/// Runs on the sampling thread and serves the newest sample, so a scrape reads nothing from the kernel.
/// Each scrape delays a tick by the time to write one page, well below a millisecond.
/// The framework's web server would double the agent's memory.
/// </remarks>
internal sealed partial class MetricsServer : IDisposable
{
    /// <summary>Enough for two Prometheus servers and a user; others wait in the backlog of the kernel.</summary>
    public const int ConnectionCountMax = 4;

    /// <summary>The maximum number of descriptors: the listener and the connections.</summary>
    public const int SocketCountMax = 1 + ConnectionCountMax;

    /// <summary>The retry period of an unusable address: its interface may not be up yet.</summary>
    private static readonly TimeSpan RetryPeriod = TimeSpan.FromSeconds(15);

    /// <summary>The pause after a failed accept: without a free descriptor,
    /// the same connection would wake the process again and again.</summary>
    private static readonly TimeSpan AcceptPause = TimeSpan.FromSeconds(1);

    /// <summary>The backlog of the kernel.</summary>
    private const int Backlog = 8;

    private readonly IPEndPoint _address;
    private readonly Func<bool, ReadOnlyMemory<byte>> _createPage;
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
    /// <param name="address">The address to listen on.</param>
    /// <param name="createPage">Creates the page; the argument selects OpenMetrics.</param>
    /// <param name="time">The clock.</param>
    /// <param name="metrics">The counters.</param>
    /// <param name="logger">The log.</param>
    public MetricsServer(
        IPEndPoint address,
        Func<bool, ReadOnlyMemory<byte>> createPage,
        TimeProvider time,
        AgentMetrics metrics,
        ILogger logger)
    {
        _address = address;
        _createPage = createPage;
        _time = time;
        _metrics = metrics;
        _logger = logger;
        _throttle = new LogThrottle(time);
    }

    /// <summary>Gets the bound address; <see langword="null"/> while it is not listening.</summary>
    public EndPoint? Listening => _listener?.LocalEndPoint;

    /// <summary>Lists the sockets to wait for and shortens the wait to the first deadline.</summary>
    /// <param name="into">The destination, with room for <see cref="SocketCountMax"/>.</param>
    /// <param name="timeout">The longest wait.</param>
    /// <returns>The number of sockets.</returns>
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

    /// <summary>Serves the sockets that are ready.</summary>
    public void Serve(ReadOnlySpan<PollDescriptor> sockets)
    {
        // Connections in reverse order of the list, so that one can be removed; then new ones.
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
            var connection = new MetricsConnection(socket, _createPage, _time, _metrics);

            // Usually the request has arrived already.
            if (connection.Continue())
            {
                connection.Dispose();
                return;
            }

            _connections.Add(connection);
        }
        catch (SocketException)
        {
            // The client has disconnected, or the process has no free descriptor.
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
