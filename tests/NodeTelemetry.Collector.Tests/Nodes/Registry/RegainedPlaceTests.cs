using System.Net;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Nodes.Events;
using NodeTelemetry.Collector.Nodes.Registry;
using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Collector.Tests.Storage.Tables;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Nodes.Registry;

/// <summary>A live node that goes on sending is never locked out, whatever else was received under its identity.</summary>
public sealed class RegainedPlaceTests
{
    private const uint Run = 11;
    private const long Sequence = 1000;
    private const long Uptime = 5000;

    private static readonly SocketAddress OtherSource = new IPEndPoint(IPAddress.Parse("10.77.0.99"), 40_000).Serialize();

    private readonly ManualTimeProvider _time = new();
    private readonly Snapshots.Recorder _recorder = new();
    private NodeRegistry _registry;
    private long _sent;

    public RegainedPlaceTests() => _registry = Snapshots.Registry(10, _time, _recorder);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_forged_sequence_is_rejected(bool isRestarted)
    {
        Live(5);
        if (isRestarted)
        {
            Restart();
        }

        Assert.Equal(ApplyOutcome.AheadOfTime, Forge(header => header with { Sequence = (1L << 53) - 1 }));
        Assert.Equal(ApplyOutcome.AheadOfTime, Forge(header => header with { UptimeSeconds = 1_000_000_000 }));
        Assert.Equal(ApplyOutcome.Accepted, Live(1));
        Assert.Null(Status().Conflict);
    }

    /// <summary>A collector without this rule stored the forged sequence.</summary>
    [Fact]
    public void A_node_with_a_stored_sequence_far_ahead_regains_its_place_within_three_intervals()
    {
        Live(5);
        Restart(status => status with { Header = status.Header! with { Sequence = (1L << 53) - 1 } });
        Live(3);

        AssertRegained();
        Assert.Equal(ApplyOutcome.Accepted, Live(1));
    }

    /// <summary>Within the slack, a forged sequence is accepted; the samples of the node then look late.</summary>
    [Theory]
    [InlineData(40, 0)]
    [InlineData(40, 1_000_000_000)]
    [InlineData(1, 0)]
    public void A_node_behind_a_forged_sample_regains_its_place(int ahead, long clockAhead)
    {
        Live(5);
        Assert.Equal(ApplyOutcome.Accepted, Forge(header => header with
        {
            Sequence = header.Sequence + ahead,
            TimeMilliseconds = header.TimeMilliseconds + clockAhead,
        }));
        _time.Advance(TimeSpan.FromMilliseconds(300));
        Live(ahead > 3 ? 3 : 4);

        Assert.Equal(Sequence + _sent - 1, Status().Header!.Sequence);
        Assert.Equal(NodeHealth.Up, Status().Health);
        Assert.Equal(ahead > 3, Status().Conflict is not null);
        Assert.Equal(0, Status().Missed);
    }

    /// <summary>The agent of a machine that was reset to a snapshot goes on with an earlier sequence.</summary>
    [Theory]
    [InlineData(500)]
    [InlineData(30)]
    public void A_machine_reset_to_a_snapshot_regains_its_place(int back)
    {
        Live(600);
        _sent -= back;
        var accepted = _recorder.Accepted.Count;
        Assert.Equal(ApplyOutcome.Accepted, Live(3));

        AssertRegained();
        Live(5);
        Assert.Equal(accepted + 6, _recorder.Accepted.Count);
        var missing = Assert.Single(Status().Gaps, static gap => !gap.IsBackfill);
        Assert.Equal((Sequence + 600 - back, Sequence + 601 - back), (missing.From, missing.To));
    }

    /// <summary>Its clock is that of the snapshot until it is synchronised. Nothing else is received from it.</summary>
    [Fact]
    public void A_machine_reset_to_a_snapshot_with_its_clock_regains_its_place()
    {
        Live(600);
        _sent -= 500;
        for (var count = 0; count < 6; count++)
        {
            Live(1, clock: -500_000);
        }

        AssertRegained();
    }

    [Fact]
    public void A_forged_boot_mark_does_not_exclude_the_next_run()
    {
        Live(5);
        Restart(status => status with
        {
            Header = status.Header! with { UptimeSeconds = 1_000_000_000, TimeMilliseconds = long.MaxValue / 2000 },
        });
        _sent = 0;
        Live(3, run: 12);

        AssertRegained();
        Assert.Equal(12u, Status().Header!.Run);
    }

    [Fact]
    public void Two_machines_with_one_identity_are_both_accepted_after_a_restart()
    {
        for (var count = 0; count < 10; count++)
        {
            Live(1);
            Forge(header => header with { Run = 77, Boot = 9, Sequence = 5 + count, UptimeSeconds = 90 });
        }

        Restart();
        _recorder.Events.Clear();
        for (var count = 10; count < 20; count++)
        {
            Assert.Equal(ApplyOutcome.Accepted, Live(1));
            var other = Forge(header => header with { Run = 77, Boot = 9, Sequence = 5 + count, UptimeSeconds = 90 });
            Assert.Equal(ApplyOutcome.Accepted, other);
        }

        AssertRegained();
    }

