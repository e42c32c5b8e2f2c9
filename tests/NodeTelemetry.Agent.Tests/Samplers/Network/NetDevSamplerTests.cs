using System.Text;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Agent.Samplers;
using NodeTelemetry.Agent.Samplers.Network;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Samplers.Network;

public sealed class NetDevSamplerTests : IDisposable
{
    private const string Headings = "Inter-|   Receive    |  Transmit\n face |bytes    packets|bytes\n";
    private const string Counters = " 1000 20 3 4 5 6 7 8 9000 100 11 12 13 14 15 16\n";

    private readonly FixtureHost _host = new("vm-no-sensors");
    private readonly ManualTimeProvider _time = new();
    private readonly SnapshotBuilder _builder = new();

    public NetDevSamplerTests()
    {
        _host.Remove("sys/class/net");
        Link("eth0", "device/vendor", "carrier=1", "carrier_changes=3", "speed=1000");
        Link("veth12", "type", "type=1", "speed=10000");
        Link("docker0", "bridge/id", "type=1");
        Link("tun0", "tun_flags", "type=65534");
        Write("eth0", "veth12", "docker0", "tun0");
    }

    public void Dispose() => _host.Dispose();

    [Fact]
    public void Counters_and_the_link_are_reported()
    {
        using var sampler = Make(NameFilter.None);
        var entry = Sample(sampler)!.Find("eth0")!.Value;

        Assert.Equal((1000, 9000), (entry[NetworkSection.ReceivedBytes], entry[NetworkSection.SentBytes]));
        Assert.Equal((20, 100), (entry[NetworkSection.ReceivedPackets], entry[NetworkSection.SentPackets]));
        Assert.Equal((3, 11), (entry[NetworkSection.ReceiveErrors], entry[NetworkSection.SendErrors]));
        Assert.Equal((4, 12), (entry[NetworkSection.ReceiveDrops], entry[NetworkSection.SendDrops]));
        Assert.Equal((1, 3), (entry[NetworkSection.Up], entry[NetworkSection.CarrierChanges]));
        Assert.Equal(125_000_000, entry[NetworkSection.SpeedBytesPerSecond]);
        Assert.Null(entry[NetworkSection.SignalDecibels]);
    }

    [Fact]
    public void The_speed_is_read_again_when_the_carrier_has_changed_or_after_a_minute()
    {
        using var sampler = Make(NameFilter.None);
        Sample(sampler);
        Link("eth0", "device/vendor", "speed=100");
        Assert.Equal(125_000_000, Speed());
        Link("eth0", "device/vendor", "carrier_changes=5");
        Assert.Equal(12_500_000, Speed());
        Link("eth0", "device/vendor", "speed=-1");
        _time.Advance(NetworkInterface.SpeedPeriod);
        Assert.Null(Speed());

        double? Speed() => Sample(sampler)!.Find("eth0")!.Value[NetworkSection.SpeedBytesPerSecond];
    }

    [Fact]
    public void The_carrier_is_read_again_when_it_has_changed_or_after_some_seconds()
    {
        using var sampler = Make(NameFilter.None);
        Assert.Equal(1, Up());
        Link("eth0", "device/vendor", "carrier=0", "carrier_changes=4");
        Assert.Equal(0, Up());
        Link("eth0", "device/vendor", "carrier=1", "carrier_changes=4");
        Assert.Equal(0, Up());
        _time.Advance(NetworkInterface.CarrierPeriod);
        Assert.Equal(1, Up());

        double? Up() => Sample(sampler)!.Find("eth0")!.Value[NetworkSection.Up];
    }

    [Fact]
    public void Virtual_interfaces_are_left_out_unless_patterns_name_them()
    {
        Assert.Equal(["eth0"], Names(NameFilter.None));
        Assert.Equal(["veth12", "tun0"], Names(new NameFilter(["veth*", "tun?"], [])));
        Assert.Empty(Names(new NameFilter([], ["eth0"])));
    }

    [Fact]
    public void Where_there_is_no_hardware_plain_Ethernet_stands_in_for_it()
    {
        _host.Remove("sys/class/net/eth0");
        using var sampler = Make(NameFilter.None);
        Assert.Equal(["veth12"], Names(Sample(sampler)));

        // A driver that comes late puts that right.
        Write("wlan0", "veth12");
        Link("wlan0", "device/vendor", "carrier=1");
        Sample(sampler);
        Assert.Equal(["wlan0"], Names(Sample(sampler)));
    }

