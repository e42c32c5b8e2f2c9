using System.Net;
using System.Net.Sockets;
using NodeTelemetry.Protocol.Limits;

namespace NodeTelemetry.Agent.Transport;

/// <summary>One interface and one address family, with its own socket.</summary>
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

    /// <summary>Gets which interface and family it is.</summary>
    public LinkKey Key { get; }

    /// <summary>Gets the socket's descriptor, which is good for as long as the link is.</summary>
    public int Descriptor { get; }

    /// <summary>Gets or sets a value indicating whether sending failed, so that it rests until interfaces are read
    /// again.</summary>
    public bool IsResting { get; set; }

    /// <summary>Opens a link.</summary>
    /// <exception cref="SocketException">The kernel refuses, for example because the interface has just
    /// gone.</exception>
    public static MulticastLink Open(LinkKey key, IPEndPoint group, IPEndPoint? legacyGroup)
    {
        var family = group.AddressFamily;
        var isIPv4 = family == AddressFamily.InterNetwork;
        var level = isIPv4 ? SocketOptionLevel.IP : SocketOptionLevel.IPv6;
        var socket = new Socket(family, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            // A full queue costs one datagram, not the tick.
            socket.Blocking = false;
            var index = isIPv4 ? IPAddress.HostToNetworkOrder(key.Index) : key.Index;
            socket.SetSocketOption(level, SocketOptionName.MulticastInterface, index);
            socket.SetSocketOption(level, SocketOptionName.MulticastTimeToLive, WireLimits.HopLimit);

            // A collector on this very machine hears it too.
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

    /// <summary>Sends to raspi-cluster's group, if wanted.</summary>
    /// <returns>Whether it was.</returns>
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
