using System.Globalization;

namespace NodeTelemetry.Agent.Kernel;

/// <summary>Selects the interfaces that reach the network of the node, not the networks of its containers.</summary>
/// <remarks>
/// Source: Documentation/ABI/testing/sysfs-class-net; <c>lower_*</c> and <c>master</c> of net/core/dev.c,
/// <c>brif</c> and <c>bonding/slaves</c> for kernels before 3.14, which have no <c>lower_*</c>.
/// </remarks>
/// <param name="roots">Where to read.</param>
internal sealed class NetworkLinks(KernelRoots roots)
{
    /// <summary>A VLAN over a bridge over a VLAN over a bond over hardware is the deepest that is in use.</summary>
    private const int DepthMax = 6;

    /// <summary>A bridge of a host with a thousand containers has as many members.</summary>
    private const int MemberCountMax = 4096;

    /// <summary>Indices, flags and types are short.</summary>
    private const int WordBytesMax = 16;

    /// <summary>Enough for the few lines of an uevent.</summary>
    private const int EventBytesMax = 512;

    /// <summary>Routes of a router with some thousand of them, at 128 bytes each.</summary>
    private const int RoutesBytesMax = 1024 * 1024;

    /// <summary>IFF_NOARP, which marks a VRF: its members keep their addresses.</summary>
    private const int NoArp = 0x80;

    private const string LowerPrefix = "lower_";
    private const string DefaultIPv4 = "00000000";
    private const string DefaultIPv6 = "00000000000000000000000000000000";

    /// <summary>Selects the interfaces to send on.</summary>
    /// <param name="candidates">Those that are up, support multicast and are not the loopback.</param>
    /// <param name="rule">Why they are selected.</param>
    public List<string> Select(IReadOnlyList<string> candidates, out LinkRule rule)
    {
        rule = LinkRule.Hardware;
        var free = candidates.Where(name => !IsPort(name)).ToList();
        var chosen = free.FindAll(IsBackedByHardware);
        if (chosen.Count == 0)
        {
            rule = LinkRule.DefaultRoute;
            var routed = ReadDefaultRoutes();
            chosen = free.FindAll(routed.Contains);
        }

        // With hardware that is down, the rest are networks of containers.
        if (chosen.Count == 0 && !HasHardware())
        {
            rule = LinkRule.NoHardware;
            chosen = free;
        }

        return chosen;
    }

    /// <summary>Determines whether an interface is a port of a bridge, bond or the like, which sends for it:
    /// sending on the port too would duplicate every datagram.</summary>
    public bool IsPort(string name)
    {
        var folder = GetFolder(name);
        return Directory.Exists(Path.Join(folder, "brport"))
            || Directory.Exists(Path.Join(folder, "bonding_slave"))
            || (Directory.Exists(Path.Join(folder, "master")) && !IsVrf(Path.Join(folder, "master")));
    }

    /// <summary>Determines whether an interface is hardware, or a VLAN, bond, bridge or team over such.</summary>
    public bool IsBackedByHardware(string name) => IsBacked(name, DepthMax);

    private bool IsBacked(string name, int depth)
    {
        var folder = GetFolder(name);
        if (IsHardware(folder))
        {
            return true;
        }

        return depth > 0 && ListMembers(name, folder).Exists(member => IsBacked(member, depth - 1));
    }

    private static bool IsHardware(string folder) => Directory.Exists(Path.Join(folder, "device"));

