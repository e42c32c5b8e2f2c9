using NodeTelemetry.Collector.Nodes.Events;
using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Nodes.Registry;

/// <summary>The events that a node's life raises, and those that it does not.</summary>
public sealed class HealthEventTests
{
    private readonly NodeBench _bench = new();

    [Fact]
    public void A_node_joins_is_lost_within_three_seconds_and_recovers()
    {
        var node = _bench.Add("pi-1");
        _bench.Run(5);
        node.IsAlive = false;
        _bench.Run(3);
        node.IsAlive = true;
        _bench.Run(2);

        Assert.Equal([NodeEventKind.Joined, NodeEventKind.Late, NodeEventKind.Lost, NodeEventKind.Recovered], _bench.Kinds);
        var lost = _bench.Recorder.Events[2];
        Assert.Equal((node.Id, "pi-1", "late", "10.77.0.1"), (lost.Node, lost.Hostname, lost.Details.Before, lost.Details.Address));
        Assert.InRange(lost.Details.SilenceSeconds!.Value, 2.9, 3);
        Assert.InRange((lost.Time - _bench.Status(node).LastSeen).Duration().TotalSeconds, 0, 5);
        Assert.Contains("pi-1 is lost: no datagram for 2.9 s", lost.Text, StringComparison.Ordinal);
        Assert.True(_bench.Recorder.Events.Zip(_bench.Recorder.Events.Skip(1)).All(static pair => pair.First.Id < pair.Second.Id));
    }

    [Fact]
    public void A_sample_recovered_by_a_probe_raises_no_event()
    {
        _bench.With(3);
        for (var round = 0; round < 20; round++)
        {
            _bench.Nodes[0].IsMulticastReceived = false;
            _bench.Run(1.2);
            _bench.Nodes[0].IsMulticastReceived = true;
            _bench.Run(3);
        }

        Assert.Empty(_bench.Kinds);
        Assert.InRange(_bench.Status(_bench.Nodes[0]).ProbeRecoveries, 10, 30);
    }

    [Fact]
    public void Silence_that_ends_in_time_is_reported_at_most_every_ten_minutes()
    {
        _bench.With(3);
        for (var round = 0; round < 20; round++)
        {
            _bench.Nodes[0].IsAlive = false;
            while (_bench.Time.GetElapsedTime(_bench.Status(_bench.Nodes[0]).LastSeenTimestamp) < TimeSpan.FromSeconds(2.5))
            {
                _bench.Run(0.05);
            }

            _bench.Nodes[0].IsAlive = true;
            _bench.Run(10);
        }

        Assert.Equal([NodeEventKind.Late, NodeEventKind.Recovered], _bench.Kinds);
    }

    [Fact]
    public void A_reboot_with_goodbye_is_rebooting_then_rebooted_and_nothing_else()
    {
        var node = _bench.With(3).Nodes[0];
        _bench.Leave(node, "reboot", back: 60);
        _bench.Run(40);
        Assert.Equal(NodeHealth.Rebooting, _bench.Status(node).Health);

        node.Reboot(_bench.Time);
        _bench.Run(10);
        Assert.Equal(NodeHealth.Up, _bench.Status(node).Health);
        Assert.Equal([NodeEventKind.Rebooting, NodeEventKind.Rebooted], _bench.Kinds);
        var rebooted = _bench.Recorder.Events[1];
        Assert.Equal((true, "reboot", "rebooting"), (rebooted.Details.Planned, rebooted.Details.Reason, rebooted.Details.Before));
    }

