using System.Text;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Kernel;

/// <summary>The identity through changes of hardware, with and without the state directory.</summary>
public sealed class IdentityFileTests : IDisposable
{
    private readonly FixtureHost _host = new("x64-debian12");
    private readonly TempFolder _state = new();

    public void Dispose()
    {
        _host.Dispose();
        _state.Dispose();
    }

    /// <summary>Each of these sorts before the card of the board.</summary>
    [Theory]
    [InlineData("enx02005e990007")]
    [InlineData("enp0s20f0u1")]
    [InlineData("aaa0", "device/bInterfaceNumber", "00")]
    [InlineData("eth0", "device/bInterfaceNumber", "00")]
    public void A_USB_adapter_does_not_change_the_identity(string name, string file = "device/vendor", string text = "0x0bda")
    {
        var before = Read();
        AddCard(name, "00:e0:4c:00:00:07", file, text);

        Assert.Equal(before.Node, Read().Node);
        Assert.Equal("b4:2e:99:00:00:10", Read().HardwareAddress);
    }

    [Fact]
    public void A_soldered_card_goes_before_one_in_a_slot()
    {
        AddCard("eth7", "b4:2e:99:00:00:77", "device/acpi_index", "1");
        Assert.Equal("b4:2e:99:00:00:77", Read().HardwareAddress);
        AddCard("enp1s0", "b4:2e:99:00:00:01");
        Assert.Equal("b4:2e:99:00:00:77", Read().HardwareAddress);
    }

    [Fact]
    public void A_removable_card_is_part_of_the_identity_only_without_anything_better()
    {
        _host.Remove("sys/class/net/enp4s0");
        AddCard("enx02005e990007", "00:e0:4c:00:00:07");
        Assert.Equal("00:e0:4c:00:00:07", Read().HardwareAddress);

        _host.Write("proc/cpuinfo", "Serial\t\t: 10000000a1b2c3d4\n"u8);
        Assert.Null(Read().HardwareAddress);
    }

    /// <summary>LXC gives a clone another address, which it keeps; Docker draws one at each start.</summary>
    [Theory]
    [InlineData("bc:24:11:00:00:0a", "bc:24:11:00:00:0b", false)]
    [InlineData("02:42:ac:11:00:02", "02:42:ac:11:00:03", true)]
    public void Cloned_containers_are_distinct_and_recreated_ones_are_not(string one, string other, bool isSame)
    {
        _host.Remove("sys/class/net/enp4s0");
        _host.Write("sys/class/net/eth0/addr_assign_type", "3\n"u8);
        _host.Write("sys/class/net/eth0/address", Encoding.ASCII.GetBytes(one + "\n"));
        var node = Read().Node;
        Assert.Null(Start(node));
        _host.Write("sys/class/net/eth0/address", Encoding.ASCII.GetBytes(other + "\n"));

        Assert.Equal(isSame, Read().Node == node);
        Assert.Equal(isSame, Find() == node);
    }

    [Fact]
    public void The_choice_is_kept_when_a_better_card_comes_and_when_cards_are_replaced_one_by_one()
    {
        var node = Read().Node;
        Assert.Null(Start(node));

        AddCard("enp1s0", "b4:2e:99:00:00:01");
        Assert.NotEqual(node, Read().Node);
        Assert.Equal(node, Find());
        Assert.Null(Start(node));

        _host.Remove("sys/class/net/enp4s0");
        Assert.Equal(node, Find());

        // The drivers load late, or there is no card at all for the moment.
        _host.Remove("sys/class/net/enp1s0");
        Assert.Equal(node, Find());
        Assert.Null(Start(node));
        AddCard("enp9s0", "b4:2e:99:00:00:99");
        Assert.Null(Find());
    }

    [Fact]
    public void A_new_machine_id_on_the_same_hardware_keeps_it()
    {
        var node = Read().Node;
        Assert.Null(Start(node));
        _host.Write("etc/machine-id", "ffffffffffffffffffffffffffffffff\n"u8);

        Assert.NotEqual(node, Read().Node);
        Assert.Equal(node, Find());
    }

    [Fact]
    public void A_clone_with_the_state_directory_is_another_node()
    {
        Assert.Null(Start(Read().Node));
        _host.Write("sys/class/net/enp4s0/address", "b4:2e:99:00:00:11\n"u8);
        Assert.Null(Find());

        using var pi = new FixtureHost("rpi4-bookworm");
        var original = NodeIdentity.Read(pi.Roots(), "pi");
        Assert.Null(IdentityFile.Store(_state.Path, original.Node, original));
        pi.Write("proc/device-tree/serial-number", "10000000ffffffff\0"u8);
        Assert.Null(IdentityFile.Find(_state.Path, NodeIdentity.Read(pi.Roots(), "pi"), out _));
    }

    [Fact]
    public void What_only_root_can_read_proves_the_machine_but_does_not_change_its_identity()
    {
        var node = Read().Node;
        _host.Write("sys/class/dmi/id/product_uuid", "4c4c4544-0043-3510-8052-b4c04f565931\n"u8);
        Assert.Equal(node, Read().Node);
        Assert.Null(Start(node));

        _host.Write("sys/class/net/enp4s0/address", "b4:2e:99:00:00:11\n"u8);
        Assert.Equal(node, Find());
        _host.Write("sys/class/dmi/id/product_uuid", "4c4c4544-0043-3510-8052-b4c04f565999\n"u8);
        Assert.Null(Find());
    }

    [Fact]
    public void A_damaged_or_missing_file_is_no_identity_and_a_directory_that_cannot_be_written_is_reported()
    {
        Assert.Null(IdentityFile.Find(_state.Path, Read(), out var problem));
        Assert.Null(problem);
        Assert.Null(IdentityFile.Find(null, Read(), out problem));
        foreach (var text in (string[])["", "node \n", "node 123\n", "node 00000000000000AA\n", "\0\0\0"])
        {
            _state.Write(IdentityFile.Name, text);
            Assert.Null(IdentityFile.Find(_state.Path, Read(), out problem));
            Assert.NotNull(problem);
        }

        Assert.Contains("cannot be written", IdentityFile.Store(_state["absent"], "00000000000000aa", Read()), StringComparison.Ordinal);
    }

    [Fact]
    public void The_file_is_written_only_when_it_changes_and_has_no_serial_number_in_clear()
    {
        Assert.Null(Start(Read().Node));
        var file = _state[IdentityFile.Name];
        File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch);
        Assert.Null(Start(Read().Node));
        Assert.Equal(DateTime.UnixEpoch, File.GetLastWriteTimeUtc(file));
        Assert.DoesNotContain("b4:2e", File.ReadAllText(file), StringComparison.Ordinal);
    }

    private NodeIdentity Read() => NodeIdentity.Read(_host.Roots(), "pc");

    private string? Find() => IdentityFile.Find(_state.Path, Read(), out _);

    private string? Start(string node) => IdentityFile.Store(_state.Path, node, Read());

    private void AddCard(string name, string address, string file = "device/vendor", string text = "0x8086")
    {
        _host.Write($"sys/class/net/{name}/address", Encoding.ASCII.GetBytes(address + "\n"));
        _host.Write($"sys/class/net/{name}/addr_assign_type", "0\n"u8);
        _host.Write($"sys/class/net/{name}/{file}", Encoding.ASCII.GetBytes(text + "\n"));
    }
}
