using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace NodeTelemetry.Collector.Ingest;

/// <summary>The interfaces on which a group can be joined.</summary>
internal static class InterfaceList
{
    /// <summary>
    /// Gets index and name of every interface that is up, has the address family and can multicast; loopback too.
    /// </summary>
    /// <param name="family">IPv4 or IPv6.</param>
    /// <param name="names">The only interfaces wanted; empty for all.</param>
    public static Dictionary<int, string> Multicast(AddressFamily family, IReadOnlyList<string> names)
    {
        var found = new Dictionary<int, string>();
        foreach (var candidate in NetworkInterface.GetAllNetworkInterfaces())
        {
            if (names.Count > 0 ? names.Contains(candidate.Name) : IsUsable(candidate))
            {
                var version = family == AddressFamily.InterNetwork
                    ? NetworkInterfaceComponent.IPv4
                    : NetworkInterfaceComponent.IPv6;
                if (candidate.Supports(version) && IndexOf(candidate, family) is { } index)
                {
                    found[index] = candidate.Name;
                }
            }
        }

        return found;
    }

    // Linux does not flag loopback as able to multicast, but an agent of the same machine may have nothing else.
    private static bool IsUsable(NetworkInterface candidate) =>
        candidate.NetworkInterfaceType == NetworkInterfaceType.Loopback
        || (candidate.OperationalStatus is OperationalStatus.Up or OperationalStatus.Unknown
            && candidate.SupportsMulticast);

    private static int? IndexOf(NetworkInterface candidate, AddressFamily family)
    {
        try
        {
            var properties = candidate.GetIPProperties();
            return family == AddressFamily.InterNetwork
                ? properties.GetIPv4Properties()?.Index
                : properties.GetIPv6Properties()?.Index;
        }
        catch (NetworkInformationException)
        {
            // It vanished between listing and looking.
            return null;
        }
    }
}
