using System.Net;
using System.Net.Sockets;
using NodeTelemetry.Agent.Diagnostics;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Agent.Transport;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Transport;

/// <summary>Real sockets on the loopback.</summary>
public sealed class MulticastSenderTests : IDisposable
{
    private static readonly IPAddress Group4 = IPAddress.Parse("239.192.77.77");

    private readonly ManualTimeProvider _time = new();
    private readonly AgentMetrics _metrics = new();
    private readonly RecordingLogger _logger = new();
    private readonly List<IDisposable> _open = [];

    public void Dispose() => _open.ForEach(static item => item.Dispose());

    [Fact]
    public void A_listener_on_this_machine_receives_the_group()
    {
        var listener = ListenOrSkip(Group4, port: 0);
        var sender = Sender(new SenderSettings { Group4 = Group4, Port = PortOf(listener), Interfaces = ["lo"] });

        sender.Send("hello"u8, isForRaspiCluster: true);

        Assert.Equal("hello"u8, Receive(listener));
        Assert.Equal(1, sender.LinkCount);
        Assert.Equal((1, 5, 0), (_metrics.DatagramsSent, _metrics.BytesSent, _metrics.SendsFailed));
    }

    [Fact]
    public void Raspi_cluster_s_group_gets_samples_only()
    {
        var listener = ListenOrSkip(IPAddress.Parse("224.0.0.251"), port: 6000);
        var sender = Sender(new SenderSettings { Group4 = Group4, Port = 6077, Interfaces = ["lo"], IsLegacy = true });

        sender.Send("goodbye"u8, isForRaspiCluster: false);
        sender.Send("sample"u8, isForRaspiCluster: true);

        Assert.Equal("sample"u8, Receive(listener));
        Assert.Contains(
            _logger.Lines,
            static line => line.Contains("raspi-cluster's group 224.0.0.251, port 6000", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public void Unicast_targets_are_served_beside_the_group(string address)
    {
        var target = IPAddress.Parse(address);
        var listener = Bind(target);
        var sender = Sender(new SenderSettings { Targets = [new TargetName(address, PortOf(listener))] });

        sender.Send("direct"u8, isForRaspiCluster: true);

        Assert.Equal("direct"u8, Receive(listener));
    }

    [Fact]
    public async Task A_target_s_name_is_looked_up_away_from_the_tick()
    {
        var listener = Bind(IPAddress.Loopback);
        using var target =
            new UnicastTarget(new TargetName("localhost", PortOf(listener)), TimeProvider.System, _logger);
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (target.Address is null)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), deadline.Token);
        }

        Assert.Contains(target.Address.Family, new[] { AddressFamily.InterNetwork, AddressFamily.InterNetworkV6 });
    }

    [Fact]
    public void A_missing_interface_stops_nothing_and_is_logged_once()
    {
        var listener = Bind(IPAddress.Loopback);
        var sender = Sender(new SenderSettings
        {
            Group4 = Group4,
            Port = 6077,
            Interfaces = ["nosuch0"],
            Targets = [new TargetName("127.0.0.1", PortOf(listener))],
        });

        sender.Send("one"u8, isForRaspiCluster: true);
        _time.Advance(MulticastSender.RefreshPeriod / 2);
        sender.Send("two"u8, isForRaspiCluster: true);

        Assert.Equal("one"u8, Receive(listener));
        Assert.Equal("two"u8, Receive(listener));
        Assert.Contains("nosuch0", Assert.Single(_logger.Lines), StringComparison.Ordinal);
        Assert.Equal(1, _metrics.InterfacesRefused);
    }

    [Fact]
    public void A_target_without_an_address_yet_is_counted()
    {
        var sender = Sender(new SenderSettings { Targets = [new TargetName("name.invalid", 1)] });
        sender.Send("lost"u8, isForRaspiCluster: true);

        Assert.Equal(1, _metrics.SendsFailed);
    }

    [Fact]
    public void A_link_that_is_still_wanted_stays_open_when_interfaces_are_read_again()
    {
        SkipWithoutMulticast();
        var sender = Sender(new SenderSettings { Group4 = Group4, Port = 6077, Interfaces = ["lo"] });
        sender.Send("x"u8, isForRaspiCluster: true);
        _time.Advance(MulticastSender.RefreshPeriod);
        sender.Send("x"u8, isForRaspiCluster: true);

        Assert.Equal(1, _logger.Lines.Count(line => line.Contains("1301", StringComparison.Ordinal)));
        Assert.Equal(2, _metrics.DatagramsSent);
    }

    [Fact]
    public void Sending_allocates_nothing()
    {
        var listener = ListenOrSkip(Group4, port: 0);
        var sender = Sender(new SenderSettings
        {
            Group4 = Group4,
            Port = PortOf(listener),
            Interfaces = ["lo"],
            Targets = [new TargetName("127.0.0.1", PortOf(listener))],
        });
        var datagram = new byte[1400];

        Allocation.AssertNone(() => sender.Send(datagram, isForRaspiCluster: true));
    }

