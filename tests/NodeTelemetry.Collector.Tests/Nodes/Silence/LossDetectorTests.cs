using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Nodes.Registry;
using NodeTelemetry.Collector.Nodes.Silence;
using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Nodes.Silence;

public sealed class LossDetectorTests
{
    private static readonly HealthLimits Limits = new(2.5, 5, 5, TimeSpan.FromSeconds(2), TimeSpan.FromHours(1));

    private readonly ManualTimeProvider _time = new();
    private readonly Snapshots.Recorder _recorder = new();
    private readonly NodeRegistry _registry;
    private readonly LossDetector _detector;
    private long _sequence;

    public LossDetectorTests()
    {
        _registry = Snapshots.Registry(100, _time, _recorder);
        _detector = new LossDetector(_registry, Snapshots.SilentProber(Limits, _time), Snapshots.NoFault, Limits, _time);
    }

    [Fact]
    public void Silence_makes_a_node_late_then_lost_and_a_datagram_makes_it_up()
    {
        Receive();
        Pass(TimeSpan.FromSeconds(2.4));
        Assert.Equal(NodeHealth.Up, Health());
        Pass(TimeSpan.FromSeconds(0.2));
        Assert.Equal(NodeHealth.Late, Health());
        Pass(TimeSpan.FromSeconds(2.5));
        Assert.Equal(NodeHealth.Lost, Health());

        Receive();
        Assert.Equal(NodeHealth.Up, Health());
        Assert.Equal(
            [(null, NodeHealth.Up), (NodeHealth.Up, NodeHealth.Late), (NodeHealth.Late, NodeHealth.Lost), (NodeHealth.Lost, NodeHealth.Up)],
            _recorder.Changes.Select(change => (change.Before, change.Now)));
    }

    [Theory]
    [InlineData(-60)]
    [InlineData(60)]
    [InlineData(-29_000_000)]
    public void A_stepped_wall_clock_loses_no_node(int minutes)
    {
        Receive();
        _time.StepWallClock(TimeSpan.FromMinutes(minutes));
        Pass(TimeSpan.FromSeconds(1));

        Assert.Equal(NodeHealth.Up, Health());
    }

    [Fact]
    public void A_paused_collector_loses_no_node()
    {
        Receive();
        Pass(TimeSpan.FromSeconds(0.5));
        _time.Advance(TimeSpan.FromMinutes(10));
        _detector.Sweep(_time.GetTimestamp());
        Assert.Equal(NodeHealth.Up, Health());

        Pass(TimeSpan.FromSeconds(5.2));
        Assert.Equal(NodeHealth.Lost, Health());
    }

    [Fact]
    public void A_restored_node_gets_a_full_grace_period()
    {
        Receive();
        Assert.True(_registry.TryGet(Snapshots.NodeA, out var known));
        _time.Advance(TimeSpan.FromDays(1));
        var registry = new NodeRegistry(100, new CollectorMetrics(), _time);
        registry.Restore(known);
        var detector = new LossDetector(registry, Snapshots.SilentProber(Limits, _time), Snapshots.NoFault, Limits, _time);

        Sweep(detector, TimeSpan.FromSeconds(4.8));
        Assert.True(registry.TryGet(Snapshots.NodeA, out var waiting));
        Assert.Equal(NodeHealth.Late, waiting.Health);
        Sweep(detector, TimeSpan.FromSeconds(0.5));
        Assert.True(registry.TryGet(Snapshots.NodeA, out var lost));
        Assert.Equal(NodeHealth.Lost, lost.Health);
    }

    [Fact]
    public void A_node_that_left_is_not_lost_but_finally_forgotten()
    {
        Receive(new ByeReading("poweroff", null));
        Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(NodeHealth.Left, Health());

        _time.Advance(TimeSpan.FromHours(1));
        _detector.Sweep(_time.GetTimestamp());
        Assert.False(_registry.TryGet(Snapshots.NodeA, out _));
        Assert.Equal((Snapshots.NodeA, NodeHealth.Left, NodeHealth.Forgotten), _recorder.Changes[^1]);
    }

    /// <summary>Its interval is still unknown: silence means nothing before two gaps have been seen.</summary>
    [Fact]
    public void A_new_raspi_cluster_node_that_sends_once_a_minute_is_never_lost()
    {
        for (var minute = 0; minute < 30; minute++)
        {
            _registry.Apply(Snapshots.Legacy(), Snapshots.Source, _time.GetTimestamp());
            Pass(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(["old-pi"], _recorder.Changes.Select(change => change.Id).Distinct());
        Assert.Equal([NodeHealth.Up], _recorder.Changes.Select(change => change.Now));
    }

    [Fact]
    public void A_raspi_cluster_node_that_sent_once_is_finally_lost()
    {
        _registry.Apply(Snapshots.Legacy(), Snapshots.Source, _time.GetTimestamp());
        Pass(TimeSpan.FromMinutes(11));

        Assert.Equal(NodeHealth.Lost, _recorder.Changes[^1].Now);
    }

    [Fact]
    public void Each_node_is_evaluated_by_its_own_interval()
    {
        _registry.Apply(Snapshots.Of(0, node: "0000000000000001", intervalMilliseconds: 100), Snapshots.Source, _time.GetTimestamp());
        _registry.Apply(Snapshots.Of(0, node: "0000000000000002", intervalMilliseconds: 60_000), Snapshots.Source, _time.GetTimestamp());

        Pass(TimeSpan.FromSeconds(2.1));
        Assert.True(_registry.TryGet("0000000000000001", out var quick));
        Assert.True(_registry.TryGet("0000000000000002", out var slow));
        Assert.Equal((NodeHealth.Lost, NodeHealth.Up), (quick.Health, slow.Health));
    }

    /// <summary>
    /// Probes of thousands of late nodes took more than a second, and each sweep then looked like a stall of the collector.
    /// </summary>
    [Fact]
    public void A_slow_sweep_does_not_reset_the_silence_of_all_nodes()
    {
        var prober = new NodeProber(
            Limits,
            (_, _) =>
            {
                _time.Advance(TimeSpan.FromSeconds(1.2));
                return true;
            },
            new CollectorMetrics(), _time, new Random(1));
        var detector = new LossDetector(_registry, prober, Snapshots.NoFault, Limits, _time);
        Receive();
        var received = _time.GetTimestamp();
        while (Health() != NodeHealth.Lost)
        {
            Sweep(detector, TimeSpan.FromMilliseconds(50));
        }

        Assert.True(_time.GetElapsedTime(received) < TimeSpan.FromSeconds(7));
    }

    private void Receive(ByeReading? bye = null) =>
        _registry.Apply(Snapshots.Of(_sequence++) with { Bye = bye }, Snapshots.Source, _time.GetTimestamp());

    private void Pass(TimeSpan duration) => Sweep(_detector, duration);

    private void Sweep(LossDetector detector, TimeSpan duration)
    {
        for (var passed = TimeSpan.Zero; passed < duration; passed += LossDetector.SweepPeriodMin)
        {
            _time.Advance(LossDetector.SweepPeriodMin);
            detector.Sweep(_time.GetTimestamp());
        }
    }

    private NodeHealth Health()
    {
        Assert.True(_registry.TryGet(Snapshots.NodeA, out var status));
        return status.Health;
    }
}