    /// <summary>The CPU's port of a switch chip carries what its ports carry, and Azure's virtual function what the
    /// interface above it carries; a bond is no hardware and hides nothing.</summary>
    [Fact]
    public void Of_hardware_interfaces_on_each_other_the_upper_is_read()
    {
        Link("lan1", "device/vendor", "carrier=1");
        Link("lan2", "device/vendor", "carrier=1");
        Link("eth1", "device/vendor", "carrier=1");
        Link("bond0", "bonding/mode", "type=1");
        Link("eth0", "upper_lan1/device/vendor");
        Link("eth0", "upper_lan2/device/vendor");
        Link("eth1", "upper_bond0/bonding/mode");
        Write("eth0", "lan1", "lan2", "eth1", "bond0");

        Assert.Equal(["lan1", "lan2", "eth1"], Names(NameFilter.None));
    }

    [Fact]
    public void In_a_container_what_is_stacked_on_its_interface_is_not_read()
    {
        _host.Remove("sys/class/net/eth0");
        Link("veth12.5", "lower_veth12/type", "type=1");
        Link("bond0", "bonding/mode", "type=1");
        Write("veth12", "veth12.5", "bond0");

        Assert.Equal(["veth12"], Names(NameFilter.None));
    }

    [Theory]
    [InlineData(" eth0:1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16", true)]
    [InlineData("eth0.100: 1 2 3 4 5 6 7 8 9 10 11 12", true)]
    [InlineData("eth0: 18446744073709551615 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20\n", true)]
    [InlineData("eth0: 18446744073709551616 2 3 4 5 6 7 8 9 10 11 12", false)]
    [InlineData("eth0: 1 2 3 4 5 6 7 8", false)]
    [InlineData("eth0: 1 2 x 4 5 6 7 8 9 10 11 12", false)]
    [InlineData("eth0:", false)]
    [InlineData("", false)]
    public void Counters_of_a_line(string line, bool isAccepted)
    {
        var bytes = Encoding.UTF8.GetBytes(line);
        var isNamed = InterfaceCounters.TryReadName(bytes, out var name, out var words);
        Assert.Equal(line.Length > 0, isNamed);
        Assert.False(name.Contains((byte)':'));
        Assert.Equal(isAccepted, InterfaceCounters.TryParse(ref words, out _));
    }

    [Theory]
    [InlineData("1000\n", 125_000_000.0)]
    [InlineData("2500", 312_500_000.0)]
    [InlineData("-1\n", null)]
    [InlineData("0\n", null)]
    [InlineData("4294967295\n", null)]
    [InlineData("65535\n", null)]
    [InlineData("fast", null)]
    [InlineData("", null)]
    public void Speeds(string text, double? expected) =>
        Assert.Equal(expected, NetworkInterface.ParseSpeed(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void This_machine_s_loopback_interface_is_read_when_it_is_asked_for()
    {
        using var sampler = new NetDevSampler(new KernelRoots(), new NameFilter(["lo"], []), TimeSpan.Zero, _time);
        Assert.NotNull(Sample(sampler)!.Find("lo")!.Value[NetworkSection.ReceivedBytes]);
    }

    private static string[] Names(SectionReading? section) =>
        [.. Enumerable.Range(0, section?.EntryCount ?? 0).Select(index => section![index].Name!)];

    private string[] Names(NameFilter filter)
    {
        using var sampler = Make(filter);
        return Names(Sample(sampler));
    }

    private void Link(string name, string mark, params string[] files)
    {
        _host.Write($"sys/class/net/{name}/{mark}", "1\n"u8);
        foreach (var file in files)
        {
            var parts = file.Split('=');
            _host.Write($"sys/class/net/{name}/{parts[0]}", Encoding.UTF8.GetBytes(parts[1] + "\n"));
        }
    }

    private void Write(params string[] names) => _host.Write(
        "proc/net/dev",
        Encoding.UTF8.GetBytes(Headings + string.Concat(names.Select(static name => $"{name,6}:{Counters}"))));

    private NetDevSampler Make(NameFilter filter) => new(_host.Roots(), filter, TimeSpan.Zero, _time);

    private SectionReading? Sample(NetDevSampler sampler)
    {
        _builder.Reset();
        sampler.Sample(_builder);
        return _builder.Section(NetworkSection.Definition).Build();
    }
}