    [Fact]
    public void Without_names_the_interfaces_of_the_node_are_taken_or_the_loopback_if_there_is_no_other()
    {
        var table = new InterfaceTable(new KernelRoots());
        var found = table.List([]);

        Assert.NotEmpty(found);
        Assert.True(found.TrueForAll(key => key.Name == "lo") || found.TrueForAll(key => key.Name != "lo"));
        Assert.All(found, key => Assert.True(key.Index > 0));
        Assert.Equal(["lo"], table.List(["lo"]).Select(key => key.Name).Distinct());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_IPv6_group_takes_over_while_the_IPv4_group_cannot_be_reached(bool isSendingBoth)
    {
        // Nothing leaves the machine: a socket may not broadcast by default, and ff11 is the scope of the interface.
        var name = FindDualInterfaceOrSkip();
        var sender = Sender(new SenderSettings
        {
            Group4 = IPAddress.Broadcast,
            Group6 = IPAddress.Parse("ff11::4e54:4c4d"),
            IsSendingBoth = isSendingBoth,
            Port = 6077,
            Interfaces = [name],
        });
        sender.Send("one"u8, isForRaspiCluster: false);
        Assert.Equal((isSendingBoth ? 1 : 0, 1), (_metrics.DatagramsSent, _metrics.SendsFailed));

        _time.Advance(MulticastSender.RefreshPause);
        sender.Send("two"u8, isForRaspiCluster: false);
        Assert.Equal((isSendingBoth ? 2 : 1), _metrics.DatagramsSent);
        Assert.Contains(_logger.Lines, line => line.Contains($"{name} (IPv6)", StringComparison.Ordinal));

        // It is retried after a while only, not at every tick.
        sender.Send("three"u8, isForRaspiCluster: false);
        Assert.Equal(isSendingBoth ? 1 : 2, _metrics.SendsFailed);
    }

    [Theory]
    [InlineData("host", "host", 6077)]
    [InlineData("host:1", "host", 1)]
    [InlineData("192.0.2.1:65535", "192.0.2.1", 65535)]
    [InlineData("[2001:db8::1]:99", "2001:db8::1", 99)]
    [InlineData("2001:db8::1", "2001:db8::1", 6077)]
    [InlineData("[2001:db8::1]", "2001:db8::1", 6077)]
    public void Reads_targets(string text, string host, int port)
    {
        Assert.True(TargetName.TryParse(text, 6077, out var target));
        Assert.Equal(new TargetName(host, port), target);
    }

    [Theory]
    [InlineData("")]
    [InlineData(":1")]
    [InlineData("host:")]
    [InlineData("host:0")]
    [InlineData("host:65536")]
    [InlineData("host:1x")]
    [InlineData("ho st:1")]
    [InlineData("[]:1")]
    public void Refuses_what_is_no_target(string text) => Assert.False(TargetName.TryParse(text, 6077, out _));

    private static string FindDualInterfaceOrSkip()
    {
        var found = Array.Find(
            System.Net.NetworkInformation.NetworkInterface.GetAllNetworkInterfaces(),
            static candidate => candidate.NetworkInterfaceType != System.Net.NetworkInformation.NetworkInterfaceType.Loopback
                && candidate.GetIPProperties().UnicastAddresses.Select(static item => item.Address.AddressFamily)
                    .Distinct().Count() == 2);
        Assert.SkipWhen(found is null, "This machine has no interface with both IPv4 and IPv6 addresses.");
        return found!.Name;
    }

    private static int PortOf(Socket socket) => ((IPEndPoint)socket.LocalEndPoint!).Port;

    private static byte[] Receive(Socket socket)
    {
        var buffer = new byte[2000];
        return buffer[..socket.Receive(buffer)];
    }

    /// <summary>Sends without the code under test: if even that is not received, there is no multicast to test with.</summary>
    private static void Probe(IPAddress group, int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.SetSocketOption(
            SocketOptionLevel.IP, SocketOptionName.MulticastInterface, IPAddress.Loopback.GetAddressBytes());
        socket.SendTo("probe"u8, new IPEndPoint(group, port));
    }

    private MulticastSender Sender(SenderSettings settings)
    {
        var sender = new MulticastSender(settings, new KernelRoots(), _time, _metrics, _logger);
        _open.Add(sender);
        return sender;
    }

    private Socket Bind(IPAddress address)
    {
        try
        {
            var socket =
                new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 10_000 };
            _open.Add(socket);
            socket.Bind(new IPEndPoint(address, 0));
            return socket;
        }
        catch (SocketException error)
        {
            Assert.Skip($"This machine has no {address}: {error.Message}");
            throw;
        }
    }

    private void SkipWithoutMulticast() => ListenOrSkip(Group4, port: 0);

    private Socket ListenOrSkip(IPAddress group, int port)
    {
        try
        {
            var socket =
                new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 10_000 };
            _open.Add(socket);
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            socket.Bind(new IPEndPoint(group, port));
            socket.SetSocketOption(
                SocketOptionLevel.IP, SocketOptionName.AddMembership, new MulticastOption(group, IPAddress.Loopback));
            Probe(group, PortOf(socket));
            Receive(socket);
            return socket;
        }
        catch (SocketException error)
        {
            Assert.Skip($"This machine cannot listen to {group} on its loopback: {error.Message}");
            throw;
        }
    }
}
