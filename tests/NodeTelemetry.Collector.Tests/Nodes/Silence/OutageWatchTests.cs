using NodeTelemetry.Collector.Nodes.Events;
using NodeTelemetry.Collector.Nodes.Silence;
using NodeTelemetry.Collector.Nodes.State;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Nodes.Silence;

/// <summary>Many nodes that fall silent together are one event; nodes that fail are one event each.</summary>
public sealed class OutageWatchTests
{
    private static readonly NetworkFault Down = new(NetworkCause.OwnInterface, "eth0", "eth0 is down: look at its cable or Wi-Fi");

    private readonly NodeBench _bench = new NodeBench().With(6);

    [Fact]
    public void A_collector_that_receives_nothing_reports_it_once_and_loses_no_node()
    {
        _bench.IsConnected = false;
        _bench.Run(60);
        Assert.All(_bench.Registry.Statuses, static status => Assert.True(status is { Health: NodeHealth.Lost, IsIsolated: true }));
        Assert.Equal("uplink", _bench.Registry.Outage!.Details.Cause);
        _bench.IsConnected = true;
        _bench.Run(30);
        Assert.Null(_bench.Registry.Outage);

        Assert.Equal([NodeEventKind.NetworkLost, NodeEventKind.NetworkRestored], Kinds());
        var lost = _bench.Recorder.Events.Single(static raised => raised.Kind == NodeEventKind.NetworkLost);
        Assert.Equal(("uplink", 6, 6), (lost.Details.Cause, lost.Details.NodeCount, lost.Details.NodesTotal));
        Assert.Equal(6, lost.Details.Nodes!.Count);
        Assert.Contains("All 6 nodes are silent", lost.Text, StringComparison.Ordinal);
        Assert.Contains("pi-1, pi-2, pi-3, pi-4, pi-5, pi-6", lost.Text, StringComparison.Ordinal);
        Assert.All(_bench.Registry.Statuses, static status => Assert.True(status is { Health: NodeHealth.Up, IsIsolated: false }));
    }

    [Fact]
    public void Most_nodes_that_fall_silent_together_share_a_cause()
    {
        SetAlive(4, false);
        _bench.Run(60);
        SetAlive(4, true);
        _bench.Run(30);

        Assert.Equal([NodeEventKind.NetworkLost, NodeEventKind.NetworkRestored], Kinds());
        Assert.Equal(("shared", 4, 6), Detail(0));
    }

    [Fact]
    public void Nodes_that_stay_silent_are_reported_when_the_others_are_back()
    {
        SetAlive(6, false);
        _bench.Run(60);
        SetAlive(4, true);
        _bench.Run(5);
        Assert.Equal([NodeEventKind.NetworkLost], Kinds());
        _bench.Run(20);

        Assert.Equal([NodeEventKind.NetworkLost, NodeEventKind.NetworkRestored, NodeEventKind.Lost, NodeEventKind.Lost], Kinds());
        Assert.Equal(["pi-5", "pi-6"], _bench.Recorder.Events.TakeLast(2).Select(static raised => raised.Hostname).Order());
        Assert.Contains("Still silent: pi-5, pi-6", _bench.Recorder.Events[^3].Text, StringComparison.Ordinal);
        Assert.DoesNotContain(_bench.Registry.Statuses, static status => status.IsIsolated);
    }

    [Fact]
    public void A_few_nodes_that_fail_together_are_each_lost_in_time()
    {
        SetAlive(3, false);
        _bench.Run(3);

        Assert.Equal([NodeEventKind.Lost, NodeEventKind.Lost, NodeEventKind.Lost], Kinds());
    }

    [Fact]
    public void Nodes_that_fail_one_after_another_are_not_an_outage()
    {
        foreach (var node in _bench.Nodes)
        {
            node.IsAlive = false;
            _bench.Run(4);
        }

        Assert.Equal(Enumerable.Repeat(NodeEventKind.Lost, 6), Kinds());
    }

    [Fact]
    public void While_its_own_interface_is_down_the_collector_loses_no_node()
    {
        _bench.Fault = Down;
        _bench.IsConnected = false;
        _bench.Run(300);
        Assert.All(_bench.Registry.Statuses, static status => Assert.Equal(NodeHealth.Late, status.Health));

        _bench.Fault = null;
        _bench.IsConnected = true;
        SetAlive(2, false);
        _bench.Run(30);
        Assert.Equal([NodeEventKind.NetworkLost, NodeEventKind.NetworkRestored, NodeEventKind.Lost, NodeEventKind.Lost], Kinds());
        Assert.Equal(("own-interface", 6, 6), Detail(0));
        Assert.Equal("eth0", _bench.Recorder.Events.Single(static raised => raised.Kind == NodeEventKind.NetworkLost).Details.Interface);
    }

