using System.Globalization;
using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Doctor;

/// <summary>Which interfaces datagrams can leave by.</summary>
/// <remarks>Source: sysfs-class-net; flags of netdevice(7).</remarks>
internal sealed class InterfacesCheck : ICheck
{
    private const int Up = 0x1;
    private const int Loopback = 0x8;
    private const int Multicast = 0x1000;

    /// <inheritdoc/>
    public string Name => "network";

    /// <inheritdoc/>
    public IEnumerable<Finding> Run(DoctorContext context)
    {
        var names = KernelRoots.Folders(context.Roots.SysFile("class/net"))
            .Select(static folder => Path.GetFileName(folder))
            .Order(StringComparer.Ordinal)
            .ToList();
        foreach (var missing in context.Interfaces.Where(name => !names.Contains(name)))
        {
            yield return Finding.Error($"The interface {missing} of --interface does not exist.");
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
                        $"{name} of --interface is down.", $"sudo ip link set dev {name} up");
                }
            }
            else if ((flags & (Multicast | Loopback)) == 0)
            {
                if (isPhysical || context.Interfaces.Contains(name))
                {
                    yield return Finding.Warning(
                        $"{name} has multicast switched off.", $"sudo ip link set dev {name} multicast on");
                }
            }
            else
            {
                usable.Add(name);
            }
        }

        if (usable.Count > 0)
        {
            yield return Finding.Good($"Datagrams leave by {string.Join(", ", usable)}.");
        }
        else if (context.TargetCount == 0)
        {
            yield return Finding.Error(
                "No interface is up that can multicast, and no --target is given: nobody hears this node.");
        }
        else
        {
            yield return Finding.Good("No interface can multicast; datagrams go to the targets only.");
        }

        var wireless = usable.Where(name => Directory.Exists(context.Roots.SysFile($"class/net/{name}/phy80211")));
        foreach (var name in wireless)
        {
            yield return Finding.Good(
                $"{name} is Wi-Fi: sending is safe, for it is unicast as far as the access point; a collector that "
                + "listens by Wi-Fi may lose multicast while power saving is on, and then wants --target here.");
        }
    }

    private static int? Flags(DoctorContext context, string name)
    {
        var text = KernelText.ReadFile(context.Roots.SysFile($"class/net/{name}/flags"), 16);
        return text?.StartsWith("0x", StringComparison.Ordinal) == true
            && int.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var flags)
                ? flags
                : null;
    }
}
