using System.Globalization;

namespace NodeTelemetry.Agent.Kernel;

/// <summary>The permanent addresses of network cards, those that are part of the machine first.</summary>
/// <remarks>
/// Source: sysfs-class-net. A card is soldered if firmware describes it: a node of the device tree,
/// or an index of ACPI or SMBIOS, from which systemd makes the names <c>eno1</c> and <c>end0</c>.
/// A card at USB is removable, unless it is soldered as on a Raspberry Pi 3;
/// systemd names it by its address, <c>enx…</c>, or by its port, <c>enp0s20u1</c>.
/// A container has no card of its own, but LXC gives each clone another address.
/// </remarks>
internal static class NetworkCards
{
    private const int AddressBytesMax = 32;

    /// <summary>NET_ADDR_PERM.</summary>
    private const string Permanent = "0";

    /// <summary>NET_ADDR_SET.</summary>
    private const string Assigned = "3";

    /// <summary>Lists the addresses, each with its name, best first.</summary>
    public static IReadOnlyList<NetworkCard> List(KernelRoots roots)
    {
        var found = new List<NetworkCard>();
        foreach (var folder in KernelRoots.Folders(roots.SysFile("class/net")))
        {
            // addr_assign_type 0 is the permanent address; Wi-Fi privacy and bonding use others, which change.
            var type = KernelText.ReadFile(Path.Join(folder, "addr_assign_type"), AddressBytesMax);
            if (KernelText.ReadFile(Path.Join(folder, "address"), AddressBytesMax) is not { } address
                || address.AsSpan().Trim("0:- ").IsEmpty)
            {
                continue;
            }

            if (Directory.Exists(Path.Join(folder, "device")))
            {
                if (type is null or Permanent)
                {
                    found.Add(new NetworkCard(Path.GetFileName(folder), address, GetMounting(folder)));
                }
            }
            else if (type == Assigned && IsGlobal(address) && IsPlain(folder))
            {
                found.Add(new NetworkCard(Path.GetFileName(folder), address, CardMounting.Virtual));
            }
        }

        found.Sort(static (one, other) => one.Mounting != other.Mounting
            ? one.Mounting.CompareTo(other.Mounting)
            : string.CompareOrdinal(one.Name, other.Name));
        return found;
    }

    /// <summary>Determines whether an address has a vendor, such as those of Proxmox and LXC, whose containers keep it;
    /// Docker and Kubernetes draw local ones at each start.</summary>
    private static bool IsGlobal(string address) =>
        address.Length > 2 && byte.TryParse(
            address.AsSpan(0, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var first)
        && (first & 0x02) == 0;

    /// <summary>Determines whether it is the end of a veth pair, as in a container: neither bridge, VLAN nor tunnel.
    /// </summary>
    private static bool IsPlain(string folder) =>
        NetworkLinks.ReadType(folder) is null
        && !Directory.Exists(Path.Join(folder, "bridge")) && !Directory.Exists(Path.Join(folder, "bonding"))
        && !File.Exists(Path.Join(folder, "tun_flags"));

    private static CardMounting GetMounting(string folder)
    {
        var name = Path.GetFileName(folder);
        var device = Path.Join(folder, "device");
        return IsSoldered(name, device) ? CardMounting.Soldered
            : IsAtUsb(name, folder, device) ? CardMounting.Removable
            : CardMounting.Fixed;
    }

    private static bool IsSoldered(string name, string device) =>
        name.StartsWith("eno", StringComparison.Ordinal) || name.StartsWith("end", StringComparison.Ordinal)
        || Directory.Exists(Path.Join(device, "of_node"))
        || File.Exists(Path.Join(device, "acpi_index")) || File.Exists(Path.Join(device, "index"));

    private static bool IsAtUsb(string name, string folder, string device) =>
        name.StartsWith("usb", StringComparison.Ordinal) || (name.Length > 2 && name[2] == 'x' && IsPredictable(name))
        || IsUsbPort(name)
        || File.Exists(Path.Join(device, "bInterfaceNumber"))
        || Path.GetFileName(new DirectoryInfo(Path.Join(device, "subsystem")).LinkTarget) == "usb"
        || new DirectoryInfo(folder).LinkTarget?.Contains("/usb", StringComparison.Ordinal) == true;

    private static bool IsPredictable(string name) =>
        name.StartsWith("en", StringComparison.Ordinal) || name.StartsWith("wl", StringComparison.Ordinal)
        || name.StartsWith("ww", StringComparison.Ordinal);

    /// <summary>Finds the port of USB in a name such as <c>enp0s20f0u1</c>.</summary>
    private static bool IsUsbPort(string name)
    {
        var port = name.LastIndexOf('u');
        return IsPredictable(name) && port > 2 && port + 1 < name.Length
            && char.IsAsciiDigit(name[port - 1]) && char.IsAsciiDigit(name[port + 1]);
    }
}
