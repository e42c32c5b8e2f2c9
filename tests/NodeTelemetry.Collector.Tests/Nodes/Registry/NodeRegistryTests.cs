using System.Net;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Nodes.Events;
using NodeTelemetry.Collector.Nodes.Registry;
using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Collector.Tests.Storage.Tables;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Nodes.Registry;

public sealed class NodeRegistryTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly Snapshots.Recorder _recorder = new();
    private readonly NodeRegistry _registry;

    public NodeRegistryTests() => _registry = Snapshots.Registry(3, _time, _recorder);

    [Fact]
    public void A_new_node_is_up_and_listeners_are_notified()
    {
        Assert.Equal(ApplyOutcome.Accepted, Apply(Snapshots.Of()));

        Assert.Equal([(Snapshots.NodeA, null, NodeHealth.Up)], _recorder.Changes);
        Assert.Single(_recorder.Accepted);
        Assert.True(_registry.TryGet(Snapshots.NodeA, out var status));
        Assert.Equal("10.77.0.11", status.Address);
        Assert.Equal(TimeSpan.FromSeconds(1), status.Interval);
    }

    [Fact]
    public void The_same_datagram_over_two_interfaces_counts_once()
    {
        Apply(Snapshots.Of(0));
        Assert.Equal(ApplyOutcome.Duplicate, Apply(Snapshots.Of(0)));

        Assert.Single(_recorder.Accepted);
        Assert.Equal((1, 1), (Status().Received, Status().Duplicates));
    }

    [Fact]
    public void A_late_datagram_is_kept_but_does_not_change_the_live_readings()
    {
        Apply(Snapshots.Of(0));
        Apply(Snapshots.Of(2).WithLoad(2, 2, 2));
        Apply(Snapshots.Of(1).WithLoad(1, 1, 1));

        Assert.Equal(3, _recorder.Accepted.Count);
        Assert.Equal(2, Status().Readings[LoadSection.OneMinute]);
        Assert.Equal(0, Status().Missed);
    }

    [Fact]
    public void A_new_run_restarts_the_count_and_its_predecessor_is_rejected()
    {
        Apply(Snapshots.Of(50, run: 1));
        Assert.Equal(ApplyOutcome.Accepted, Apply(Snapshots.Of(0, run: 2)));
        Assert.Equal(ApplyOutcome.OldRun, Apply(Snapshots.Of(49, run: 1)));

        Assert.Equal(0, Status().Missed);
        Assert.Equal(2u, Status().Header!.Run);
    }

    /// <summary>A forged or replayed run replaces the live one for one datagram only.</summary>
    [Fact]
    public void A_run_that_continues_becomes_current_again()
    {
        Apply(Snapshots.Of(50, run: 1));
        Apply(Snapshots.Of(7, run: 2));
        Assert.Equal(ApplyOutcome.OldRun, Apply(Snapshots.Of(50, run: 1)));
        Assert.Equal(ApplyOutcome.Accepted, Apply(Snapshots.Of(51, run: 1)));
        Assert.Equal(ApplyOutcome.OldRun, Apply(Snapshots.Of(7, run: 2)));

        Assert.Equal(1u, Status().Header!.Run);
        Assert.Equal([new(2, 7)], Status().EarlierRuns);
        Assert.Equal(0, Status().Missed);
    }

    [Fact]
    public void Earlier_runs_are_rejected_after_a_restart_too()
    {
        Apply(Snapshots.Of(50, run: 1));
        Apply(Snapshots.Of(0, run: 2));
        var second = new NodeRegistry(3, new CollectorMetrics(), _time);
        second.Restore(StoredNode.Restore(Status()));

        Assert.Equal(ApplyOutcome.OldRun, second.Apply(Snapshots.Of(50, run: 1), Snapshots.Source, _time.GetTimestamp()));
        Assert.Equal(ApplyOutcome.Accepted, second.Apply(Snapshots.Of(1, run: 2), Snapshots.Source, _time.GetTimestamp()));
    }

    /// <summary>
    /// More runs than are remembered by number, within one boot: a run that began before the newest sample is rejected by its uptime,
    /// also after a restart, and for any clock: here it is 1970.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_run_older_than_the_remembered_runs_of_its_boot_is_rejected(bool isRestarted)
    {
        for (var run = 1u; run <= RunHistory.RunCountMax + 10; run++)
        {
            Assert.Equal(ApplyOutcome.Accepted, Apply(CreateSnapshot(7, run, uptime: run * 10)));
        }

        Assert.Equal(RunHistory.RunCountMax, Status().EarlierRuns.Count);
        Assert.DoesNotContain(Status().EarlierRuns, static earlier => earlier.Run == 1);
        var registry = isRestarted ? Restarted() : _registry;
        Assert.Equal(ApplyOutcome.OldRun, ApplyTo(registry, CreateSnapshot(7, run: 1, uptime: 10)));
        Assert.Equal(ApplyOutcome.OldRun, ApplyTo(registry, CreateSnapshot(7, run: 1, uptime: 30, sequence: 20)));
        Assert.Equal(ApplyOutcome.Accepted, ApplyTo(registry, CreateSnapshot(7, run: 999, uptime: 750)));
    }

    /// <summary>Every run of an earlier boot that began before its last sample is rejected.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_run_of_an_earlier_boot_is_rejected(bool isRestarted)
    {
        for (var boot = 1u; boot <= RunHistory.BootCountMax + 1; boot++)
        {
            Assert.Equal(ApplyOutcome.Accepted, Apply(CreateSnapshot(boot, run: 1000 + boot, uptime: 500)));
        }

        Assert.Equal(RunHistory.BootCountMax, Status().EarlierBoots.Count);
        var registry = isRestarted ? Restarted() : _registry;
        for (var boot = 1u; boot <= RunHistory.BootCountMax; boot++)
        {
            Assert.Equal(ApplyOutcome.OldRun, ApplyTo(registry, CreateSnapshot(boot, run: boot, uptime: 400)));
        }

        // A new boot restarts its uptime and, without a clock, its time.
        Assert.Equal(ApplyOutcome.Accepted, ApplyTo(registry, CreateSnapshot(9999, run: 9999, uptime: 5)));
    }

    /// <summary>A container counts its uptime from its own start, under the boot id of its host, whose clock continues.</summary>
    [Fact]
    public void A_container_that_restarts_under_the_same_boot_is_accepted()
    {
        Apply(CreateSnapshot(7, run: 1, uptime: 86_400));
        var again = CreateSnapshot(7, run: 2, uptime: 3);
        again = again with { Header = again.Header! with { TimeMilliseconds = 86_500_000 } };
        Assert.Equal(ApplyOutcome.Accepted, Apply(again));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    public void Without_boot_or_uptime_nothing_is_rejected_by_them(uint boot)
    {
        Apply(CreateSnapshot(boot, run: 1, uptime: boot == 0 ? 500 : null));
        Assert.Equal(ApplyOutcome.Accepted, Apply(CreateSnapshot(boot, run: 2, uptime: boot == 0 ? 400 : null)));
        Assert.Empty(Status().EarlierBoots);
    }

    /// <summary>A forgotten node returns by new datagrams, not by a replay of old ones.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_runs_of_a_forgotten_node_are_rejected(bool isRestarted)
    {
        Apply(CreateSnapshot(7, run: 1, uptime: 100, sequence: 9));
        Apply(CreateSnapshot(7, run: 2, uptime: 200, sequence: 50));
        _registry.SetHealth(Snapshots.NodeA, NodeHealth.Forgotten);
        var forgotten = _recorder.Changes[^1];
        Assert.Equal(NodeHealth.Forgotten, forgotten.Now);
        var registry = _registry;
        if (isRestarted)
        {
            registry = Snapshots.Registry(3, _time, _recorder);
            registry.Restore(StoredNode.Restore(_recorder.Forgotten!));
        }

        Assert.Equal(ApplyOutcome.OldRun, ApplyTo(registry, CreateSnapshot(7, run: 1, uptime: 100, sequence: 9)));
        Assert.Equal(ApplyOutcome.OldRun, ApplyTo(registry, CreateSnapshot(7, run: 77, uptime: 150)));
        Assert.Equal(ApplyOutcome.Duplicate, ApplyTo(registry, CreateSnapshot(7, run: 2, uptime: 200, sequence: 50)));
        Assert.Equal(0, registry.Count);
        Assert.Equal(ApplyOutcome.Accepted, ApplyTo(registry, CreateSnapshot(7, run: 2, uptime: 300, sequence: 150)));
        Assert.Equal([NodeEventKind.Joined], _recorder.Events.TakeLast(1).Select(static raised => raised.Kind));
        Assert.Equal(ApplyOutcome.OldRun, ApplyTo(registry, CreateSnapshot(7, run: 1, uptime: 100, sequence: 9)));
        Assert.Equal(1, registry.Count);
    }

    [Fact]
    public void A_goodbye_in_parts_is_a_goodbye()
    {
        Apply(Snapshots.Of(0, part: new PartNumber(1, 2)) with { Bye = new ByeReading("stop", null) });
        Apply(Snapshots.Of(0, part: new PartNumber(0, 2)));

        Assert.Equal(NodeHealth.Left, Status().Health);
        Assert.Equal("stop", Status().Bye!.Reason);
    }

    [Fact]
    public void Missed_samples_of_earlier_runs_remain_counted()
    {
        Apply(Snapshots.Of(0, run: 1));
        Apply(Snapshots.Of(4, run: 1));
        Apply(Snapshots.Of(0, run: 2));
        Apply(Snapshots.Of(2, run: 2));

        Assert.Equal(3 + 1, Status().Missed);
    }

    [Fact]
    public void A_reading_that_vanishes_is_absent()
    {
        Apply(Snapshots.Of(0).With((CpuSummarySection.TemperatureCelsius, 40)));
        Apply(Snapshots.Of(1));

        Assert.Null(Status().Readings.Section(CpuSummarySection.Definition));
    }

    [Fact]
    public void Parts_of_one_sample_are_merged()
    {
        var load = Snapshots.Of(0, part: new PartNumber(0, 2));
        var memory = (Snapshots.Of(0, part: new PartNumber(1, 2)) with { Labels = [new("rack", "a")] })
            .Without(LoadSection.Definition)
            .With((MeminfoSection.TotalBytes, 1024));
        Apply(load);
        Apply(memory);

        Assert.Equal(0.5, Status().Readings[LoadSection.OneMinute]);
        Assert.Equal(1024, Status().Readings[MeminfoSection.TotalBytes]);
        Assert.Equal("rack", Assert.Single(Status().Labels!).Key);
        Assert.Equal(2, Status().Received);
    }

    [Fact]
    public void About_and_labels_stay_until_they_are_sent_again()
    {
        Apply(Snapshots.Of(0) with { About = new AboutReading { Kernel = "6.6" }, Labels = [new("rack", "a")] });
        Apply(Snapshots.Of(1));
        Assert.Equal("6.6", Status().About!.Kernel);
        Assert.NotNull(Status().Labels);

        Apply(Snapshots.Of(2) with { About = new AboutReading { Kernel = "6.7" } });
        Assert.Equal("6.7", Status().About!.Kernel);
        Assert.Null(Status().Labels);
    }

    [Fact]
    public void Goodbye_makes_it_left_and_a_new_start_makes_it_up()
    {
        Apply(Snapshots.Of(0));
        Apply(Snapshots.Of(1) with { Bye = new ByeReading("stop", null) });
        Assert.Equal(NodeHealth.Left, Status().Health);

        Apply(Snapshots.Of(0, run: 2));
        Assert.Equal(NodeHealth.Up, Status().Health);
        Assert.Null(Status().Bye);
    }

    [Fact]
    public void An_older_datagram_after_the_goodbye_does_not_make_the_node_up()
    {
        Apply(Snapshots.Of(0));
        Apply(Snapshots.Of(2) with { Bye = new ByeReading("stop", null) });
        Apply(Snapshots.Of(1));

        Assert.Equal(NodeHealth.Left, Status().Health);
    }

    [Fact]
    public void Rejects_new_nodes_beyond_the_limit_but_not_existing_ones()
    {
        Apply(Snapshots.Of(node: "0000000000000001"));
        Apply(Snapshots.Of(node: "0000000000000002"));
        Apply(Snapshots.Of(node: "0000000000000003"));
        Assert.Equal(ApplyOutcome.TooManyNodes, Apply(Snapshots.Of(node: "0000000000000004")));
        Assert.Equal(ApplyOutcome.Accepted, Apply(Snapshots.Of(1, node: "0000000000000001")));

        Assert.Equal(3, _registry.Count);
    }

    /// <summary>A flood of invented identities must not lock a real node out for a week.</summary>
    [Fact]
    public void The_node_silent_for_the_longest_makes_room_for_a_new_one()
    {
        foreach (var node in (string[])["0000000000000001", "0000000000000002", "0000000000000003"])
        {
            Apply(Snapshots.Of(node: node));
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        _registry.SetHealth("0000000000000001", NodeHealth.Lost);
        _registry.SetHealth("0000000000000002", NodeHealth.Lost);
        Assert.Equal(ApplyOutcome.TooManyNodes, Apply(Snapshots.Of(node: "0000000000000004")));
        _time.Advance(TimeSpan.FromSeconds(8.5));
        Assert.Equal(ApplyOutcome.Accepted, Apply(Snapshots.Of(node: "0000000000000004")));
        Assert.Equal(ApplyOutcome.Accepted, Apply(Snapshots.Of(node: "0000000000000005")));

        Assert.False(_registry.TryGet("0000000000000001", out _));
        Assert.False(_registry.TryGet("0000000000000002", out _));
        Assert.True(_registry.TryGet("0000000000000003", out _));
        Assert.Equal(3, _registry.Count);
    }

    [Fact]
    public void A_raspi_cluster_node_is_identified_by_its_host_name_and_its_interval_is_learnt()
    {
        for (var index = 0; index < 60; index++)
        {
            Apply(Snapshots.Legacy());
            _time.Advance(TimeSpan.FromSeconds(5));
        }

        Assert.True(_registry.TryGet("old-pi", out var status));
        Assert.InRange(status.Interval.TotalSeconds, 4.5, 5.1);
        Assert.Null(status.Header);
    }

    [Fact]
    public void Copies_of_a_raspi_cluster_datagram_count_once()
    {
        for (var index = 0; index < 10; index++)
        {
            Assert.Equal(ApplyOutcome.Accepted, Apply(Snapshots.Legacy()));
            _time.Advance(TimeSpan.FromMilliseconds(1));
            Assert.Equal(ApplyOutcome.Duplicate, Apply(Snapshots.Legacy()));
            _time.Advance(TimeSpan.FromSeconds(2));
        }

        Assert.True(_registry.TryGet("old-pi", out var status));
        Assert.InRange(status.Interval.TotalSeconds, 1.9, 2.1);
    }

    [Fact]
    public void A_restored_raspi_cluster_node_keeps_its_learnt_interval()
    {
        for (var index = 0; index < 20; index++)
        {
            Apply(Snapshots.Legacy());
            _time.Advance(TimeSpan.FromSeconds(60));
        }

        Assert.True(_registry.TryGet("old-pi", out var known));
        var second = new NodeRegistry(3, new CollectorMetrics(), _time);
        second.Restore(known with { Received = 0 });
        second.Apply(Snapshots.Legacy(), Snapshots.Source, _time.GetTimestamp());
        Assert.True(second.TryGet("old-pi", out var restored));
        Assert.InRange(restored.Interval.TotalSeconds, 59, 61);
    }

    [Fact]
    public void A_raspi_cluster_host_name_cannot_take_another_nodes_identity()
    {
        Apply(Snapshots.Of(0));
        Apply(Snapshots.Legacy(Snapshots.NodeA));

        Assert.Equal(2, _registry.Count);
        Assert.True(_registry.TryGet("host-" + Snapshots.NodeA, out _));
    }

    [Fact]
    public void A_restored_node_is_late_until_it_sends_and_accepted_samples_are_not_accepted_twice()
    {
        Apply(Snapshots.Of(10));
        var second = new NodeRegistry(3, new CollectorMetrics(), _time);
        second.Restore(Status() with { Received = 0, Address = null });
        Assert.True(second.TryGet(Snapshots.NodeA, out var restored));
        Assert.Equal(NodeHealth.Late, restored.Health);

        Assert.Equal(ApplyOutcome.Duplicate, second.Apply(Snapshots.Of(10), Snapshots.Source, _time.GetTimestamp()));
        Assert.Equal(ApplyOutcome.Accepted, second.Apply(Snapshots.Of(11), Snapshots.Source, _time.GetTimestamp()));
        Assert.True(second.TryGet(Snapshots.NodeA, out var received));
        Assert.Equal(NodeHealth.Up, received.Health);
    }

    [Fact]
    public void The_address_stays_while_it_is_in_use_and_then_follows_the_node()
    {
        var other = new IPEndPoint(IPAddress.Parse("fd00::7"), 1).Serialize();
        Apply(Snapshots.Of(0));
        for (var sequence = 1; sequence < 10; sequence++)
        {
            // The copy over IPv6 is faster; the one over IPv4 is a duplicate, but it shows that the address is in use.
            _time.Advance(TimeSpan.FromSeconds(1));
            _registry.Apply(Snapshots.Of(sequence), other, _time.GetTimestamp());
            Apply(Snapshots.Of(sequence));
        }

        Assert.Equal("10.77.0.11", Status().Address);
        for (var sequence = 10; sequence < 14; sequence++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            _registry.Apply(Snapshots.Of(sequence), other, _time.GetTimestamp());
        }

        Assert.Equal("fd00::7", Status().Address);
    }

    /// <summary>A sample whose clock started in 1970 when its kernel did.</summary>
    private static NodeSnapshot CreateSnapshot(uint boot, uint run, long? uptime, long sequence = 0)
    {
        var snapshot = Snapshots.Of(sequence, run: run);
        return snapshot with
        {
            Header = snapshot.Header! with
            {
                Boot = boot,
                UptimeSeconds = uptime,
                TimeMilliseconds = (uptime ?? 0) * 1000,
            },
        };
    }

    /// <summary>A new collector with the content of the database.</summary>
    private NodeRegistry Restarted()
    {
        var registry = new NodeRegistry(3, new CollectorMetrics(), _time);
        registry.Restore(StoredNode.Restore(Status()));
        return registry;
    }

    private ApplyOutcome ApplyTo(NodeRegistry registry, NodeSnapshot snapshot) =>
        registry.Apply(snapshot, Snapshots.Source, _time.GetTimestamp());

    private ApplyOutcome Apply(NodeSnapshot snapshot) =>
        _registry.Apply(snapshot, Snapshots.Source, _time.GetTimestamp());

    private NodeStatus Status()
    {
        Assert.True(_registry.TryGet(Snapshots.NodeA, out var status));
        return status;
    }
}
