namespace NodeTelemetry.Agent.Doctor;

/// <summary>Checks for missing routes.</summary>
/// <remarks>The sender binds to the interface, so IPv4 multicast needs no route, but a rejecting route applies.
/// IPv6 needs the route to <c>ff00::/8</c> that the kernel adds for every interface.
/// Source: /proc/net/route and /proc/net/ipv6_route.</remarks>
internal sealed class RoutesCheck : ICheck
{
    /// <summary>The heading and the empty last line.</summary>
    private const int HeaderLines = 2;

    private const string MulticastPrefix6 = "ff000000000000000000000000000000";

    /// <inheritdoc/>
    public string Name => "routes";

    /// <inheritdoc/>
    public IEnumerable<Finding> Run(DoctorContext context)
    {
        if (context.TargetCount > 0
            && DoctorContext.ReadLines(context.Roots.ProcFile("net/route")).Count <= HeaderLines)
        {
            yield return Finding.Error("--target is set, but there is no IPv4 route.", "ip address; ip route");
        }

        if (!context.IsSendingIPv6)
        {
            yield break;
        }

        HashSet<string> addressed =
        [
            .. DoctorContext.ReadLines(context.Roots.ProcFile("net/if_inet6"))
                .Select(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Where(static words => words.Length == 6 && words[5] != "lo")
                .Select(static words => words[5]),
        ];
        HashSet<string> multicast =
        [
            .. DoctorContext.ReadLines(context.Roots.ProcFile("net/ipv6_route"))
                .Select(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Where(static words => words.Length == 10 && words[0] == MulticastPrefix6)
                .Select(static words => words[9]),
        ];
        if (!File.Exists(context.Roots.ProcFile("net/ipv6_route")))
        {
            yield break;
        }

        // Without --groups both, an interface with an IPv4 address sends to the IPv4 group only.
        HashSet<string> others = context.IsSendingBoth || !context.IsSendingIPv4
            ? []
            :
            [
                .. DoctorContext.ReadLines(context.Roots.ProcFile("net/route"))
                    .Select(static line => line.Split('\t')[0]),
            ];
        foreach (var name in addressed.Where(name => !multicast.Contains(name) && !others.Contains(name)))
        {
            yield return Finding.Warning(
                $"Missing route for IPv6 multicast on {name}.",
                $"sudo ip -6 route add multicast ff00::/8 dev {name} table local");
        }
    }
}
