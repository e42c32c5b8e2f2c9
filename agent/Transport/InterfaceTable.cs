using System.Net.NetworkInformation;
using System.Net.Sockets;
using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Transport;

/// <summary>The interfaces to send on.</summary>
internal sealed class InterfaceTable(KernelRoots roots)
{
    /// <summary>Gets the networks of the interfaces listed last.</summary>
    public List<AttachedNetwork> Networks { get; private set; } = [];

    /// <summary>Lists interfaces and address families to send on.</summary>
    /// <param name="names">The selected interfaces; empty for every multicast-capable one,
    /// or the loopback if there is no other.</param>
    public List<LinkKey> List(IReadOnlyList<string> names)
    {
        var chosen = new List<LinkKey>();
        var loopback = new List<LinkKey>();
        var networks = new List<AttachedNetwork>();
        var loopbackNetworks = new List<AttachedNetwork>();
        foreach (var candidate in NetworkInterface.GetAllNetworkInterfaces())
        {
            var isLoopback = candidate.NetworkInterfaceType == NetworkInterfaceType.Loopback;
            var isNamed = names.Contains(candidate.Name);
            if (candidate.OperationalStatus is not (OperationalStatus.Up or OperationalStatus.Unknown)
                || (names.Count > 0 && !isNamed)
                || (!isNamed && !isLoopback && (!candidate.SupportsMulticast || IsPort(candidate.Name))))
            {
                continue;
            }

            var isSpare = isLoopback && !isNamed;
            Add(candidate, isSpare ? loopback : chosen);
            (isSpare ? loopbackNetworks : networks).AddRange(
                candidate.GetIPProperties().UnicastAddresses.Select(AttachedNetwork.FromAddress));
        }

        Networks = chosen.Count > 0 ? networks : loopbackNetworks;
        return chosen.Count > 0 ? chosen : loopback;
    }

    private static void Add(NetworkInterface candidate, List<LinkKey> into)
    {
        var properties = candidate.GetIPProperties();
        var addresses = properties.UnicastAddresses;
        if (addresses.Any(static item => item.Address.AddressFamily == AddressFamily.InterNetwork))
        {
            into.Add(new LinkKey(candidate.Name, properties.GetIPv4Properties().Index, IsIPv6: false));
        }

        // The kernel routes no IPv6 multicast over the loopback without an explicit route.
        if (candidate.NetworkInterfaceType != NetworkInterfaceType.Loopback
            && addresses.Any(static item => item.Address.AddressFamily == AddressFamily.InterNetworkV6))
        {
            into.Add(new LinkKey(candidate.Name, properties.GetIPv6Properties().Index, IsIPv6: true));
        }
    }

    /// <summary>Bridges and bonds send on their ports;
    /// sending on the ports too would duplicate every datagram.</summary>
    private bool IsPort(string name) =>
        Directory.Exists(roots.SysFile($"class/net/{name}/brport"))
        || Directory.Exists(roots.SysFile($"class/net/{name}/bonding_slave"));
}