    private static bool IsVrf(string folder)
    {
        var text = KernelText.ReadFile(Path.Join(folder, "flags"), WordBytesMax);
        return text?.StartsWith("0x", StringComparison.Ordinal) == true
            && int.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var flags)
            && (flags & NoArp) != 0;
    }

    private string GetFolder(string name) => roots.SysFile("class/net/" + name);

    private bool HasHardware() => Array.Exists(KernelRoots.Folders(roots.SysFile("class/net")), IsHardware);

    /// <summary>Lists what an interface sends on. Overlays such as VXLAN have lower interfaces too,
    /// but another network, and a macvlan sends what its lower interface sends already.</summary>
    private List<string> ListMembers(string name, string folder)
    {
        var isVlan = ReadType(folder) == "vlan";
        var members = KernelRoots.Folders(folder)
            .Select(static path => Path.GetFileName(path))
            .Where(static entry => entry.StartsWith(LowerPrefix, StringComparison.Ordinal))
            .Select(static entry => entry[LowerPrefix.Length..])
            .Where(lower => isVlan || IsMaster(name, lower))
            .ToList();
        if (members.Count > 0)
        {
            return members;
        }

        if (isVlan)
        {
            return FindByIndex(KernelText.ReadFile(Path.Join(folder, "iflink"), WordBytesMax));
        }

        members.AddRange(KernelRoots.Folders(Path.Join(folder, "brif")).Select(static path => Path.GetFileName(path)));
        if (KernelText.ReadFile(Path.Join(folder, "bonding/slaves"), MemberCountMax) is { } slaves)
        {
            members.AddRange(slaves.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        }

        return members;
    }

    private bool IsMaster(string name, string lower)
    {
        var master = Path.Join(GetFolder(lower), "master");
        return ReadIndex(master) is { } index ? index == ReadIndex(GetFolder(name)) : Directory.Exists(master);
    }

    private List<string> FindByIndex(string? index) => index is null
        ? []
        : [.. KernelRoots.Folders(roots.SysFile("class/net"))
            .Where(folder => ReadIndex(folder) == index)
            .Select(static folder => Path.GetFileName(folder))];

    private static string? ReadIndex(string folder) => KernelText.ReadFile(Path.Join(folder, "ifindex"), WordBytesMax);

    /// <summary>Reads the kind of an interface, such as <c>vlan</c>: <c>DEVTYPE</c> of its uevent.</summary>
    /// <param name="folder">The directory of the interface.</param>
    /// <returns><see langword="null"/> for Ethernet cards and veth pairs, which have no kind.</returns>
    public static string? ReadType(string folder)
    {
        var buffer = new byte[EventBytesMax];
        if (KernelFile.ReadOnce(Path.Join(folder, "uevent"), buffer, out var length) != FileOutcome.Ok)
        {
            return null;
        }

        var lines = new AsciiReader(buffer.AsSpan(0, length));
        while (lines.TryReadLine(out var line))
        {
            if (line.StartsWith("DEVTYPE="u8))
            {
                return KernelText.Clean(line["DEVTYPE=".Length..], WordBytesMax);
            }
        }

        return null;
    }

    /// <summary>Lists the interfaces with a default route.</summary>
    /// <remarks>
    /// Source: fib_route_seq_show of net/ipv4/fib_trie.c: name, destination and, in the eighth column, mask;
    /// rt6_info_route of net/ipv6/route.c: destination, prefix length and, in the tenth column, name.
    /// </remarks>
    private HashSet<string> ReadDefaultRoutes()
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var words in ReadWords("net/route"))
        {
            if (words.Length >= 8 && words[1] == DefaultIPv4 && words[7] == DefaultIPv4)
            {
                found.Add(words[0]);
            }
        }

        foreach (var words in ReadWords("net/ipv6_route"))
        {
            if (words.Length >= 10 && words[0] == DefaultIPv6 && words[1] == "00")
            {
                found.Add(words[9]);
            }
        }

        return found;
    }

    private IEnumerable<string[]> ReadWords(string file)
    {
        var buffer = new byte[RoutesBytesMax];
        return KernelFile.ReadOnce(roots.ProcFile(file), buffer, out var length) == FileOutcome.Ok
            ? System.Text.Encoding.ASCII.GetString(buffer, 0, length).Split('\n')
                .Select(static line => line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries))
            : [];
    }
}
