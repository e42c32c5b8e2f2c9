using System.Net;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Nodes.Registry;
using NodeTelemetry.Collector.Nodes.Silence;
using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Collector.Tests.Storage.Tables;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.Protocol.Wire;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Nodes.Silence;

public sealed class NodeProberTests
{
    private static readonly HealthLimits Limits = new(1.5, 2.9, 5, TimeSpan.FromSeconds(2), TimeSpan.FromHours(1));
    private static readonly SocketAddress Elsewhere = new IPEndPoint(IPAddress.Parse("10.77.0.99"), 40_000).Serialize();

    private readonly ManualTimeProvider _time = new();
    private readonly CollectorMetrics _metrics = new();
    private readonly Snapshots.Recorder _recorder = new();
    private readonly NodeRegistry _registry;
    private readonly LossDetector _detector;
    private readonly List<(string Target, TimeSpan At)> _probes = [];
    private readonly long _start;
    private bool _canSend = true;
    private int _cookieRequests;

    public NodeProberTests()
    {
        _start = _time.GetTimestamp();
        _registry = Snapshots.Registry(5000, _time, _recorder, _metrics);
        _detector = Detector(_registry);
    }

    [Fact]
    public void A_probe_reply_does_not_affect_the_clock_deviation()
    {
        Receive(0);
        var deviation = Status().ClockDeviationSeconds;
        Assert.NotNull(deviation);
        Pass(0.7);
        Assert.Single(_probes);
        Receive(0);
        Assert.True(Status().AnswersProbes);
        Assert.Equal(deviation, Status().ClockDeviationSeconds);
        Pass(1);
        Receive(1);
        Assert.NotEqual(deviation, Status().ClockDeviationSeconds);
    }

    [Fact]
    public void A_node_that_is_up_is_probed_once_between_two_samples_and_then_known_to_reply()
    {
        Receive(0);
        Pass(0.7);
        Assert.InRange(Assert.Single(_probes).At.TotalSeconds, 0.5, 0.6);
        Assert.False(Status().AnswersProbes);

        Receive(0);
        Assert.True(Status().AnswersProbes);
        for (var sequence = 1; sequence < 100; sequence++)
        {
            Receive(sequence);
            Pass(1);
        }

        Assert.Single(_probes);
        Assert.Equal((0, 1), (Status().ProbeRecoveries, Status().Duplicates));
    }

    /// <summary>So the first probe of a silent node has a valid cookie: it loses no time to a challenge.</summary>
    [Fact]
    public void A_cookie_is_renewed_while_the_node_is_on_time()
    {
        ReceiveUntilItReplies();
        var node = _registry.States.Single();
        node.Cookies.OnSent(new ControlMessage { Request = ControlRequest.Sample });
        Assert.True(node.Cookies.TryTake(7, out _));
        var before = _cookieRequests;
        for (var sequence = 2; sequence < 330; sequence++)
        {
            Receive(sequence);
            Pass(1);
        }

        Assert.InRange(_cookieRequests - before, 1, 4);
        Assert.Empty(_probes);

        // A node that required none is not asked again.
        Assert.True(CookieState.RenewAfter * 2 <= TimeSpan.FromMinutes(10));
    }

    [Fact]
    public void After_a_restart_of_the_collector_a_cookie_is_requested_before_it_is_needed()
    {
        ReceiveUntilItReplies();
        var (registry, detector) = Restarted(StoredNode.Restore(Status()));
        registry.Apply(Snapshots.Of(2), Snapshots.Source, _time.GetTimestamp());
        var before = _cookieRequests;
        Pass(1, detector);
        registry.Apply(Snapshots.Of(3), Snapshots.Source, _time.GetTimestamp());
        Pass(20, detector);
        Assert.Equal(1, _cookieRequests - before);
    }

    [Fact]
    public void A_node_that_never_replies_is_probed_less_and_less_often()
    {
        for (var sequence = 0; sequence < 100; sequence++)
        {
            Receive(sequence);
            Pass(1);
        }

        Assert.InRange(_probes.Count, 6, 8);
        Assert.False(Status().AnswersProbes);
    }

    [Fact]
    public void A_late_node_is_probed_in_two_volleys_and_lost_without_a_reply()
    {
        ReceiveUntilItReplies();
        Pass(1.4);
        Assert.Empty(_probes);
        Pass(0.7);
        Assert.Equal(NodeProber.VolleyCount, _probes.Count);
        Pass(0.76);
        Assert.Equal(NodeHealth.Late, Status().Health);
        Assert.InRange(_probes.Count, 2 * NodeProber.VolleyCount, NodeProber.CountMax);
        Pass(0.1);
        Assert.Equal(NodeHealth.Lost, Status().Health);
        Pass(60);
        Assert.Equal(NodeProber.CountMax, _probes.Count);
        Assert.All(_probes, probe => Assert.Equal("10.77.0.11:40000", probe.Target));
    }

