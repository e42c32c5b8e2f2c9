using System.Globalization;
using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Doctor;

/// <summary>Checks which interfaces can send datagrams.</summary>
/// <remarks>Source: sysfs-class-net; flags of netdevice(7); <see cref="NetworkLinks"/> selects.</remarks>
internal sealed class InterfacesCheck : ICheck
{
    private const int Up = 0x1;
    private const int Loopback = 0x8;
    private const int Multicast = 0x1000;

    /// <summary>Names in one line: a host of containers has hundreds.</summary>
    private const int NamesMax = 8;

    /// <inheritdoc/>
    public string Name => "network";

    /// <inheritdoc/>
    public IEnumerable<Finding> Run(DoctorContext context)
    {
        // In a container, the interfaces of the node are not those that it sends on.
        context = context with { Roots = context.Roots.OfSender };
        var names = KernelRoots.Folders(context.Roots.SysFile("class/net"))
            .Select(static path => Path.GetFileName(path))
            .Order(StringComparer.Ordinal)
            .ToList();
        foreach (var missing in context.Interfaces.Where(name => !names.Contains(name)))
        {
            yield return Finding.Error($"--interface names {missing}, which does not exist.");
        }

        var usable = new List<string>();
        foreach (var name in names.Where(name => context.Interfaces.Count == 0 || context.Interfaces.Contains(name)))
        {
            if (Flags(context, name) is not { } flags
                || ((flags & Loopback) != 0 && !context.Interfaces.Contains(name)))
            {
                continue;
            }

            var isPhysical = Directory.Exists(context.Roots.SysFile($"class/net/{name}/device"));
            if ((flags & Up) == 0)
            {
                if (context.Interfaces.Contains(name))
                {
                    yield return Finding.Error(
                        $"--interface names {name}, which is down.", $"sudo ip link set dev {name} up");
                }
            }
            else if ((flags & (Multicast | Loopback)) == 0)
            {
                if (isPhysical || context.Interfaces.Contains(name))
                {
                    yield return Finding.Warning(
                        $"Multicast is disabled on {name}.", $"sudo ip link set dev {name} multicast on");
                }
            }
            else
            {
                usable.Add(name);
            }
        }

        var rule = LinkRule.Hardware;
        var left = new List<string>();
        if (context.Interfaces.Count == 0)
        {
            var chosen = new NetworkLinks(context.Roots).Select(usable, out rule);
            left = usable.FindAll(name => !chosen.Contains(name));
            usable = chosen;
        }

        if (usable.Count > 0)
        {
            yield return Finding.Good($"Datagrams are sent on {string.Join(", ", usable)}{Explain(rule)}.");
        }
        else if (context.TargetCount == 0)
        {
            yield return Finding.Error(
                "No interface with multicast is up, and there is no --target: no collector can receive this node.");
        }
        else
        {
            yield return Finding.Good("No interface has multicast; datagrams are sent to the targets only.");
        }

        if (left.Count > 0)
        {
            yield return Finding.Good(
                $"Not sent on {string.Join(", ", left.Take(NamesMax))}{(left.Count > NamesMax ? " and more" : "")}: "
                + "networks of containers, tunnels and ports of a bridge or bond; --interface names what is wanted.");
        }

        var wireless = usable.Where(name => Directory.Exists(context.Roots.SysFile($"class/net/{name}/phy80211")));
        foreach (var name in wireless)
        {
            yield return Finding.Good(
                $"{name} is Wi-Fi: sending is reliable, since frames to the access point are unicast. If a collector "
                + "on Wi-Fi loses multicast because of power saving, add --target here.");
        }
    }

    private static string Explain(LinkRule rule) => rule switch
    {
        LinkRule.DefaultRoute => ", by the default route, because no interface that is up is backed by hardware",
        LinkRule.NoHardware => ", because there are neither hardware nor a default route",
        _ => string.Empty,
    };

    private static int? Flags(DoctorContext context, string name)
    {
        var text = KernelText.ReadFile(context.Roots.SysFile($"class/net/{name}/flags"), 16);
        return text?.StartsWith("0x", StringComparison.Ordinal) == true
            && int.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var flags)
                ? flags
                : null;
    }
}
