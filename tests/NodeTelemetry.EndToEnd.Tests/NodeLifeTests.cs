using System.Text.Json;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.EndToEnd.Tests;

/// <summary>
/// The events of nodes that fail, reboot and fall silent: real programs on several hosts.
/// </summary>
public sealed class NodeLifeTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    /// <summary>kill -9 of one agent: late, lost, and recovered when it is started again; no other event is raised.</summary>
    [Fact]
    public async Task A_killed_agent_is_reported_as_lost_and_as_recovered()
    {
        await using var site = await Site.StartAsync(nodes: 3);
        site.Agents[0].Kill();
        var lost = await site.WaitForEventAsync("lost");
        Assert.Equal("n2", lost.GetProperty("hostname").GetString());
        Assert.True(lost.GetProperty("details").GetProperty("last").TryGetProperty("memoryAvailableBytes", out _));

        await using var again = site.StartAgent(2);
        await site.WaitForEventAsync("recovered");
        await site.WaitForEventAsync("restarted");
        Assert.Equal(["late", "lost", "recovered", "restarted"], await site.KindsAsync("n2"));
    }

    /// <summary>
    /// kill -9 of an agent that sends every second: by the collector's measurement, it is lost within 3 s of its last datagram. The minimum of
    /// several runs, because on a busy machine the collector itself is late.
    /// </summary>
    [Fact]
    public async Task The_loss_of_a_killed_agent_is_detected_within_three_seconds()
    {
        const int Attempts = 5;
        await using var site = await Site.StartAsync(nodes: 3);
        var agent = site.Agents[0];
        var least = double.MaxValue;
        for (var attempt = 1; attempt <= Attempts && least > 3.0; attempt++)
        {
            await site.WaitUntilItAnswersAsync("n2");
            agent.Kill();
            await site.WaitForCountAsync("lost", attempt);
            var silence = (await site.WaitForEventAsync("lost")).GetProperty("details").GetProperty("silenceSeconds").GetDouble();
            least = Math.Min(least, silence);
            agent = site.StartAgent(2);
            site.Agents.Add(agent);
            await site.Collector.WaitForHealthAsync("n2", "up", Deadline);
        }

        // Earlier would be a premature loss.
        Assert.InRange(least, 2.95, 3.0);
    }

    /// <summary>
    /// A machine that reboots announces what systemd has planned, is rebooting, and returns with another boot id: up, reported as planned, and no
    /// alert. Its boot id and its plan are files of the test; everything else is real.
    /// </summary>
    [Fact]
    public async Task A_reboot_with_a_goodbye_raises_no_alert()
    {
        using var machine = new RebootedMachine();
        await using var site = await Site.StartAsync(nodes: 2, spareHosts: 1);
        await using (var before = site.StartAgent(4, machine.Boot(1, plansReboot: true)))
        {
            await site.Collector.WaitForHealthAsync("n4", "up", Deadline);
            before.Terminate();
            await site.Collector.WaitForHealthAsync("n4", "rebooting", Deadline);
        }

        var bye = (await site.Collector.NodesAsync())["n4"].GetProperty("bye");
        Assert.Equal("reboot", bye.GetProperty("reason").GetString());
        await using var after = site.StartAgent(4, machine.Boot(2, plansReboot: false));
        await site.Collector.WaitForHealthAsync("n4", "up", Deadline);
        var reported = (await site.WaitForEventAsync("rebooted")).GetProperty("details");
        Assert.True(reported.GetProperty("planned").GetBoolean());
        Assert.Equal(RebootedMachine.CreateBootId(2), reported.GetProperty("boot").GetString());
        Assert.Equal(["rebooting", "rebooted"], (await site.KindsAsync("n4")).Except(["joined"]));
        Assert.Empty((await site.Collector.GetAsync("api/alerts")).GetProperty("alerts").EnumerateArray());
    }

    /// <summary>The power fails: no goodbye. The node is lost and returns with another boot id; the reboot alerts.</summary>
    [Fact]
    public async Task A_reboot_without_a_goodbye_is_reported_and_alerts()
    {
        using var machine = new RebootedMachine();
        await using var site = await Site.StartAsync(nodes: 2, spareHosts: 1);
        await using (var before = site.StartAgent(4, machine.Boot(1, plansReboot: false)))
        {
            await site.Collector.WaitForHealthAsync("n4", "up", Deadline);
            before.Kill();
        }

        await site.Collector.WaitForHealthAsync("n4", "lost", Deadline);
        await using var after = site.StartAgent(4, machine.Boot(2, plansReboot: false));
        var reported = (await site.WaitForEventAsync("rebooted")).GetProperty("details");
        Assert.False(reported.GetProperty("planned").GetBoolean());
        await Eventually.TrueAsync(
            async () => (await site.Collector.GetAsync("api/alerts")).GetProperty("alerts").EnumerateArray().Any(static alert =>
                alert.GetProperty("rule").GetString() == "unexpected-reboot"
                && alert.GetProperty("hostname").GetString() == "n4"
                && alert.GetProperty("state").GetString() == "firing"),
            Deadline,
            () => site.Collector.Process.Output);
    }

    /// <summary>The cable of one node is pulled: that node is lost. The cable of the collector is pulled: one event reports it, and names the interface.</summary>
    [Fact]
    public async Task A_pulled_cable_is_one_event_on_either_side()
    {
        await using var site = await Site.StartAsync(nodes: 3);
        await site.Lab.SetCableAsync(2, isConnected: false);
        Assert.Equal("n2", (await site.WaitForEventAsync("lost")).GetProperty("hostname").GetString());
        await site.Lab.SetCableAsync(2, isConnected: true);
        await site.WaitForEventAsync("recovered");

        await site.Lab.SetCableAsync(1, isConnected: false);
        var network = await site.WaitForEventAsync("network-lost");
        var details = network.GetProperty("details");
        Assert.Equal(("own-interface", "eth0"), (details.GetProperty("cause").GetString(), details.GetProperty("interface").GetString()));
        Assert.Contains("eth0 is down", network.GetProperty("text").GetString(), StringComparison.Ordinal);
        var status = await site.Collector.GetAsync("api/status");
        Assert.Equal("own-interface", status.GetProperty("outage").GetProperty("cause").GetString());
        await site.Lab.SetCableAsync(1, isConnected: true);
        await site.WaitForEventAsync("network-restored");
        Assert.False((await site.Collector.GetAsync("api/status")).TryGetProperty("outage", out _));
        foreach (var hostname in (string[])["n2", "n3", "n4"])
        {
            await site.Collector.WaitForHealthAsync(hostname, "up", Deadline);
        }

        var reported = (await site.KindsAsync()).Where(static kind => kind is not ("late" or "recovered"));
        Assert.Equal(["lost", "network-lost", "network-restored"], reported);
    }

    /// <summary>The cables of all nodes are pulled, that of the collector is not: one event, with another cause than the collector's interface.</summary>
    [Fact]
    public async Task A_failed_switch_is_one_event()
    {
        await using var site = await Site.StartAsync(nodes: 4);
        await Task.WhenAll(Enumerable.Range(2, 4).Select(host => site.Lab.SetCableAsync(host, isConnected: false)));
        var network = await site.WaitForEventAsync("network-lost");
        Assert.Equal("uplink", network.GetProperty("details").GetProperty("cause").GetString());
        foreach (var hostname in (string[])["n2", "n3", "n4", "n5"])
        {
            await site.Collector.WaitForHealthAsync(hostname, "lost", Deadline);
        }

        await Task.WhenAll(Enumerable.Range(2, 4).Select(host => site.Lab.SetCableAsync(host, isConnected: true)));
        await site.WaitForEventAsync("network-restored");
        Assert.DoesNotContain("lost", await site.KindsAsync());
    }

    /// <summary>An agent that announces a restart is rebooting, then up; that is reported, and nothing alerts.</summary>
    [Fact]
    public async Task A_goodbye_with_an_expected_return_raises_no_alert()
    {
        await using var site = await Site.StartAsync(nodes: 3, "--back-after", "stop=60s");
        site.Agents[0].Terminate();
        await site.Collector.WaitForHealthAsync("n2", "rebooting", Deadline);
        Assert.Equal(60, (await site.Collector.NodesAsync())["n2"].GetProperty("bye").GetProperty("back").GetInt32());

        await using var again = site.StartAgent(2);
        await site.Collector.WaitForHealthAsync("n2", "up", Deadline);
        var restarted = await site.WaitForEventAsync("restarted");
        Assert.True(restarted.GetProperty("details").GetProperty("planned").GetBoolean());
        Assert.Equal(["rebooting", "restarted"], await site.KindsAsync("n2"));
    }

    /// <summary>Two agents send one id from two hosts: reported once, and shown with the other one's address.</summary>
    [Fact]
    public async Task One_id_from_two_hosts_is_reported_once()
    {
        await using var site = await Site.StartAsync(nodes: 2, "--group6", "none");
        await using var twin = AgentProcess.StartOn(site.Lab, 3, "n2", "--interval", "1s", "--group6", "none");
        var reported = await site.WaitForEventAsync("duplicate-node");
        string[] addresses = ["10.77.0.2", "10.77.0.3"];
        var details = reported.GetProperty("details");
        Assert.Equal(
            addresses,
            ((string[])[details.GetProperty("address").GetString()!, details.GetProperty("otherAddress").GetString()!]).Order());
        var conflict = (await site.Collector.NodesAsync())["n2"].GetProperty("conflict");
        Assert.Equal("duplicate-node", conflict.GetProperty("kind").GetString());
        Assert.Single(await site.KindsAsync("n2"), "duplicate-node");
    }

    /// <summary>A switch no longer forwards multicast to the collector: all nodes stay up through probes, and one event reports the cause.</summary>
    [Fact]
    public async Task Lost_multicast_is_one_event_and_loses_no_node()
    {
        await using var site = await Site.StartAsync(nodes: 3, "--group6", "none");
        foreach (var hostname in (string[])["n2", "n3", "n4"])
        {
            await site.WaitUntilItAnswersAsync(hostname);
        }

        await site.Lab.SetMulticastAsync(1, isReceived: false);
        var lost = await site.WaitForEventAsync("multicast-lost");
        Assert.Equal("snooping", lost.GetProperty("details").GetProperty("cause").GetString());
        await site.Lab.SetMulticastAsync(1, isReceived: true);
        await site.WaitForEventAsync("multicast-restored");

        var kinds = await site.KindsAsync();
        Assert.Equal(["multicast-lost", "multicast-restored"], kinds.Where(static kind => kind is not ("late" or "recovered")));
        Assert.Equal(0, await site.Collector.MetricAsync(
            $"nodetelemetry_node_multicast_lost{{node=\"{AgentProcess.GetNodeId("n2")}\",hostname=\"n2\"}}"));
    }

    /// <summary>A collector on host 1, and nodes on the hosts from 2 on, all up.</summary>
    private sealed class Site : IAsyncDisposable
    {
        private readonly TempFolder _folder = new();
        private string[] _options = [];
        private long _from;

        public NetworkLab Lab { get; private init; } = null!;

        public CollectorProcess Collector { get; private set; } = null!;

        public List<TestProcess> Agents { get; } = [];

        public static Task<Site> StartAsync(int nodes, params string[] options) => StartAsync(nodes, spareHosts: 0, options);

        /// <summary>The spare hosts come after the nodes, and nothing runs on them.</summary>
        public static async Task<Site> StartAsync(int nodes, int spareHosts, params string[] options)
        {
            Assert.SkipWhen(NetworkLab.Obstacle is not null, NetworkLab.Obstacle ?? string.Empty);
            var site = new Site { Lab = await NetworkLab.CreateAsync(nodes + 1 + spareHosts), _options = options };
            try
            {
                site.Collector = await CollectorProcess.StartAsync(site._folder, site.Lab, host: 1);
                for (var host = 2; host <= nodes + 1; host++)
                {
                    site.Agents.Add(site.StartAgent(host));
                }

                for (var host = 2; host <= nodes + 1; host++)
                {
                    await site.Collector.WaitForHealthAsync($"n{host}", "up", Deadline);
                }

                var events = await site.Collector.GetAsync("api/events");
                site._from = events.GetProperty("events")[0].GetProperty("id").GetInt64();
                return site;
            }
            catch
            {
                await site.DisposeAsync();
                throw;
            }
        }

        public TestProcess StartAgent(int host, params string[] options) =>
            AgentProcess.StartOn(Lab, host, $"n{host}", ["--interval", "1s", .. _options, .. options]);

        /// <summary>Waits until the nodes are known to reply to probes.</summary>
        public Task WaitUntilItAnswersAsync(string hostname) => Eventually.TrueAsync(
            async () => (await Collector.NodesAsync())[hostname].GetProperty("answersProbes").GetBoolean(),
            Deadline,
            () => Collector.Process.Output);

        /// <summary>Waits until an event was raised a number of times since all were up.</summary>
        public Task WaitForCountAsync(string kind, int count) => Eventually.TrueAsync(
            async () => (await KindsAsync()).Count(one => one == kind) >= count,
            Deadline,
            () => $"'{kind}' should be reported {count} times. The collector wrote:\n{Collector.Process.Output}");

        /// <summary>Gets the kinds of the events since all were up, oldest first, of one node or of all.</summary>
        public async Task<IReadOnlyList<string>> KindsAsync(string? hostname = null) =>
            [.. (await EventsAsync(hostname)).Select(static each => each.GetProperty("kind").GetString()!)];

        public async Task<JsonElement> WaitForEventAsync(string kind)
        {
            var found = default(JsonElement);
            await Eventually.TrueAsync(
                async () =>
                {
                    found = (await EventsAsync()).LastOrDefault(each => each.GetProperty("kind").GetString() == kind);
                    return found.ValueKind == JsonValueKind.Object;
                },
                Deadline,
                () => $"'{kind}' should be reported. The collector wrote:\n{Collector.Process.Output}");
            return found;
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var agent in Agents)
            {
                await agent.DisposeAsync();
            }

            if (Collector is not null)
            {
                await Collector.DisposeAsync();
            }

            await Lab.DisposeAsync();
            _folder.Dispose();
        }

        private async Task<List<JsonElement>> EventsAsync(string? hostname = null)
        {
            var of = hostname is null ? string.Empty : $"&node={AgentProcess.GetNodeId(hostname)}";
            var answer = await Collector.GetAsync($"api/events?limit=1000{of}");
            return [.. answer.GetProperty("events").EnumerateArray().Reverse().Where(each => each.GetProperty("id").GetInt64() > _from)];
        }
    }
}
