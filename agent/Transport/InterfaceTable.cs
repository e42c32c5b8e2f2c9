using System.Globalization;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text;
using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Transport;

/// <summary>The interfaces to send on.</summary>
internal sealed class InterfaceTable(KernelRoots roots)
{
    private const int IndexBytesMax = 16;

    /// <summary>The IPv6 addresses of the network namespace of this process, some hundred of 54 bytes.</summary>
    private const string IfInet6 = "/proc/self/net/if_inet6";
    private const int IfInet6BytesMax = 16 * 1024;

    /// <summary>Interfaces that are compared with /sys: two namespaces hardly agree in all.</summary>
    private const int ComparedMax = 4;

    /// <summary>The /sys of the network namespace of this process, if the container has its own.</summary>
    private const string OwnSys = "/sys";

    /// <summary>A directory without interfaces: nothing is known about them.</summary>
    private const string NoSys = "/dev/null";

    /// <summary>Gets the networks of the interfaces listed last.</summary>
    public List<AttachedNetwork> Networks { get; private set; } = [];

    /// <summary>Lists interfaces and address families to send on.</summary>
    /// <param name="names">The selected interfaces; empty for those that <see cref="NetworkLinks"/> selects,
    /// or the loopback if there is none.</param>
    public List<LinkKey> List(IReadOnlyList<string> names)
    {
        var up = Array.FindAll(
            NetworkInterface.GetAllNetworkInterfaces(),
            static candidate => candidate.OperationalStatus is OperationalStatus.Up or OperationalStatus.Unknown);
        var chosen = names.Count > 0
            ? Array.FindAll(up, candidate => names.Contains(candidate.Name))
            : Select(up);
        if (chosen.Length == 0 && names.Count == 0)
        {
            chosen = Array.FindAll(up, IsLoopback);
        }

        var keys = new List<LinkKey>();
        var networks = new List<AttachedNetwork>();
        var ifInet6 = new byte[IfInet6BytesMax];
        _ = KernelFile.ReadOnce(IfInet6, ifInet6, out var length); // without IPv6 there is none
        foreach (var candidate in chosen)
        {
            var properties = candidate.GetIPProperties();
            Add(candidate, properties, keys);
            networks.AddRange(properties.UnicastAddresses.Select(
                item => AttachedNetwork.FromAddress(item, ifInet6.AsSpan(0, length))));
        }

        Networks = networks;
        return keys;
    }

    private static bool IsLoopback(NetworkInterface candidate) =>
        candidate.NetworkInterfaceType == NetworkInterfaceType.Loopback;

    private static void Add(NetworkInterface candidate, IPInterfaceProperties properties, List<LinkKey> into)
    {
        var addresses = properties.UnicastAddresses;
        if (GetIndex(candidate) is not { } index)
        {
            return;
        }

        if (addresses.Any(static item => item.Address.AddressFamily == AddressFamily.InterNetwork))
        {
            into.Add(new LinkKey(candidate.Name, index, IsIPv6: false));
        }

        // The kernel routes no IPv6 multicast over the loopback without an explicit route.
        if (!IsLoopback(candidate)
            && addresses.Any(static item => item.Address.AddressFamily == AddressFamily.InterNetworkV6))
        {
            into.Add(new LinkKey(candidate.Name, index, IsIPv6: true));
        }
    }

    private NetworkInterface[] Select(NetworkInterface[] up)
    {
        // An interface without an address cannot send.
        var candidates = Array.FindAll(
            up,
            static candidate => candidate.SupportsMulticast && !IsLoopback(candidate)
                && candidate.GetIPProperties().UnicastAddresses.Count > 0);
        var links = new NetworkLinks(
            IsShown(roots, candidates) ? roots
            : IsShown(roots with { Sys = OwnSys }, candidates) ? roots with { Sys = OwnSys }
            : roots with { Sys = NoSys });
        var selected = links.Select(Array.ConvertAll(candidates, static candidate => candidate.Name), out _);
        return Array.FindAll(candidates, candidate => selected.Contains(candidate.Name));
    }

    /// <summary>Determines whether a /sys shows the interfaces of this process: the one of the node, which is mounted
    /// in a container, may show others of the same names.</summary>
    private static bool IsShown(KernelRoots roots, NetworkInterface[] candidates)
    {
        var hasFolder = candidates.Length == 0;
        foreach (var candidate in candidates.AsSpan(0, Math.Min(candidates.Length, ComparedMax)))
        {
            var folder = roots.SysFile("class/net/" + candidate.Name);
            hasFolder |= Directory.Exists(folder);
            if (KernelText.ReadFile(Path.Join(folder, "ifindex"), IndexBytesMax) is { } text
                && text != GetIndex(candidate)?.ToString(CultureInfo.InvariantCulture))
            {
                return false;
            }
        }

        return hasFolder;
    }

    /// <summary>Gets the number of an interface; <see langword="null"/> if it is gone.</summary>
    private static int? GetIndex(NetworkInterface candidate) =>
        LibC.GetInterfaceIndex(Encoding.UTF8.GetBytes(candidate.Name + "\0")) is > 0 and var index ? (int)index : null;
}
