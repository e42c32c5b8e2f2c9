using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;

namespace NodeTelemetry.Agent.Hosting;

/// <summary>Tells systemd that the service is ready, alive or stopping. Does nothing where systemd did not start it.</summary>
/// <remarks>Source: sd_notify(3) and sd_watchdog_enabled(3): datagrams to the socket that NOTIFY_SOCKET names.</remarks>
internal sealed partial class ServiceNotifier : IDisposable
{
    private static readonly byte[] Alive = Encoding.ASCII.GetBytes("WATCHDOG=1");

    private readonly ILogger _logger;
    private readonly Socket? _socket;
    private readonly ITimer? _watchdog;

    /// <summary>Initializes a new instance of the <see cref="ServiceNotifier"/> class.</summary>
    /// <param name="socketPath">The value of NOTIFY_SOCKET, if any; <c>@</c> stands for an abstract name.</param>
    /// <param name="watchdogPeriod">How often systemd wants a sign of life, if it does.</param>
    /// <param name="isAlive">Asked before each sign of life: a loop that hangs must not be kept alive by a timer.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    public ServiceNotifier(string? socketPath, TimeSpan? watchdogPeriod, Func<bool> isAlive, TimeProvider time, ILogger logger)
    {
        _logger = logger;
        if (string.IsNullOrEmpty(socketPath))
        {
            return;
        }

        _socket = Connect(socketPath);
        if (_socket is not null && watchdogPeriod is { } period)
        {
            // Twice as often as demanded, as sd_watchdog_enabled(3) advises.
            _watchdog = time.CreateTimer(_ => SendAlive(isAlive), null, period / 2, period / 2);
        }
    }

    /// <summary>Tells that the first sample has been sent.</summary>
    public void Ready(string status) => Send($"READY=1\nSTATUS={status}");

    /// <summary>Tells what <c>systemctl status</c> should show.</summary>
    public void Status(string status) => Send($"STATUS={status}");

    /// <summary>Tells that the service is about to end.</summary>
    public void Stopping() => Send("STOPPING=1\nSTATUS=Stopping");

    /// <inheritdoc/>
    public void Dispose()
    {
        _watchdog?.Dispose();
        _socket?.Dispose();
    }

    private Socket? Connect(string path)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(path[0] == '@' ? "\0" + path[1..] : path));
            return socket;
        }
        catch (Exception error) when (error is SocketException or ArgumentException)
        {
            socket.Dispose();
            Log.CannotNotify(_logger, path, error.Message);
            return null;
        }
    }

    private void SendAlive(Func<bool> isAlive)
    {
        if (isAlive())
        {
            Send(Alive);
        }
    }

    private void Send(string state) => Send(Encoding.UTF8.GetBytes(state));

    private void Send(byte[] state)
    {
        try
        {
            _socket?.Send(state);
        }
        catch (SocketException error)
        {
            Log.CannotNotify(_logger, "NOTIFY_SOCKET", error.Message);
        }
        catch (ObjectDisposedException)
        {
            // The watchdog's timer fired while the process was ending.
        }
    }
}
