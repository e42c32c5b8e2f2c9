using System.Net.Sockets;
using System.Text;

namespace NodeTelemetry.Collector.Hosting;

/// <summary>
/// Tells systemd that the service is ready, alive or stopping. Does nothing where there is no systemd.
/// </summary>
/// <remarks>Source: sd_notify(3): one datagram to the Unix socket named by <c>NOTIFY_SOCKET</c>.</remarks>
internal sealed class ServiceNotifier : IDisposable
{
    private readonly Socket? _socket;

    /// <summary>Initializes a new instance of the <see cref="ServiceNotifier"/> class.</summary>
    /// <param name="path">What <c>NOTIFY_SOCKET</c> holds; <see langword="null"/> or empty where there is no
    /// systemd.</param>
    /// <exception cref="SocketException">The socket is named but not there.</exception>
    public ServiceNotifier(string? path)
    {
        if (string.IsNullOrEmpty(path))
        {
            return;
        }

        // A leading @ stands for the zero byte of an abstract socket.
        var endPoint = new UnixDomainSocketEndPoint(path[0] == '@' ? "\0" + path[1..] : path);
        _socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        _socket.Connect(endPoint);
    }

    /// <summary>Sends a state, such as <c>READY=1</c>.</summary>
    public void Notify(string state) => _socket?.Send(Encoding.UTF8.GetBytes(state));

    /// <inheritdoc/>
    public void Dispose() => _socket?.Dispose();
}
