using System.Net;
using System.Net.Sockets;

namespace NodeTelemetry.Collector.Ingest;

/// <summary>The port and groups of one socket.</summary>
/// <param name="Family">IPv4 or IPv6.</param>
/// <param name="Port">The UDP port.</param>
/// <param name="Groups">The groups' addresses, all of that family.</param>
/// <param name="IsShared">Whether another program on this machine may listen on the port too;
/// unicast then reaches only one of them.</param>
internal sealed record MulticastEndpoint(
    AddressFamily Family, int Port, IReadOnlyList<IPAddress> Groups, bool IsShared)
{
    /// <inheritdoc/>
    public override string ToString() => $"{string.Join(", ", Groups)} port {Port}";
}
