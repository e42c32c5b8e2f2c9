using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace NodeTelemetry.Collector.Ingest;

/// <summary>The interfaces on which a group can be joined.</summary>
internal static class InterfaceList
{
    /// <summary>
    /// Lists, by index, the interfaces that are up, have the address family and support multicast, and loopback.
    /// </summary>
    /// <param name="family">IPv4 or IPv6.</param>
    /// <param name="names">The interfaces to include; empty for all.</param>
    /// <param name="found">The interfaces; empty if the result is <see langword="false"/>.</param>
    /// <returns>
    /// <see langword="false"/> if interfaces appeared or disappeared during the listing, as those of containers do;
    /// the caller tries again later.
    /// </returns>
    public static bool TryList(
        AddressFamily family, IReadOnlyList<string> names, out Dictionary<int, MulticastInterface> found)
    {
        found = [];
        try
        {
            foreach (var candidate in NetworkInterface.GetAllNetworkInterfaces())
            {
                if (names.Count > 0 ? names.Contains(candidate.Name) : IsUsable(candidate))
                {
                    Add(candidate, family, found);
                }
            }

            return true;
        }
        catch (Exception error) when (error is NetworkInformationException or ArgumentException or IOException)
        {
            // Observed while veth pairs appear and disappear: the framework's list fails in any of these ways.
            found = [];
            return false;
        }
    }

    // Linux does not set the multicast flag on loopback, but a local agent may have no other interface.
    private static bool IsUsable(NetworkInterface candidate) =>
        candidate.NetworkInterfaceType == NetworkInterfaceType.Loopback
        || (candidate.OperationalStatus is OperationalStatus.Up or OperationalStatus.Unknown
            && candidate.SupportsMulticast);

    private static void Add(
        NetworkInterface candidate, AddressFamily family, Dictionary<int, MulticastInterface> found)
    {
        var version = family == AddressFamily.InterNetwork
            ? NetworkInterfaceComponent.IPv4
            : NetworkInterfaceComponent.IPv6;
        if (!candidate.Supports(version))
        {
            return;
        }

        var properties = candidate.GetIPProperties();
        var index = family == AddressFamily.InterNetwork
            ? properties.GetIPv4Properties()?.Index
            : properties.GetIPv6Properties()?.Index;
        var addresses = properties.UnicastAddresses
            .Where(entry => entry.Address.AddressFamily == family)
            .Select(static entry => entry.Address.ToString())
            .Order(StringComparer.Ordinal);
        if (index is { } known)
        {
            found[known] = new MulticastInterface(candidate.Name, string.Join(' ', addresses));
        }
    }
}
