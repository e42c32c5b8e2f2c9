using System.Net;

namespace NodeTelemetry.Collector.Ingest;

/// <summary>A group and port to listen to.</summary>
/// <param name="Address">The group's address, IPv4 or IPv6.</param>
/// <param name="Port">The UDP port.</param>
/// <param name="IsShared">Whether another program on this machine may listen to the port too; then unicast to it
/// reaches only one of them.</param>
internal sealed record MulticastGroup(IPAddress Address, int Port, bool IsShared)
{
    /// <inheritdoc/>
    public override string ToString() => new IPEndPoint(Address, Port).ToString();
}
