using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;

namespace NodeTelemetry.Hosting;

/// <summary>Reports to systemd that the service is ready, alive or stopping. Does nothing without systemd.</summary>
/// <remarks>Source: sd_notify(3) and sd_watchdog_enabled(3): datagrams to the NOTIFY_SOCKET.</remarks>
public sealed partial class ServiceNotifier : IDisposable
{
    private static readonly byte[] Alive = Encoding.ASCII.GetBytes("WATCHDOG=1");

    private readonly ILogger _logger;
    private readonly Socket? _socket;
    private bool _hasFailed;

    /// <summary>Initializes a new instance of the <see cref="ServiceNotifier"/> class.</summary>
    /// <param name="socketPath">The value of NOTIFY_SOCKET, if any; <c>@</c> begins an abstract name.</param>
    /// <param name="watchdogMicroseconds">The value of WATCHDOG_USEC, if any.</param>
    /// <param name="logger">The log.</param>
    public ServiceNotifier(string? socketPath, string? watchdogMicroseconds, ILogger logger)
    {
        _logger = logger;
        if (string.IsNullOrEmpty(socketPath))
        {
            return;
        }

        _socket = Connect(socketPath);
        if (_socket is not null
            && long.TryParse(
                watchdogMicroseconds, NumberStyles.None, CultureInfo.InvariantCulture, out var microseconds)
            && microseconds > 0)
        {
            // Twice per timeout, as sd_watchdog_enabled(3) advises.
            AlivePeriod = TimeSpan.FromMicroseconds(microseconds / 2.0);
        }
    }

    /// <summary>Gets how often <see cref="SendAlive"/> should be called;
    /// <see langword="null"/> without a watchdog.</summary>
    public TimeSpan? AlivePeriod { get; }

    /// <summary>Reports that the configuration is being reloaded, until <see cref="Ready"/>.</summary>
    public void Reloading() => Send("RELOADING=1\nSTATUS=Reloading the configuration");

    /// <summary>Reports that the service is ready.</summary>
    /// <param name="status">The line that <c>systemctl status</c> shows.</param>
    public void Ready(string status) => Send($"READY=1\nSTATUS={status}");

    /// <summary>Reports the line that <c>systemctl status</c> shows.</summary>
    public void Status(string status) => Send($"STATUS={status}");

    /// <summary>Resets the watchdog, if there is one. Allocates nothing.</summary>
    public void SendAlive()
    {
        if (AlivePeriod is not null)
        {
            Send(Alive);
        }
    }

    /// <summary>Reports that the service is stopping.</summary>
    public void Stopping() => Send("STOPPING=1\nSTATUS=Stopping");

    /// <inheritdoc/>
    public void Dispose() => _socket?.Dispose();

    private Socket? Connect(string path)
    {
        // Non-blocking: by the kernel's default, ten datagrams fill the queue of a supervisor that does not read.
        var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified) { Blocking = false };
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

    private void Send(string state) => Send(Encoding.UTF8.GetBytes(state));

    private void Send(byte[] state)
    {
        try
        {
            _socket?.Send(state);
            _hasFailed = false;
        }
        catch (SocketException error)
        {
            if (!_hasFailed)
            {
                _hasFailed = true;
                Log.CannotNotify(_logger, "NOTIFY_SOCKET", error.Message);
            }
        }
    }
}
