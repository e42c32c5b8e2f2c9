using System.Net;
using System.Net.Sockets;
using NodeTelemetry.Protocol.Limits;

namespace NodeTelemetry.Agent.Transport;

/// <summary>A socket for one interface and address family.</summary>
internal sealed class MulticastLink : IDisposable
{
    private readonly Socket _socket;
    private readonly SocketAddress _group;
    private readonly SocketAddress? _legacyGroup;

    private MulticastLink(LinkKey key, Socket socket, SocketAddress group, SocketAddress? legacyGroup)
    {
        Key = key;
        Descriptor = (int)socket.SafeHandle.DangerousGetHandle();
        _socket = socket;
        _group = group;
        _legacyGroup = legacyGroup;
    }

    /// <summary>Gets the interface and family.</summary>
    public LinkKey Key { get; }

    /// <summary>Gets the descriptor of the socket, valid until the link is disposed of.</summary>
    public int Descriptor { get; }

    /// <summary>Gets or sets a value indicating whether sending failed;
    /// the link is then paused until the interfaces are listed again.</summary>
    public bool IsResting { get; set; }

    /// <summary>Opens a link.</summary>
    /// <exception cref="SocketException">The kernel refuses, for example because the interface was removed.</exception>
    public static MulticastLink Open(LinkKey key, IPEndPoint group, IPEndPoint? legacyGroup)
    {
        var family = group.AddressFamily;
        var isIPv4 = family == AddressFamily.InterNetwork;
        var level = isIPv4 ? SocketOptionLevel.IP : SocketOptionLevel.IPv6;
        var socket = new Socket(family, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            // A full queue drops a datagram instead of blocking the tick.
            socket.Blocking = false;
            var index = isIPv4 ? IPAddress.HostToNetworkOrder(key.Index) : key.Index;
            socket.SetSocketOption(level, SocketOptionName.MulticastInterface, index);
            socket.SetSocketOption(level, SocketOptionName.MulticastTimeToLive, WireLimits.HopLimit);

            // A collector on this machine receives it too.
            socket.SetSocketOption(level, SocketOptionName.MulticastLoopback, true);
            return new MulticastLink(key, socket, group.Serialize(), legacyGroup?.Serialize());
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends to the group. Allocates nothing.</summary>
    /// <exception cref="SocketException">The kernel refuses.</exception>
    public void Send(ReadOnlySpan<byte> datagram) => _socket.SendTo(datagram, SocketFlags.None, _group);

    /// <summary>Sends to raspi-cluster's group, if enabled.</summary>
    /// <returns>Whether it is enabled.</returns>
    /// <exception cref="SocketException">The kernel refuses.</exception>
    public bool TrySendLegacy(ReadOnlySpan<byte> datagram)
    {
        if (_legacyGroup is null)
        {
            return false;
        }

        _socket.SendTo(datagram, SocketFlags.None, _legacyGroup);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();
}