    [Fact]
    public void A_reply_with_a_lost_sample_makes_the_node_up_and_is_counted()
    {
        ReceiveUntilItReplies();
        Pass(1.6);
        Receive(2);

        Assert.Equal(NodeHealth.Up, Status().Health);
        Assert.Equal((1, 0), (Status().ProbeRecoveries, Status().Missed));
    }

    [Fact]
    public void A_reply_with_the_same_sample_makes_the_node_up_and_notifies_listeners_of_no_reading()
    {
        ReceiveUntilItReplies();
        Pass(1.6);
        var accepted = _recorder.Accepted.Count;
        Receive(1);

        Assert.Equal(NodeHealth.Up, Status().Health);
        Assert.Equal(1, Status().ProbeRecoveries);
        Assert.Equal(accepted, _recorder.Accepted.Count);
        Assert.Equal((Snapshots.NodeA, NodeHealth.Late, NodeHealth.Up), _recorder.Changes[^1]);
    }

    /// <summary>A host on the network replays what the failed node had sent.</summary>
    [Theory]
    [InlineData("from elsewhere")]
    [InlineData("an older sample")]
    [InlineData("before any probe")]
    public void A_replay_does_not_keep_a_failed_node_up(string replay)
    {
        ReceiveUntilItReplies();
        for (var step = 0; step < 30; step++)
        {
            var (sequence, source) = replay switch
            {
                "from elsewhere" => (1, Elsewhere),
                "an older sample" => (0, Snapshots.Source),
                _ => (1, Snapshots.Source),
            };
            if (replay != "before any probe" || _probes.Count == 0)
            {
                _registry.Apply(Snapshots.Of(sequence), source, _time.GetTimestamp());
            }

            Pass(0.1);
        }

        Assert.Equal(NodeHealth.Lost, Status().Health);
        Assert.Equal(0, Status().ProbeRecoveries);
    }

    [Fact]
    public void A_reply_after_the_goodbye_does_not_make_the_node_up()
    {
        Receive(0);
        Pass(0.6);
        Assert.Single(_probes);
        var bye = Snapshots.Of(1) with { Bye = new ByeReading("stop", null) };
        _registry.Apply(bye, Snapshots.Source, _time.GetTimestamp());
        _registry.Apply(bye, Snapshots.Source, _time.GetTimestamp());
        Pass(30);

        Assert.Equal(NodeHealth.Left, Status().Health);
        Assert.Single(_probes);
    }

    [Fact]
    public void Raspi_cluster_nodes_are_never_probed_and_get_more_time()
    {
        for (var index = 0; index < 50; index++)
        {
            _registry.Apply(Snapshots.Legacy(), Snapshots.Source, _time.GetTimestamp());
            Pass(1);
        }

        Assert.True(_registry.TryGet("old-pi", out var status));
        Pass((4.8 * status.Interval).TotalSeconds - 1);
        Assert.True(_registry.TryGet("old-pi", out status));
        Assert.Equal(NodeHealth.Late, status.Health);
        Assert.Empty(_probes);
    }

    [Fact]
    public void After_a_restart_of_the_collector_the_node_is_probed_at_its_last_address_before_it_is_lost()
    {
        ReceiveUntilItReplies();
        var (registry, detector) = Restarted(StoredNode.Restore(Status()));
        Pass(29, detector);
        Assert.Equal(NodeProber.CountMax, _probes.Count);
        Assert.All(_probes, probe => Assert.Equal("10.77.0.11:40000", probe.Target));
        Assert.Equal(NodeHealth.Late, registry.Statuses.Single().Health);
        Pass(2, detector);
        Assert.Equal(NodeHealth.Lost, registry.Statuses.Single().Health);
    }

    [Fact]
    public void After_a_restart_of_the_collector_a_reply_with_the_same_sample_makes_the_node_up()
    {
        ReceiveUntilItReplies();
        var (registry, detector) = Restarted(StoredNode.Restore(Status()));
        Pass(1.7, detector);
        Assert.NotEmpty(_probes);
        Assert.Equal(
            ApplyOutcome.Duplicate,
            registry.Apply(Snapshots.Of(Status().Header!.Sequence), Snapshots.Source, _time.GetTimestamp()));

        Assert.Equal((NodeHealth.Up, true), (registry.Statuses.Single().Health, registry.Statuses.Single().AnswersProbes));
    }

