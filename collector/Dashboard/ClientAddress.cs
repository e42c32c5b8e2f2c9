using System.Net;
using System.Net.Sockets;

namespace NodeTelemetry.Collector.Dashboard;

/// <summary>What counts as one client for limits by address.</summary>
internal static class ClientAddress
{
    /// <summary>An IPv6 client has a whole /64 of addresses, so the network counts.</summary>
    private const int NetworkBytesIPv6 = 8;

    /// <summary>Gets the address or network that a client is counted by.</summary>
    public static IPAddress GetKey(IPAddress? address)
    {
        if (address is null || address.AddressFamily != AddressFamily.InterNetworkV6 || address.IsIPv4MappedToIPv6)
        {
            return address?.MapToIPv4() ?? IPAddress.None;
        }

        var bytes = address.GetAddressBytes();
        bytes.AsSpan(NetworkBytesIPv6).Clear();
        return new IPAddress(bytes);
    }
}
