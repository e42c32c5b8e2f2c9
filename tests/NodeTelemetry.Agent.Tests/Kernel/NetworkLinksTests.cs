using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Kernel;

/// <summary>Which interfaces lead to the network of the node, on trees of <c>/sys/class/net</c> with real links.</summary>
public sealed class NetworkLinksTests : IDisposable
{
    private const string RouteHeading = "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n";

    private readonly TempFolder _directory = new();
    private int _index;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_host_of_containers_sends_on_its_hardware_only()
    {
        Hardware("eth0");
        Hardware("wlan0");
        Virtual("docker0", "DEVTYPE=bridge", "bridge/");
        Virtual("docker_gwbridge", "DEVTYPE=bridge", "bridge/");
        Virtual("flannel.1", "DEVTYPE=vxlan");
        Over("flannel.1", "eth0");
        Virtual("macvlan0", "DEVTYPE=macvlan");
        Over("macvlan0", "eth0");
        Virtual("wg0", "DEVTYPE=wireguard");
        Virtual("tap0", null);
        for (var pair = 0; pair < 8; pair++)
        {
            Virtual($"veth{pair}", null);
            Enslave($"veth{pair}", "docker0", "brport/");
        }

        // Its peer is in no namespace, so it is in no bridge either.
        Virtual("veth9", null);
        Route("docker0", "tap0");

        AssertSelected(LinkRule.Hardware, ["eth0", "wlan0"], Select());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_bridge_counts_if_hardware_is_in_it(bool hasLowerLinks)
    {
        Hardware("eth0");
        Virtual("br0", "DEVTYPE=bridge", "bridge/");
        Enslave("eth0", "br0", "brport/", hasLowerLinks);
        Virtual("vnet0", null);
        Enslave("vnet0", "br0", "brport/", hasLowerLinks);
        Virtual("virbr0", "DEVTYPE=bridge", "bridge/");
        Virtual("vnet1", null);
        Enslave("vnet1", "virbr0", "brport/", hasLowerLinks);

        AssertSelected(LinkRule.Hardware, ["br0"], Select());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_VLAN_over_a_bridge_over_a_VLAN_over_a_bond_counts(bool hasLowerLinks)
    {
        Hardware("eno1");
        Hardware("eno2");
        Virtual("bond0", "DEVTYPE=bond", "bonding/slaves");
        Enslave("eno1", "bond0", "bonding_slave/", hasLowerLinks);
        Enslave("eno2", "bond0", "bonding_slave/", hasLowerLinks);
        Virtual("bond0.20", "DEVTYPE=vlan");
        Over("bond0.20", "bond0", hasLowerLinks);
        Virtual("br20", "DEVTYPE=bridge", "bridge/");
        Enslave("bond0.20", "br20", "brport/", hasLowerLinks);
        Virtual("br20.7", "DEVTYPE=vlan");
        Over("br20.7", "br20", hasLowerLinks);
        Virtual("veth0", null);
        Virtual("veth0.7", "DEVTYPE=vlan");
        Over("veth0.7", "veth0", hasLowerLinks);

        AssertSelected(LinkRule.Hardware, ["bond0", "br20", "br20.7"], Select());
    }

    [Fact]
    public void A_team_counts_and_a_member_of_a_VRF_stays()
    {
        Hardware("eno1");
        Virtual("team0", null);
        Enslave("eno1", "team0", null);
        Hardware("eno2");
        Virtual("vrf-red", null);
        Write("sys/class/net/vrf-red/flags", "0x481");
        Enslave("eno2", "vrf-red", null);

        AssertSelected(LinkRule.Hardware, ["eno2", "team0"], Select("eno1", "eno2", "team0"));
    }

    [Fact]
    public void Open_vSwitch_sends_on_the_interface_with_the_default_route()
    {
        Hardware("eth0");
        Virtual("ovs-system", null);
        Enslave("eth0", "ovs-system", null);
        Virtual("ovs-br0", null);
        Route("ovs-br0");

        AssertSelected(LinkRule.DefaultRoute, ["ovs-br0"], Select("eth0", "ovs-br0"));
    }

    [Fact]
    public void A_container_sends_on_its_default_route_or_on_everything_without_one()
    {
        Virtual("eth0", null);
        Virtual("eth1", null);
        Virtual("docker0", "DEVTYPE=bridge", "bridge/");
        AssertSelected(LinkRule.NoHardware, ["docker0", "eth0", "eth1"], Select());

        Write("proc/net/ipv6_route", $"{new string('0', 32)} 00 {new string('0', 32)} 00 fe800000000000000000000000000001 "
            + "00000400 00000001 00000000 00000003     eth1\n"
            + $"{new string('0', 32)} 00 {new string('0', 32)} 00 {new string('0', 32)} "
            + "ffffffff 00000001 00000000 00200200       lo\n");
        AssertSelected(LinkRule.DefaultRoute, ["eth1"], Select());

        Route("eth0");
        AssertSelected(LinkRule.DefaultRoute, ["eth0", "eth1"], Select());
    }

    [Fact]
    public void Hardware_that_is_down_does_not_send_the_node_to_its_containers()
    {
        Hardware("eth0");
        Virtual("docker0", "DEVTYPE=bridge", "bridge/");

        Assert.Empty(Select("docker0").Names);
    }

    [Fact]
    public void A_loop_of_links_ends()
    {
        Virtual("br0", "DEVTYPE=bridge", "bridge/");
        Virtual("br1", "DEVTYPE=bridge", "bridge/");
        Directory.CreateDirectory(_directory["sys/class/net/br0/brif/br1"]);
        Directory.CreateDirectory(_directory["sys/class/net/br1/brif/br0"]);

        Assert.False(Links().IsBackedByHardware("br0"));
    }

    private static void AssertSelected(LinkRule rule, string[] names, (string[] Names, LinkRule Rule) selected)
    {
        Assert.Equal(names, selected.Names);
        Assert.Equal(rule, selected.Rule);
    }

    private NetworkLinks Links() => new(new KernelRoots(Proc: _directory["proc"], Sys: _directory["sys"]));

    private (string[] Names, LinkRule Rule) Select(params string[] candidates)
    {
        var all = candidates.Length > 0 ? candidates
            : [.. Directory.GetDirectories(_directory["sys/class/net"]).Select(path => Path.GetFileName(path))
                .Order(StringComparer.Ordinal)];
        var names = Links().Select(all, out var rule);
        return ([.. names], rule);
    }

    private void Hardware(string name)
    {
        Virtual(name, null);
        Directory.CreateDirectory(_directory[$"sys/class/net/{name}/device"]);
    }

    private void Virtual(string name, string? type, string? mark = null)
    {
        Write($"sys/class/net/{name}/ifindex", $"{++_index}");
        Write($"sys/class/net/{name}/uevent", $"{type}\nINTERFACE={name}\nIFINDEX={_index}");
        if (mark?.EndsWith('/') == true)
        {
            Directory.CreateDirectory(_directory[$"sys/class/net/{name}/{mark}"]);
        }
        else if (mark is not null)
        {
            Write($"sys/class/net/{name}/{mark}", string.Empty);
        }
    }

    private void Over(string name, string lower, bool hasLowerLinks = true)
    {
        Write($"sys/class/net/{name}/iflink", File.ReadAllText(_directory[$"sys/class/net/{lower}/ifindex"]));
        if (hasLowerLinks)
        {
            Link($"{name}/lower_{lower}", $"../{lower}");
        }
    }

    private void Enslave(string name, string master, string? mark, bool hasLowerLinks = true)
    {
        Link($"{name}/master", $"../{master}");
        if (mark is not null)
        {
            Directory.CreateDirectory(_directory[$"sys/class/net/{name}/{mark}"]);
        }

        if (hasLowerLinks)
        {
            Link($"{master}/lower_{name}", $"../{name}");
        }
        else if (mark == "brport/")
        {
            Directory.CreateDirectory(_directory[$"sys/class/net/{master}/brif/{name}"]);
        }
        else
        {
            File.AppendAllText(_directory[$"sys/class/net/{master}/bonding/slaves"], name + " ");
        }
    }

    private void Link(string path, string target) =>
        Directory.CreateSymbolicLink(_directory["sys/class/net/" + path], target);

    private void Route(params string[] names) => Write(
        "proc/net/route",
        RouteHeading + string.Concat(names.Select(
            static name => $"{name}\t00000000\t010200C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n")));

    private void Write(string path, string text) => _directory.Write(path, text);
}
