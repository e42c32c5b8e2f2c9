using System.Net;
using System.Net.Sockets;
using NodeTelemetry.Protocol.Limits;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.Protocol.Wire;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.EndToEnd.Tests;

/// <summary>Changes of a node's network while the real agent runs: it sends again within two intervals, and reports the change.</summary>
/// <remarks>
/// Host 1 listens to the groups; host 2 has the agent. A second output of the agent, by its own loopback, shows every sample: the newest number that has come
/// there after a change is the sample before the change or the next one. So what must come after the change by multicast is counted in samples, not in seconds.
/// </remarks>
public sealed class AgentNetworkTests : IAsyncDisposable
{
    private const int GroupPort = 6077;
    private const int LocalPort = 16078;
    private const int Intervals = 2;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(45);

    private NetworkLab _lab = null!;
    private Socket _local = null!;
    private Socket _group4 = null!;
    private Socket _group6 = null!;

    public async ValueTask DisposeAsync()
    {
        _local?.Dispose();
        _group4?.Dispose();
        _group6?.Dispose();
        if (_lab is not null)
        {
            await _lab.DisposeAsync();
        }
    }

    [Fact]
    public async Task An_interface_that_appears_disappears_and_returns_is_used_immediately()
    {
        await BuildAsync();
        await _lab.RemoveInterfaceAsync(2);
        await using var agent = StartAgent();
        Newest(_local);
        for (var time = 0; time < 2; time++)
        {
            await _lab.AddInterfaceAsync(2);
            AssertSendsWithin(Intervals, _group4);
            await agent.WaitForOutputAsync("Sending on eth0 (IPv4) to 239.192.77.77", Deadline);

            await _lab.RemoveInterfaceAsync(2);
            await agent.WaitForOutputAsync("Stopped sending on eth0 (IPv4).", Deadline);
            while (_group4.Available > 0)
            {
                Receive(_group4);
            }
        }
    }

    [Fact]
    public async Task A_changed_sender_address_is_used_from_then_on()
    {
        await BuildAsync();
        await using var agent = StartAgent();
        AssertSendsWithin(Intervals, _group4);

        await _lab.IpOnAsync(2, "address", "del", "10.77.0.2/24", "dev", "eth0");
        await agent.WaitForOutputAsync("Stopped sending on eth0 (IPv4).", Deadline);
        await _lab.IpOnAsync(2, "address", "add", "10.77.0.99/24", "dev", "eth0");
        while (_group4.Available > 0)
        {
            Receive(_group4);
        }

        Assert.Equal("10.77.0.99", AssertSendsWithin(Intervals, _group4).ToString());
    }

    [Fact]
    public async Task A_missing_route_affects_only_its_output_until_it_returns()
    {
        await BuildAsync();
        using var far = Listen(1, AddressFamily.InterNetwork, IPAddress.Any, LocalPort);
        await _lab.IpOnAsync(1, "address", "add", "10.99.0.1/32", "dev", "eth0");
        await _lab.IpOnAsync(2, "-6", "route", "del", "multicast", "ff00::/8", "dev", "eth0", "table", "local");
        await using var agent = StartAgent("--groups", "both", "--target", $"10.99.0.1:{LocalPort}");
        AssertSendsWithin(Intervals, _group4);
        await agent.WaitForOutputAsync("Failed to send a datagram to eth0 (IPv6)", Deadline);
        await agent.WaitForOutputAsync($"Failed to send a datagram to 10.99.0.1 port {LocalPort}", Deadline);
        Assert.Equal((0, 0), (_group6.Available, far.Available));

        await _lab.IpOnAsync(2, "-6", "route", "add", "multicast", "ff00::/8", "dev", "eth0", "table", "local");
        AssertSendsWithin(Intervals, _group6);
        await agent.WaitForOutputAsync("Sending on eth0 (IPv6) to ff18::4e54:4c4d", Deadline);
        await _lab.IpOnAsync(2, "route", "add", "10.99.0.0/24", "via", "10.77.0.1");
        AssertSendsWithin(Intervals, far);
    }