    [Fact]
    public void While_one_interface_is_down_losses_on_another_are_reported()
    {
        _bench.Elsewhere = _bench.Nodes[5];
        _bench.Fault = Down;
        SetAlive(5, false);
        _bench.Run(20);
        _bench.Nodes[5].IsAlive = false;
        _bench.Run(5);

        Assert.Equal([NodeEventKind.NetworkLost, NodeEventKind.Lost], Kinds());
        Assert.Equal("pi-6", _bench.Recorder.Events[^1].Hostname);
    }

    [Fact]
    public void A_single_node_is_lost_unless_the_interface_is_down()
    {
        var bench = new NodeBench().With(1);
        bench.Fault = Down;
        bench.IsConnected = false;
        bench.Run(30);
        Assert.Equal([NodeEventKind.Late, NodeEventKind.NetworkLost], bench.Kinds);
        bench.Fault = null;
        bench.IsConnected = true;
        bench.Run(30);
        bench.Nodes[0].IsAlive = false;
        bench.Run(5);

        Assert.Equal(
            [NodeEventKind.NetworkRestored, NodeEventKind.Recovered, NodeEventKind.Lost],
            bench.Kinds.Skip(2).Where(static kind => kind != NodeEventKind.Late).Order().Reverse());
    }

    [Fact]
    public void A_loss_during_an_outage_of_others_is_reported()
    {
        SetAlive(4, false);
        _bench.Run(20);
        _bench.Nodes[5].IsAlive = false;
        _bench.Run(5);

        Assert.Equal([NodeEventKind.NetworkLost, NodeEventKind.Lost], Kinds());
        Assert.Equal("pi-6", _bench.Recorder.Events[^1].Hostname);
    }

    [Fact]
    public void After_a_start_a_collector_that_receives_nothing_reports_it()
    {
        _bench.RestartCollector();
        _bench.IsConnected = false;
        _bench.Run(60);

        Assert.Equal([NodeEventKind.NetworkLost], Kinds());
    }

    [Fact]
    public void An_outage_that_continues_over_a_restart_is_one_event()
    {
        SetAlive(4, false);
        _bench.Run(60);
        _bench.RestartCollector();
        _bench.Run(60);
        Assert.Equal(4, _bench.Registry.Statuses.Count(static status => status is { Health: NodeHealth.Lost, IsIsolated: true }));
        Assert.NotNull(_bench.Registry.Outage);
        SetAlive(3, true);
        _bench.Run(30);

        Assert.Null(_bench.Registry.Outage);
        Assert.Equal([NodeEventKind.NetworkLost, NodeEventKind.NetworkRestored, NodeEventKind.Lost], Kinds());
        Assert.StartsWith(
            "3 of 4 nodes that fell silent together report again after 12",
            _bench.Recorder.Events.Single(static raised => raised.Kind == NodeEventKind.NetworkRestored).Text,
            StringComparison.Ordinal);
    }

    [Fact]
    public void An_outage_that_ended_while_the_collector_was_down_is_reported_as_over()
    {
        _bench.IsConnected = false;
        _bench.Run(60);
        _bench.IsConnected = true;
        _bench.RestartCollector();
        _bench.Run(30);

        Assert.Equal([NodeEventKind.NetworkLost, NodeEventKind.NetworkRestored], Kinds());
        Assert.All(_bench.Registry.Statuses, static status => Assert.True(status is { Health: NodeHealth.Up, IsIsolated: false }));
    }

    [Fact]
    public void A_receive_fault_over_a_restart_is_reported_once()
    {
        _bench.Fault = Down;
        _bench.IsConnected = false;
        _bench.Run(60);
        _bench.RestartCollector();
        _bench.Run(60);
        Assert.All(_bench.Registry.Statuses, static status => Assert.Equal(NodeHealth.Late, status.Health));
        _bench.Fault = null;
        _bench.IsConnected = true;
        _bench.Run(30);

        Assert.Equal([NodeEventKind.NetworkLost, NodeEventKind.NetworkRestored], Kinds());
    }

    [Fact]
    public void Nodes_that_fail_in_an_outage_while_the_collector_restarts_are_reported_when_it_is_over()
    {
        SetAlive(4, false);
        _bench.Run(60);
        _bench.Nodes[5].IsAlive = false;
        _bench.RestartCollector();
        _bench.Run(60);
        Assert.Equal([NodeEventKind.NetworkLost], Kinds());
        SetAlive(4, true);
        _bench.Run(30);

        Assert.Equal([NodeEventKind.NetworkLost, NodeEventKind.NetworkRestored, NodeEventKind.Lost], Kinds());
        Assert.Equal("pi-6", _bench.Recorder.Events[^1].Hostname);
    }

