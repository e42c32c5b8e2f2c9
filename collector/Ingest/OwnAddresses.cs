using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace NodeTelemetry.Collector.Ingest;

/// <summary>The addresses at which agents of other machines reach this one.</summary>
internal static class OwnAddresses
{
    /// <summary>More are those of containers and of privacy, which no person copies.</summary>
    private const int CountMax = 8;

    /// <summary>Lists the addresses: those of interfaces with a gateway first, IPv4 before IPv6.</summary>
    /// <returns>Empty without a network, or while interfaces appear and disappear.</returns>
    public static IReadOnlyList<string> List()
    {
        try
        {
            return
            [
                .. NetworkInterface.GetAllNetworkInterfaces()
                    .Where(static one => one.NetworkInterfaceType != NetworkInterfaceType.Loopback
                        && one.OperationalStatus is OperationalStatus.Up or OperationalStatus.Unknown)
                    .Select(static one => one.GetIPProperties())
                    .OrderByDescending(static one => one.GatewayAddresses.Count)
                    .SelectMany(static one => one.UnicastAddresses)
                    .Select(static one => one.Address)
                    .Where(static one => !one.IsIPv6LinkLocal && !IPAddress.IsLoopback(one))
                    .OrderBy(static one => one.AddressFamily != AddressFamily.InterNetwork)
                    .Select(static one => one.ToString())
                    .Take(CountMax),
            ];
        }
        catch (Exception error) when (error is NetworkInformationException or ArgumentException or IOException)
        {
            // The listing fails while interfaces appear and disappear, as in InterfaceList.
            return [];
        }
    }
}
