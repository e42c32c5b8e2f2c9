using System.Net;
using System.Net.Sockets;

namespace NodeTelemetry.Collector.Nodes.State;

/// <summary>Formats the source of a datagram.</summary>
internal static class SourceText
{
    /// <summary>Gets the address alone, without port: a sender's port changes whenever it starts.</summary>
    public static string FormatAddress(SocketAddress source) => ToEndPoint(source).Address.ToString();

    /// <summary>Gets the port alone.</summary>
    public static int GetPort(SocketAddress source) => ToEndPoint(source).Port;

    /// <summary>Gets address and port.</summary>
    public static string Format(SocketAddress source) => ToEndPoint(source).ToString();

    private static IPEndPoint ToEndPoint(SocketAddress source)
    {
        var any = new IPEndPoint(source.Family == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, 0);
        return (IPEndPoint)any.Create(source);
    }
}
