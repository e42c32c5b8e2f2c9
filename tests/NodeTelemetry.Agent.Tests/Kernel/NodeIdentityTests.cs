using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Kernel;

public sealed class NodeIdentityTests
{
    [Fact]
    public void Is_the_same_at_every_start()
    {
        using var host = new FixtureHost("rpi4-bookworm");
        var first = NodeIdentity.Read(host.Roots(), "a");

        Assert.Matches("^[0-9a-f]{16}$", first.Node);
        Assert.Equal("10000000a1b2c3d4", first.Serial);
        Assert.Equal("dc:a6:32:00:00:41", first.HardwareAddress);
        Assert.False(first.IsFallback);
        Assert.Equal(first, NodeIdentity.Read(host.Roots(), "another name"));
    }

    [Theory]
    [InlineData("proc/device-tree/serial-number", "10000000ffffffff\0")]
    [InlineData("sys/class/net/eth0/address", "dc:a6:32:00:00:99\n")]
    [InlineData("etc/machine-id", "ffffffffffffffffffffffffffffffff\n")]
    public void A_cloned_card_in_another_board_is_another_node(string file, string content)
    {
        using var host = new FixtureHost("rpi4-bookworm");
        var original = NodeIdentity.Read(host.Roots(), "pi");
        host.Write(file, System.Text.Encoding.UTF8.GetBytes(content));

        Assert.NotEqual(original.Node, NodeIdentity.Read(host.Roots(), "pi").Node);
    }

    [Fact]
    public void Takes_the_serial_from_cpuinfo_where_the_device_tree_has_none()
    {
        using var host = new FixtureHost("rpi4-bookworm");
        var original = NodeIdentity.Read(host.Roots(), "pi");
        host.Remove("proc/device-tree");

        Assert.Equal(original, NodeIdentity.Read(host.Roots(), "pi"));
    }

    [Fact]
    public void Passes_over_virtual_cards_and_addresses_that_change()
    {
        using var host = new FixtureHost("x64-debian12");
        Assert.Equal("b4:2e:99:00:00:10", NodeIdentity.Read(host.Roots(), "pc").HardwareAddress);

        // Only Wi-Fi with a random address is left.
        host.Remove("sys/class/net/enp4s0");
        Assert.Null(NodeIdentity.Read(host.Roots(), "pc").HardwareAddress);
    }

    [Fact]
    public void Falls_back_to_the_host_name_and_says_so()
    {
        using var host = new FixtureHost("hostile");
        var identity = NodeIdentity.Read(host.Roots(), "name");

        Assert.True(identity.IsFallback);
        Assert.Equal(identity, NodeIdentity.Read(host.Roots(), "name"));
        Assert.NotEqual(identity.Node, NodeIdentity.Read(host.Roots(), "other").Node);
    }

    [Fact]
    public void A_boot_id_is_its_first_eight_digits()
    {
        using var host = new FixtureHost("rpi4-bookworm");
        Assert.Equal(0x5a1e33d0u, BootIdentity.Read(host.Roots()));

        using var hostile = new FixtureHost("hostile");
        Assert.Equal(0u, BootIdentity.Read(hostile.Roots()));
    }
}
