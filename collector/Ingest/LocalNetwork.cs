using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using NodeTelemetry.Collector.Nodes.Silence;

namespace NodeTelemetry.Collector.Ingest;

/// <summary>Checks whether a fault of the collector's own interfaces keeps datagrams out.</summary>
/// <remarks>
/// The interface that leads to a node is found by the networks that it had when it was up:
/// IPv6 addresses disappear when a cable is pulled.
/// Called by the ingest loop when nodes fall silent, and by a timer that records the networks.
/// </remarks>
/// <param name="names">The interfaces that are listened on; empty for all.</param>
/// <param name="groups">The IPv4 groups that must be joined.</param>
/// <param name="procRoot">Where /proc is mounted.</param>
internal sealed class LocalNetwork(IReadOnlyList<string> names, IReadOnlyList<IPAddress> groups, string procRoot)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, IReadOnlyList<IPNetwork>> _networks = new(StringComparer.Ordinal);

    /// <summary>The state of an interface.</summary>
    private enum Link
    {
        Up,
        Down,
        Gone,
    }

    /// <summary>Records the networks of the interfaces that are up.</summary>
    public void Refresh()
    {
        lock (_lock)
        {
            List();
        }
    }

    /// <summary>Finds a fault that prevents reception from nodes at <paramref name="addresses"/>.</summary>
    public NetworkFault? Find(IReadOnlyCollection<string> addresses)
    {
        lock (_lock)
        {
            if (List() is not { } links)
            {
                return null;
            }

            // Checks the interfaces that lead to the nodes, or all if none does, as for nodes behind a router.
            var nodes = addresses.Select(static text => IPAddress.TryParse(text, out var address) ? address : null)
                .OfType<IPAddress>().ToList();
            var leading = _networks.Keys
                .Where(name => _networks[name].Any(network => nodes.Any(network.Contains))).ToList();
            var relevant = leading.Count > 0 ? leading : [.. _networks.Keys];
            if (relevant.Count > 0 && relevant.All(name => links.GetValueOrDefault(name, Link.Gone) != Link.Up))
            {
                var name = relevant.Order(StringComparer.Ordinal).First();
                return links.GetValueOrDefault(name, Link.Gone) == Link.Gone
                    ? new NetworkFault(NetworkCause.OwnInterface, name, $"{name} is gone")
                    : new NetworkFault(NetworkCause.OwnInterface, name, $"{name} is down: check its cable or Wi-Fi");
            }

            return leading.Where(name => links.GetValueOrDefault(name) == Link.Up)
                .Select(FindMembership).FirstOrDefault(static fault => fault is not null);
        }
    }

    private static IEnumerable<IPNetwork> GetNetworks(NetworkInterface candidate)
    {
        foreach (var entry in candidate.GetIPProperties().UnicastAddresses)
        {
            var bits = entry.Address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
            if (!entry.Address.IsIPv6LinkLocal && entry.PrefixLength is > 0 and var length && length < bits)
            {
                yield return CreateNetwork(entry.Address, length);
            }
        }
    }

    private static IPNetwork CreateNetwork(IPAddress address, int length)
    {
        var bytes = address.GetAddressBytes();
        for (var bit = length; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        }

        return new IPNetwork(new IPAddress(bytes), length);
    }

    private Dictionary<string, Link>? List()
    {
        try
        {
            var links = new Dictionary<string, Link>(StringComparer.Ordinal);
            foreach (var candidate in NetworkInterface.GetAllNetworkInterfaces())
            {
                var isWanted = names.Count > 0
                    ? names.Contains(candidate.Name)
                    : candidate.NetworkInterfaceType != NetworkInterfaceType.Loopback;
                if (!isWanted)
                {
                    continue;
                }

                var isUp = candidate.OperationalStatus is OperationalStatus.Up or OperationalStatus.Unknown;
                links[candidate.Name] = isUp ? Link.Up : Link.Down;
                if (isUp && GetNetworks(candidate).ToList() is { Count: > 0 } networks)
                {
                    _networks[candidate.Name] = networks;
                }
            }

            return links;
        }
        catch (Exception error) when (error is NetworkInformationException or ArgumentException or IOException)
        {
            // The listing fails while interfaces appear and disappear, as in InterfaceList.
            return null;
        }
    }

    /// <summary>Checks whether the interface is still a member of the groups, according to the kernel.</summary>
    private NetworkFault? FindMembership(string name)
    {
        if (groups.Count == 0 || !_networks[name].Any(static network =>
            network.BaseAddress.AddressFamily == AddressFamily.InterNetwork))
        {
            return null;
        }

        try
        {
            return groups.Any(group => IgmpMemberships.Contains(
                File.ReadLines(Path.Combine(procRoot, "net", "igmp")), name, group))
                ? null
                : new NetworkFault(
                    NetworkCause.Membership, name,
                    string.Create(CultureInfo.InvariantCulture, $"{name} is no longer a member of {groups[0]}"));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Without the file the membership is unknown.
            return null;
        }
    }
}