    [Fact]
    public void Lost_multicast_is_reported_once_over_a_restart_and_the_nodes_are_still_probed()
    {
        _bench.Nodes.ForEach(static node => node.IsMulticastReceived = false);
        _bench.Run(30);
        _bench.RestartCollector();
        _bench.Run(120);
        Assert.All(_bench.Registry.Statuses, static status => Assert.True(status is { Health: NodeHealth.Up, IsMulticastLost: true }));
        Assert.Equal([NodeEventKind.MulticastLost], _bench.Kinds);
        _bench.Nodes.ForEach(static node => node.IsMulticastReceived = true);
        _bench.Run(30);

        Assert.Equal([NodeEventKind.MulticastLost, NodeEventKind.MulticastRestored], _bench.Kinds);
        Assert.Null(_bench.Registry.MulticastOutage);
    }

    [Fact]
    public void A_node_that_was_lost_before_a_restart_and_returns_after_it_has_recovered()
    {
        _bench.Nodes[0].IsAlive = false;
        _bench.Run(30);
        _bench.RestartCollector();
        _bench.Run(30);
        _bench.Nodes[0].IsAlive = true;
        _bench.Run(5);
        Assert.Equal([NodeEventKind.Lost, NodeEventKind.Recovered], _bench.Kinds.Except([NodeEventKind.Late]));
    }

    [Fact]
    public void Nodes_with_a_long_interval_belong_to_the_outage_they_fell_silent_in()
    {
        var bench = new NodeBench();
        foreach (var seconds in (int[])[1, 1, 1, 1, 10, 10])
        {
            bench.Add($"pi-{bench.Nodes.Count}").Interval = TimeSpan.FromSeconds(seconds);
        }

        bench.Run(60);
        bench.Forget();
        bench.IsConnected = false;
        bench.Run(120);
        bench.IsConnected = true;
        bench.Run(60);

        Assert.Equal(
            [NodeEventKind.NetworkLost, NodeEventKind.NetworkRestored],
            bench.Kinds.Where(static kind => kind is not (NodeEventKind.Late or NodeEventKind.Recovered)));
    }

    /// <summary>Multicast alone is lost: the nodes stay up through probes, and one event reports the cause. On Wi-Fi they were probed before as well.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Nodes_whose_multicast_is_lost_stay_up_and_are_reported_once(bool isWireless)
    {
        if (isWireless)
        {
            _bench.Nodes.ForEach(static node => node.Shape = static snapshot => snapshot with { Sections = Snapshots.Wifi });
            _bench.Run(10);
        }

        foreach (var node in _bench.Nodes)
        {
            node.IsMulticastReceived = false;
        }

        _bench.Run(30);
        Assert.All(_bench.Registry.Statuses, static status => Assert.True(status is { Health: NodeHealth.Up, IsMulticastLost: true }));
        var missed = _bench.Registry.Statuses.Sum(static status => status.Missed);
        _bench.Run(600);
        var more = _bench.Registry.Statuses.Sum(static status => status.Missed) - missed;
        Assert.InRange(more, 0, 6 * 600 / 20);
        foreach (var node in _bench.Nodes)
        {
            node.IsMulticastReceived = true;
        }

        _bench.Run(30);
        Assert.Equal([NodeEventKind.MulticastLost, NodeEventKind.MulticastRestored], _bench.Kinds);
        Assert.Equal(("snooping", 6, 6), Detail(0));
        Assert.All(_bench.Registry.Statuses, static status => Assert.False(status.IsMulticastLost));
    }

    [Fact]
    public void Bad_multicast_of_one_node_is_counted_and_not_reported_repeatedly()
    {
        const int Seed = 20261121;
        var random = new Random(Seed);
        for (var second = 0; second < 3600; second++)
        {
            _bench.Nodes[0].IsMulticastReceived = random.NextDouble() > 0.35;
            _bench.Run(1);
        }

        Assert.True(_bench.Kinds.Count <= 4, $"With seed {Seed}: {string.Join(", ", _bench.Kinds)}");
        Assert.True(_bench.Status(_bench.Nodes[0]).ProbeRecoveries > 500);
    }

    private IEnumerable<NodeEventKind> Kinds() =>
        _bench.Kinds.Where(static kind => kind is not (NodeEventKind.Late or NodeEventKind.Recovered));

    private (string? Cause, int? Count, int? Total) Detail(int index)
    {
        var details = _bench.Recorder.Events
            .Where(static raised => raised.Kind is NodeEventKind.NetworkLost or NodeEventKind.MulticastLost).ElementAt(index).Details;
        return (details.Cause, details.NodeCount, details.NodesTotal);
    }

    private void SetAlive(int count, bool isAlive) => _bench.Nodes.Take(count).ToList().ForEach(node => node.IsAlive = isAlive);
}