    [Theory]
    [InlineData("reboot", 60, 90)]
    [InlineData("restart", null, 150)]
    [InlineData("stop", 10, 40)]
    public void A_rebooting_node_that_does_not_return_in_time_is_lost(string reason, int? back, double lostAfter)
    {
        var node = _bench.With(3).Nodes[0];
        _bench.Leave(node, reason, back);
        _bench.Run(lostAfter - 1);
        Assert.Equal(NodeHealth.Rebooting, _bench.Status(node).Health);
        _bench.Run(2);

        Assert.Equal([NodeEventKind.Rebooting, NodeEventKind.Lost], _bench.Kinds);
        var lost = _bench.Recorder.Events[1];
        Assert.Equal((true, "rebooting"), (lost.Details.Planned, lost.Details.Before));
        Assert.Contains($"not back from the announced {reason}", lost.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("stop")]
    [InlineData("poweroff")]
    public void A_node_with_a_final_goodbye_is_left_and_never_lost(string reason)
    {
        var node = _bench.With(3).Nodes[0];
        _bench.Leave(node, reason, back: null);
        _bench.Run(600);

        Assert.Equal(NodeHealth.Left, _bench.Status(node).Health);
        Assert.Equal([NodeEventKind.Left], _bench.Kinds);
    }

    [Fact]
    public void Distinguishes_a_reboot_without_goodbye_from_a_restart_of_the_agent()
    {
        var node = _bench.With(3).Nodes[0];
        node.IsAlive = false;
        _bench.Run(30);
        node.Reboot(_bench.Time);
        _bench.Run(10);
        node.Restart();
        _bench.Run(10);

        Assert.Equal(
            [NodeEventKind.Late, NodeEventKind.Lost, NodeEventKind.Recovered, NodeEventKind.Rebooted, NodeEventKind.Restarted], _bench.Kinds);
        var rebooted = _bench.Recorder.Events[3];
        Assert.Equal((false, $"{node.Boot:x8}"), (rebooted.Details.Planned, rebooted.Details.Boot));
        Assert.InRange(rebooted.Details.SilenceSeconds!.Value, 29, 32);
        Assert.False(_bench.Recorder.Events[4].Details.Planned);
    }

    [Fact]
    public void A_reboot_while_the_collector_was_down_is_reported_and_the_start_alone_is_not()
    {
        _bench.With(4);
        _bench.RestartCollector();
        _bench.Nodes[0].Reboot(_bench.Time);
        _bench.Nodes[1].Restart();
        _bench.Run(30);

        Assert.Equal([NodeEventKind.Rebooted, NodeEventKind.Restarted], _bench.Kinds.Order());
    }

    [Fact]
    public void After_a_start_of_the_collector_a_missing_node_is_given_time_before_it_is_lost()
    {
        _bench.With(4);
        _bench.RestartCollector();
        _bench.Nodes[0].IsAlive = false;
        _bench.Run(29.5);
        Assert.Equal(NodeHealth.Late, _bench.Status(_bench.Nodes[0]).Health);
        _bench.Run(1);

        Assert.Equal(NodeHealth.Lost, _bench.Status(_bench.Nodes[0]).Health);
        Assert.Equal([NodeEventKind.Lost], _bench.Kinds);
    }

    [Fact]
    public void A_changed_description_of_a_node_is_reported_once()
    {
        var node = _bench.With(1).Nodes[0];
        var about = new AboutReading { Kernel = "6.6", AgentVersion = "0.1", Addresses = ["10.77.0.1", "fd77::1"] };
        node.Shape = snapshot => snapshot with { About = about, Labels = [new("rack", "a")] };
        _bench.Run(5);
        Assert.Empty(_bench.Kinds);

        about = about with { AgentVersion = "0.2", Addresses = ["fd77::2", "10.77.0.1"] };
        node.Shape = snapshot => snapshot with { About = about, Labels = [new("rack", "b")] };
        node.Interval = TimeSpan.FromSeconds(2);
        _bench.Run(10);

        var change = Assert.Single(_bench.Recorder.Events);
        Assert.Equal(NodeEventKind.Configuration, change.Kind);
        Assert.Equal(["interval: 1 s → 2 s", "agent: 0.1 → 0.2", "labels: rack=a → rack=b"], change.Details.Changes);
    }

    [Fact]
    public void The_loss_of_a_node_reports_the_symptoms_in_its_last_sample()
    {
        var node = _bench.With(1).Nodes[0];
        node.Shape = snapshot => (snapshot with { About = new AboutReading { CoreCount = 4 } })
            .WithLoad(44, 20, 10)
            .With(
                (CpuSummarySection.TemperatureCelsius, 86.25),
                (MeminfoSection.TotalBytes, 1L << 30),
                (MeminfoSection.AvailableBytes, 10L << 20));
        _bench.Run(5);
        node.IsAlive = false;
        _bench.Run(5);

        var lost = _bench.Recorder.Events[^1];
        Assert.Equal(["86.3 °C", "10 of 1024 MiB memory available", "load 44.0 on 4 cores"], lost.Details.Symptoms);
        Assert.EndsWith("Last sample: 86.3 °C, 10 of 1024 MiB memory available, load 44.0 on 4 cores.", lost.Text, StringComparison.Ordinal);
        Assert.Equal((86.25, 0), (lost.Details.Last!["temperatureCelsius"], lost.Details.Last["lossRatio"]));
    }

    [Fact]
    public void Symptoms_of_a_loss_come_from_the_sections_too()
    {
        var throttled = new SectionBuilder(ThrottledSection.Definition);
        throttled.Set(ThrottledSection.UndervoltageNow, 1);
        throttled.Set(ThrottledSection.UndervoltageEver, 1);
        throttled.Set(ThrottledSection.ThrottledNow, 1);
        var disks = new SectionBuilder(FilesystemsSection.Definition);
        disks.Begin("/");
        disks.Set(FilesystemsSection.ReadOnly, 1);
        disks.Set(FilesystemsSection.UsedRatio, 0.5);
        disks.Begin("/data");
        disks.Set(FilesystemsSection.UsedRatio, 0.995);
        var memory = new SectionBuilder(MemorySection.Definition);
        memory.Set(MemorySection.OomKills, 3);
        var node = _bench.With(1).Nodes[0];
        node.Shape = snapshot => snapshot with { Sections = [throttled.Build()!, disks.Build()!, memory.Build()!] };
        _bench.Run(5);
        node.IsAlive = false;
        _bench.Run(5);

        Assert.Equal(
            ["under-voltage", "throttled", "3 OOM kills since boot", "/ read-only", "/data 100 % full"],
            _bench.Recorder.Events[^1].Details.Symptoms);
    }

    /// <summary>Neither a step of the collector's or the nodes' clocks nor a pause of the collector raises an event.</summary>
    [Fact]
    public void Stepped_clocks_and_a_suspended_collector_raise_no_event()
    {
        _bench.With(5);
        foreach (var node in _bench.Nodes)
        {
            node.Shape = static snapshot => snapshot with { Header = snapshot.Header! with { TimeMilliseconds = 0 } };
        }

        foreach (var hours in (double[])[1, -1, -500_000, 500_000])
        {
            _bench.Time.StepWallClock(TimeSpan.FromHours(hours));
            _bench.Run(10);
        }

        // The collector is stopped for an hour, in which it receives nothing.
        _bench.Time.Advance(TimeSpan.FromHours(1));
        _bench.Run(60);

        Assert.Empty(_bench.Kinds);
        Assert.All(_bench.Registry.Statuses, static status => Assert.Equal(NodeHealth.Up, status.Health));
    }

    [Fact]
    public void A_forgotten_node_is_reported_and_removed()
    {
        var node = _bench.With(1).Nodes[0];
        _bench.Leave(node, "stop", null);
        _bench.Run(3601);

        Assert.Equal([NodeEventKind.Left, NodeEventKind.Forgotten], _bench.Kinds);
        Assert.Equal(0, _bench.Registry.Count);
    }
}