    [Fact]
    public void A_restored_node_without_a_port_is_not_probed()
    {
        ReceiveUntilItReplies();
        var (registry, detector) = Restarted(StoredNode.Restore(Status() with { Port = null }));
        Pass(31, detector);

        Assert.Empty(_probes);
        Assert.Equal(NodeHealth.Lost, registry.Statuses.Single().Health);
    }

    /// <summary>A node on Wi-Fi is probed once halfway between two samples, and its replies change only when it was last seen.</summary>
    [Fact]
    public void A_node_on_wifi_is_probed_halfway_between_two_samples()
    {
        for (var sequence = 0; sequence < 20; sequence++)
        {
            ReceiveByWifi(sequence);
            Pass(0.6);
            Assert.Equal(sequence + 1, _probes.Count);
            ReceiveByWifi(sequence);
            Pass(0.4);
        }

        Assert.Equal((0, 20, 20), (Status().ProbeRecoveries, Status().Received, Status().Duplicates));

        void ReceiveByWifi(long sequence) =>
            _registry.Apply(Snapshots.Of(sequence) with { Sections = Snapshots.Wifi }, Snapshots.Source, _time.GetTimestamp());
    }

    [Fact]
    public void After_a_restart_the_new_port_is_probed_and_must_reply_first()
    {
        ReceiveUntilItReplies();
        _registry.Apply(Snapshots.Of(0, run: 2), Elsewhere, _time.GetTimestamp());
        Assert.False(Status().AnswersProbes);
        Pass(0.7);
        Assert.Equal("10.77.0.99:40000", Assert.Single(_probes).Target);
    }

    [Fact]
    public void Probes_are_limited_over_all_nodes_and_suppressed_ones_are_counted()
    {
        for (var index = 0; index < 5000; index++)
        {
            _registry.Apply(Snapshots.Of(0, node: $"{index:x16}"), Snapshots.Source, _time.GetTimestamp());
        }

        Pass(0.95);

        Assert.Equal(NodeProber.PerSecondMax, _probes.Count);
        Assert.Equal(NodeProber.PerSecondMax, _metrics.ProbesSent.Value);
        Assert.True(_metrics.ProbesSuppressed.Value > 0);
    }

    [Fact]
    public void A_probe_that_cannot_be_sent_is_counted_and_awaits_no_reply()
    {
        _canSend = false;
        Receive(0);
        Pass(0.55);
        Receive(0);

        Assert.False(Status().AnswersProbes);
        Assert.Equal((0, _probes.Count), (_metrics.ProbesSent.Value, _metrics.ProbesFailed.Value));
    }

    /// <summary>Afterwards sample 1 has just been received, and no probe has been sent since.</summary>
    private void ReceiveUntilItReplies()
    {
        Receive(0);
        Pass(0.7);
        Receive(0);
        Assert.True(Status().AnswersProbes);
        Receive(1);
        _probes.Clear();
    }

    private LossDetector Detector(NodeRegistry registry)
    {
        var prober = new NodeProber(
            Limits,
            (node, request) =>
            {
                if (request.Request == ControlRequest.Cookie)
                {
                    _cookieRequests++;
                    return true;
                }

                _probes.Add((SourceText.Format(node.Source), _time.GetElapsedTime(_start)));
                return _canSend;
            },
            _metrics,
            _time,
            new Random(7));
        return new LossDetector(registry, prober, Snapshots.NoFault, Limits, _time);
    }

    /// <summary>A new collector with one node from the database.</summary>
    private (NodeRegistry Registry, LossDetector Detector) Restarted(NodeStatus known)
    {
        var registry = Snapshots.Registry(5000, _time, _recorder, _metrics);
        registry.Restore(known);
        return (registry, Detector(registry));
    }

    private void Receive(long sequence) => _registry.Apply(Snapshots.Of(sequence), Snapshots.Source, _time.GetTimestamp());

    private void Pass(double seconds, LossDetector? detector = null)
    {
        for (var passed = TimeSpan.Zero; passed < TimeSpan.FromSeconds(seconds); passed += LossDetector.SweepPeriodMin)
        {
            _time.Advance(LossDetector.SweepPeriodMin);
            (detector ?? _detector).Sweep(_time.GetTimestamp());
        }
    }

    private NodeStatus Status()
    {
        Assert.True(_registry.TryGet(Snapshots.NodeA, out var status));
        return status;
    }
}