    [Fact]
    public async Task A_sample_is_sent_once_and_not_to_containers()
    {
        await BuildAsync();
        await _lab.IpOnAsync(2, "route", "add", "default", "via", "10.77.0.1");
        await _lab.IpOnAsync(2, "link", "add", "docker0", "type", "bridge");
        await _lab.IpOnAsync(2, "address", "add", "10.78.0.1/16", "dev", "docker0");
        await _lab.IpOnAsync(2, "link", "set", "docker0", "up");
        for (var pair = 0; pair < 3; pair++)
        {
            await _lab.IpOnAsync(2, "link", "add", $"veth{pair}", "type", "veth", "peer", "name", $"peer{pair}");
            await _lab.IpOnAsync(2, "address", "add", $"10.79.{pair}.1/24", "dev", $"veth{pair}");
            await _lab.IpOnAsync(2, "link", "set", $"veth{pair}", "up");
            await _lab.IpOnAsync(2, "link", "set", $"peer{pair}", "up");
        }

        await using var agent = StartAgent();
        AssertSendsWithin(Intervals, _group4);
        await agent.WaitForOutputAsync("Sending on eth0 (IPv4)", Deadline);
        AssertSendsWithin(Intervals, _group4);

        Assert.Equal(1, agent.Output.Split("Sending on ").Length - 1);
        Assert.Equal(0, _group6.Available);
    }

    private async Task BuildAsync()
    {
        Assert.SkipWhen(NetworkLab.Obstacle is not null, NetworkLab.Obstacle ?? string.Empty);
        _lab = await NetworkLab.CreateAsync(hosts: 2);
        _local = Listen(2, AddressFamily.InterNetwork, IPAddress.Loopback, LocalPort);
        _group4 = Listen(1, AddressFamily.InterNetwork, IPAddress.Any, GroupPort);
        _group4.SetSocketOption(
            SocketOptionLevel.IP,
            SocketOptionName.AddMembership,
            new MulticastOption(IPAddress.Parse(WireLimits.DefaultGroupIPv4), IPAddress.Parse("10.77.0.1")));
        _group6 = Listen(1, AddressFamily.InterNetworkV6, IPAddress.IPv6Any, GroupPort);
        var index = int.Parse(
            (await TestProcess.RunAsync([.. _lab.On(1), "cat", "/sys/class/net/eth0/ifindex"], Deadline)).Output,
            System.Globalization.CultureInfo.InvariantCulture);
        _group6.SetSocketOption(
            SocketOptionLevel.IPv6,
            SocketOptionName.AddMembership,
            new IPv6MulticastOption(IPAddress.Parse(WireLimits.DefaultGroupIPv6), index));
    }

    private Socket Listen(int host, AddressFamily family, IPAddress address, int port)
    {
        var socket = _lab.OpenSocket(host, family, SocketType.Dgram, ProtocolType.Udp);
        socket.ReceiveTimeout = (int)Deadline.TotalMilliseconds;
        if (family == AddressFamily.InterNetworkV6)
        {
            socket.DualMode = false;
        }

        socket.Bind(new IPEndPoint(address, port));
        return socket;
    }

    private TestProcess StartAgent(params string[] options) => AgentProcess.StartOn(
        _lab, 2, "pi", ["--interval", "500ms", "--target", $"127.0.0.1:{LocalPort}", .. options]);

    /// <summary>Waits for the next datagram there and asserts that at most a number of samples were sent in between.</summary>
    /// <returns>The address that it came from.</returns>
    private IPAddress AssertSendsWithin(int intervals, Socket listener)
    {
        var now = Newest(_local);
        var (sequence, from) = Receive(listener);
        Assert.True(sequence <= now + intervals, $"Sample {sequence} is the first to come after sample {now}.");
        return from;
    }

    /// <summary>Gets the newest sample, waiting for one that comes after now.</summary>
    private static long Newest(Socket listener)
    {
        while (listener.Available > 0)
        {
            Receive(listener);
        }

        return Receive(listener).Sequence;
    }

    private static (long Sequence, IPAddress From) Receive(Socket listener)
    {
        var buffer = new byte[WireLimits.ReceivedBytesMax];
        EndPoint from = new IPEndPoint(
            listener.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0);
        var length = listener.ReceiveFrom(buffer, ref from);
        Assert.Equal(DecodeError.None, new SnapshotDecoder().Decode(buffer.AsSpan(0, length), out NodeSnapshot? snapshot));
        return (snapshot!.Header!.Sequence, ((IPEndPoint)from).Address);
    }
}