    /// <summary>A recording that is played back at its own pace must not make a lost node look alive.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_replayed_recording_is_rejected(bool isSigned)
    {
        Live(600, isSigned: isSigned);
        var last = Status().LastSeen;
        _sent -= 500;
        for (var count = 0; count < 100; count++)
        {
            var outcome = Send(
                Run, OtherSource, header => header with { TimeMilliseconds = header.TimeMilliseconds - 500_000 }, isSigned);
            Assert.Equal(ApplyOutcome.TooOld, outcome);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(last, Status().LastSeen);
    }

    /// <summary>A burst of copies is no sender that goes on.</summary>
    [Fact]
    public void A_burst_is_rejected()
    {
        Live(600);
        _sent -= 500;
        for (var count = 0; count < 10; count++)
        {
            Assert.Equal(ApplyOutcome.TooOld, Send(Run, Snapshots.Source));
        }
    }

    /// <summary>While the collector is suspended, its clock stands still and the agent goes on.</summary>
    [Fact]
    public void After_a_suspended_collector_the_node_goes_on_without_a_conflict()
    {
        Live(5);
        _sent += 5000;
        Live(3);

        Assert.Equal(Sequence + _sent - 1, Status().Header!.Sequence);
        Assert.Null(Status().Conflict);
        Assert.NotEmpty(Status().Gaps);
    }

    /// <summary>Their clock is ahead of that of the newest sample, as if they were later.</summary>
    [Fact]
    public void Repaired_samples_from_before_a_clock_was_set_back_claim_nothing()
    {
        const long Hour = 3_600_000;
        Live(5, clock: Hour);
        var lost = new List<SampleHeader>();
        for (var count = 0; count < 6; count++)
        {
            var header = Header(Run, Sequence + _sent++);
            lost.Add(header with { TimeMilliseconds = header.TimeMilliseconds + Hour });
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Live(3);
        foreach (var header in lost)
        {
            Assert.Equal(ApplyOutcome.Accepted, Apply(header, Snapshots.Source, isSigned: false));
            Assert.Equal(ApplyOutcome.Duplicate, Apply(header, Snapshots.Source, isSigned: false));
            Live(1);
        }

        Assert.Null(Status().Conflict);
        Assert.Equal(Sequence + _sent - 1, Status().Header!.Sequence);
        Assert.DoesNotContain(Status().Gaps, static gap => !gap.IsBackfill);
    }

    [Fact]
    public void A_forgotten_node_with_a_forged_boot_mark_returns()
    {
        Live(5);
        Restart(status => status with
        {
            Health = NodeHealth.Forgotten,
            Header = status.Header! with { UptimeSeconds = 1_000_000_000, TimeMilliseconds = long.MaxValue / 2000 },
        });
        _sent = 0;
        Live(3, run: 12);

        Assert.Equal(12u, Status().Header!.Run);
    }

    private ApplyOutcome Live(int count, uint run = Run, bool isSigned = false, long clock = 0)
    {
        var outcome = ApplyOutcome.Accepted;
        for (var index = 0; index < count; index++)
        {
            outcome = Send(
                run, Snapshots.Source, header => header with { TimeMilliseconds = header.TimeMilliseconds + clock }, isSigned);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        return outcome;
    }

    /// <summary>Sends the next sample of the node.</summary>
    private ApplyOutcome Send(
        uint run, SocketAddress source, Func<SampleHeader, SampleHeader>? change = null, bool isSigned = false)
    {
        var header = Header(run, Sequence + _sent++);
        return Apply(change?.Invoke(header) ?? header, source, isSigned);
    }

    /// <summary>Changes what would be the next sample, and sends it from elsewhere.</summary>
    private ApplyOutcome Forge(Func<SampleHeader, SampleHeader> change) =>
        Apply(change(Header(Run, Sequence + _sent)), OtherSource, isSigned: false);

    private ApplyOutcome Apply(SampleHeader header, SocketAddress source, bool isSigned)
    {
        var snapshot = Snapshots.Of() with { Header = header, Signature = isSigned ? "key:AAAA" : null };
        return _registry.Apply(snapshot, source, _time.GetTimestamp());
    }

    private SampleHeader Header(uint run, long sequence) => Snapshots.Of(sequence, run: run).Header! with
    {
        TimeMilliseconds = _time.GetUtcNow().ToUnixTimeMilliseconds(),
        UptimeSeconds = Uptime + (long)_time.GetElapsedTime(0).TotalSeconds,
    };

    private void Restart(Func<NodeStatus, NodeStatus>? change = null)
    {
        var status = StoredNode.Restore(Status());
        _registry = new NodeRegistry(10, new CollectorMetrics(), _time);
        _registry.Attach(new NodeListeners([_recorder], [_recorder], [_recorder]));
        _registry.Restore(change?.Invoke(status) ?? status);
    }

    private void AssertRegained()
    {
        Assert.Equal(NodeEventKind.DuplicateNode, Status().Conflict?.Kind);
        Assert.Contains(_recorder.Events, static raised => raised.Kind == NodeEventKind.DuplicateNode);
        Assert.Equal(NodeHealth.Up, Status().Health);
    }

    private NodeStatus Status() => _registry.TryGet(Snapshots.NodeA, out var status)
        ? status
        : throw new InvalidOperationException("The node is not known.");
}
