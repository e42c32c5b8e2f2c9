using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.EndToEnd.Tests;

/// <summary>Real agents and a real collector on several hosts: network namespaces joined by a bridge.</summary>
public sealed class ClusterTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(45);

    /// <summary>
    /// Three agents multicast across the bridge: one with IPv4 only, one with IPv6 only, one with both. One is killed and must turn late, then lost; one is
    /// stopped and must have left; the third stays up. The killed one returns after a restart.
    /// </summary>
    [Fact]
    public async Task A_killed_node_is_late_then_lost_and_a_stopped_one_has_left()
    {
        Assert.SkipWhen(NetworkLab.Obstacle is not null, NetworkLab.Obstacle ?? string.Empty);
        using var folder = new TempFolder();
        await using var lab = await NetworkLab.CreateAsync(hosts: 4);
        await using var collector = await CollectorProcess.StartAsync(folder, lab, host: 1);
        await using var stays = AgentProcess.StartOn(lab, 2, "stays", "--interval", "500ms", "--group6", "none");
        await using var dies = AgentProcess.StartOn(lab, 3, "dies", "--interval", "500ms", "--group4", "none");
        await using var leaves = AgentProcess.StartOn(lab, 4, "leaves", "--interval", "500ms");
        foreach (var hostname in (string[])["stays", "dies", "leaves"])
        {
            await collector.WaitForHealthAsync(hostname, "up", Deadline);
        }

        var nodes = await collector.NodesAsync();
        Assert.Equal("10.77.0.2", nodes["stays"].GetProperty("address").GetString());
        Assert.Contains(":", nodes["dies"].GetProperty("address").GetString(), StringComparison.Ordinal);

        dies.Kill();
        leaves.Terminate();
        await collector.WaitForHealthAsync("leaves", "left", Deadline);
        await collector.WaitForHealthAsync("dies", "late", Deadline);
        await collector.WaitForHealthAsync("dies", "lost", Deadline);
        Assert.Equal(0, await leaves.WaitForExitAsync(Deadline));
        var after = await collector.NodesAsync();
        Assert.Equal("up", after["stays"].GetProperty("health").GetString());
        Assert.Equal("stop", after["leaves"].GetProperty("bye").GetProperty("reason").GetString());
        Assert.Equal(0, after["stays"].GetProperty("lost").GetInt64());

        await using var again = AgentProcess.StartOn(lab, 3, "dies", "--interval", "500ms");
        await collector.WaitForHealthAsync("dies", "up", Deadline);
    }

    /// <summary>The cable of one node is pulled: it is lost. Plugged in again, it is up without a restart of either program.</summary>
    [Fact]
    public async Task A_pulled_cable_is_a_lost_node_until_it_is_plugged_in_again()
    {
        Assert.SkipWhen(NetworkLab.Obstacle is not null, NetworkLab.Obstacle ?? string.Empty);
        using var folder = new TempFolder();
        await using var lab = await NetworkLab.CreateAsync(hosts: 2);
        await using var collector = await CollectorProcess.StartAsync(folder, lab, host: 1);
        await using var agent = AgentProcess.StartOn(lab, 2, "pi", "--interval", "500ms");
        await collector.WaitForHealthAsync("pi", "up", Deadline);

        await lab.SetCableAsync(2, isConnected: false);
        await collector.WaitForHealthAsync("pi", "lost", Deadline);
        await lab.SetCableAsync(2, isConnected: true);
        await collector.WaitForHealthAsync("pi", "up", Deadline);
        Assert.False(agent.HasExited);
    }

    /// <summary>
    /// A switch no longer forwards multicast to the collector: the node stays up through its probe replies, its readings continue, and the
    /// recoveries are counted. With the agent killed there are no replies, and it is lost. IPv6 needs multicast to find neighbours, so it is not used here.
    /// </summary>
    [Fact]
    public async Task A_node_whose_multicast_does_not_arrive_stays_up_by_replying_to_probes()
    {
        Assert.SkipWhen(NetworkLab.Obstacle is not null, NetworkLab.Obstacle ?? string.Empty);
        using var folder = new TempFolder();
        await using var lab = await NetworkLab.CreateAsync(hosts: 2);
        await using var collector = await CollectorProcess.StartAsync(folder, lab, host: 1);
        await using var agent = AgentProcess.StartOn(lab, 2, "pi", "--interval", "500ms", "--group6", "none");
        await WaitForAnswerAsync(collector, "pi");
        var before = (await collector.NodesAsync())["pi"];

        await lab.SetMulticastAsync(1, isReceived: false);
        await Eventually.TrueAsync(
            async () => (await collector.NodesAsync())["pi"].GetProperty("probeRecoveries").GetInt64() >= 10,
            Deadline,
            () => collector.Process.Output);
        var after = (await collector.NodesAsync())["pi"];
        Assert.Contains(after.GetProperty("health").GetString(), (string[])["up", "late"]);
        Assert.DoesNotContain("is lost", collector.Process.Output, StringComparison.Ordinal);
        Assert.True(after.GetProperty("received").GetInt64() > before.GetProperty("received").GetInt64());
        Assert.True(await collector.MetricAsync("nodetelemetry_collector_probes_sent_total") >= 10);

        agent.Kill();
        await collector.WaitForHealthAsync("pi", "lost", Deadline);
    }

    /// <summary>
    /// Three agents at an interval of 1 s are killed. Having replied to probes before, they are lost well before the 5 s
    /// of a node that is not probed. LossSimulationTests proves the limit of 3 s with a manual clock;
    /// here the machine may be busy, so the fastest of the three counts.
    /// </summary>
    [Fact]
    public async Task A_killed_node_that_replied_to_probes_is_lost_sooner()
    {
        Assert.SkipWhen(NetworkLab.Obstacle is not null, NetworkLab.Obstacle ?? string.Empty);
        using var folder = new TempFolder();
        await using var lab = await NetworkLab.CreateAsync(hosts: 4);
        await using var collector = await CollectorProcess.StartAsync(folder, lab, host: 1);
        string[] hostnames = ["a", "b", "c"];
        await using var first = AgentProcess.StartOn(lab, 2, "a", "--interval", "1s");
        await using var second = AgentProcess.StartOn(lab, 3, "b", "--interval", "1s");
        await using var third = AgentProcess.StartOn(lab, 4, "c", "--interval", "1s");
        foreach (var hostname in hostnames)
        {
            await WaitForAnswerAsync(collector, hostname);
        }

        foreach (var agent in (TestProcess[])[first, second, third])
        {
            agent.Kill();
        }

        foreach (var hostname in hostnames)
        {
            await collector.WaitForHealthAsync(hostname, "lost", Deadline);
        }

        var nodes = await collector.NodesAsync();
        var known = hostnames
            .Select(hostname => nodes[hostname])
            .Select(node => node.GetProperty("healthSince").GetInt64() - node.GetProperty("lastSeen").GetInt64())
            .Order()
            .ToArray();
        Assert.InRange(known[0], 2000, 4900);
    }

    /// <summary>Both ends start before the network: they find the interface when it comes up, within the check period of each.</summary>
    [Fact]
    public async Task An_interface_that_comes_up_later_is_used()
    {
        Assert.SkipWhen(NetworkLab.Obstacle is not null, NetworkLab.Obstacle ?? string.Empty);
        using var folder = new TempFolder();
        await using var lab = await NetworkLab.CreateAsync(hosts: 2);
        await RunOnAsync(lab, 1, "ip", "link", "set", "eth0", "down");
        await RunOnAsync(lab, 2, "ip", "link", "set", "eth0", "down");
        await using var collector = await CollectorProcess.StartAsync(folder, lab, host: 1);
        await using var agent = AgentProcess.StartOn(lab, 2, "pi", "--interval", "500ms");

        await RunOnAsync(lab, 1, "ip", "link", "set", "eth0", "up");
        await RunOnAsync(lab, 2, "ip", "link", "set", "eth0", "up");
        await collector.WaitForHealthAsync("pi", "up", Deadline);
    }

    /// <summary>Both hosts get other addresses while they run: the node stays up, and shows its new address.</summary>
    [Fact]
    public async Task Changed_addresses_are_followed()
    {
        Assert.SkipWhen(NetworkLab.Obstacle is not null, NetworkLab.Obstacle ?? string.Empty);
        using var folder = new TempFolder();
        await using var lab = await NetworkLab.CreateAsync(hosts: 2);
        await using var collector = await CollectorProcess.StartAsync(folder, lab, host: 1);
        await using var agent = AgentProcess.StartOn(lab, 2, "pi", "--interval", "500ms", "--group6", "none");
        await collector.WaitForHealthAsync("pi", "up", Deadline);

        foreach (var host in (int[])[1, 2])
        {
            await RunOnAsync(lab, host, "ip", "address", "del", $"10.77.0.{host}/24", "dev", "eth0");
            await RunOnAsync(lab, host, "ip", "address", "add", $"10.77.1.{host}/24", "dev", "eth0");
        }

        await collector.Process.WaitForOutputAsync("The addresses of eth0 changed; joining 239.192.77.77 port 6077 again.", Deadline);
        await Eventually.TrueAsync(
            async () => (await collector.NodesAsync())["pi"].GetProperty("address").GetString() == "10.77.1.2", Deadline);
        await collector.WaitForHealthAsync("pi", "up", Deadline);
    }

    /// <summary>A restarted collector shows its nodes immediately, with health and labels.</summary>
    [Fact]
    public async Task A_restarted_collector_knows_its_nodes()
    {
        using var folder = new TempFolder();
        var port = CollectorProcess.FreeUdpPort();
        await using (var first = await CollectorProcess.StartAsync(folder, port))
        {
            await using var agent = AgentProcess.StartOnLoopback("pi", port, "--interval", "200ms", "--label", "rack=7");
            await first.WaitForHealthAsync("pi", "up", Deadline);
            agent.Terminate();
            await first.WaitForHealthAsync("pi", "left", Deadline);
            first.Process.Terminate();
            Assert.Equal(0, await first.Process.WaitForExitAsync(Deadline));
        }

        await using var second = await CollectorProcess.StartAsync(folder, port);
        var node = (await second.NodesAsync())["pi"];
        Assert.Equal("left", node.GetProperty("health").GetString());
        Assert.Equal("7", node.GetProperty("labels").GetProperty("rack").GetString());
    }

    private static Task WaitForAnswerAsync(CollectorProcess collector, string hostname) => Eventually.TrueAsync(
        async () => (await collector.NodesAsync()).TryGetValue(hostname, out var node) && node.GetProperty("answersProbes").GetBoolean(),
        Deadline,
        () => $"{hostname} should answer probes. The collector wrote:\n{collector.Process.Output}");

    private static async Task RunOnAsync(NetworkLab lab, int host, params string[] command)
    {
        var (code, output) = await TestProcess.RunAsync([.. lab.On(host), .. command], Deadline);
        Assert.True(code == 0, output);
    }
}
