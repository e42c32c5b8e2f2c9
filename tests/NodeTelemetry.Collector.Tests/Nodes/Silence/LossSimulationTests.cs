using System.Globalization;
using System.Net;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Nodes.Events;
using NodeTelemetry.Collector.Nodes.Registry;
using NodeTelemetry.Collector.Nodes.Silence;
using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Collector.Options;
using NodeTelemetry.Hosting.Commands;
using NodeTelemetry.Protocol.Wire;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Nodes.Silence;

/// <summary>
/// Thirty nodes that send every second, over a network that loses datagrams and replies, with the real registry, detector and prober and
/// default limits. Only the clock, the network and the nodes are simulated. Times have a resolution of 10 ms.
/// </summary>
public sealed class LossSimulationTests
{
    private const int NodeCount = 30;
    private const int StepsPerInterval = 100;
    private const double LossRatio = 0.05;

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan DeathKnownMax = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Burst = TimeSpan.FromSeconds(2);

    /// <summary>How long before its next sample a wired node's burst may begin at the latest; see <see cref="HealthLimits"/>.</summary>
    private static readonly TimeSpan BurstMargin = TimeSpan.FromMilliseconds(100);

    /// <summary>The maximum delay, in steps, of datagrams and replies on Wi-Fi.</summary>
    private const int SendJitterSteps = 6;
    private const int AnswerJitterSteps = 3;


    private readonly ManualTimeProvider _time = new();
    private readonly CollectorMetrics _metrics = new();
    private readonly Snapshots.Recorder _recorder = new();
    private readonly NodeRegistry _registry;
    private readonly LossDetector _detector;
    private readonly Random _random;
    private readonly Node[] _nodes;
    private readonly Node[][] _byPhase;
    private readonly PriorityQueue<Node, long> _sends = new();
    private readonly PriorityQueue<Node, long> _answers = new();
    private readonly double _lossRatio;
    private readonly bool _isWireless;
    private readonly int _seed;
    private long _step;
    private long _timeStep;
    private long _sweepStep;
    private bool _hasArrived;

    public LossSimulationTests()
        : this(20261121, LossRatio)
    {
    }

    private LossSimulationTests(int seed, double lossRatio, bool isWireless = false)
    {
        _isWireless = isWireless;
        _seed = seed;
        _lossRatio = lossRatio;
        _random = new Random(seed);
        var sources = new OptionSources(CollectorOptionTable.All.Definitions);
        var limits = CollectorConfiguration.Read(sources).Options.Nodes.ToLimits();
        _registry = Snapshots.Registry(NodeCount, _time, new ChangesOnly(_recorder), _metrics);
        _detector = new LossDetector(
            _registry, new NodeProber(limits, Probe, _metrics, _time, new Random(seed + 1)), Snapshots.NoFault, limits, _time);
        _nodes = [.. Enumerable.Range(0, NodeCount).Select(index => new Node(index, _random.Next(StepsPerInterval)))];
        _byPhase = [.. Enumerable.Range(0, StepsPerInterval).Select(phase => _nodes.Where(node => node.Phase == phase).ToArray())];
    }

    /// <summary>
    /// Three node-days with 5 % of the datagrams lost each way: some 13 000 samples are missed, and no node is lost. For a node-year, set
    /// NODETELEMETRY_SIMULATED_NODE_DAYS to 365; it takes some minutes.
    /// </summary>
    [Fact]
    public void Lost_datagrams_lose_no_node()
    {
        var nodeDays = double.Parse(
            Environment.GetEnvironmentVariable("NODETELEMETRY_SIMULATED_NODE_DAYS") ?? "3", CultureInfo.InvariantCulture);
        Run(TimeSpan.FromDays(nodeDays / NodeCount));

        Assert.True(Losses() == 0, $"{Losses()} false losses in {nodeDays} node-days with seed {_seed}.");
        Assert.All(_registry.Statuses, static status => Assert.True(status.AnswersProbes));
        var missed = _registry.Statuses.Sum(static status => status.Missed);
        var recoveries = _registry.Statuses.Sum(static status => status.ProbeRecoveries);
        Assert.InRange(recoveries, nodeDays * 86_400 * LossRatio * 0.8, nodeDays * 86_400 * LossRatio * 1.2);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"Seed {_seed}: {nodeDays} node-days, {_registry.Statuses.Sum(static status => status.Received)} samples taken, {recoveries} of them because "
            + $"they were asked for, {missed} not at all; {_metrics.ProbesSent.Value} probes; {Losses()} nodes lost.");
        var reported = _recorder.Events.Where(static raised => raised.Kind != NodeEventKind.Joined).ToList();
        Assert.True(
            reported.TrueForAll(static raised => raised.Kind is NodeEventKind.Late or NodeEventKind.Recovered) && reported.Count <= nodeDays,
            $"Seed {_seed}: {string.Join(' ', reported.Select(static raised => raised.Text))}");
    }

    /// <summary>Hundreds of nodes fail at random moments while datagrams get lost: each is lost within 3 s, and up again when it returns.</summary>
    [Fact]
    public void A_failure_is_detected_within_three_seconds()
    {
        Run(TimeSpan.FromSeconds(10));
        for (var round = 0; round < 20; round++)
        {
            foreach (var node in _nodes)
            {
                node.DeadFrom = _step + _random.Next(StepsPerInterval);
            }

            Run(DeathKnownMax + TimeSpan.FromSeconds(2));
            foreach (var node in _nodes)
            {
                Assert.True(node.LostAt >= 0, $"Round {round}, seed {_seed}: node {node.Id} is not lost.");
                var known = (node.LostAt - node.DeadFrom) * Step;
                Assert.True(known > TimeSpan.Zero && known <= DeathKnownMax, $"Round {round}, seed {_seed}: known after {known}.");
                node.Revive();
            }

            Run(TimeSpan.FromSeconds(10));
            Assert.All(_registry.Statuses, static status => Assert.NotEqual(NodeHealth.Lost, status.Health));
        }
    }

    /// <summary>
    /// Nothing passes to or from a node on Wi-Fi for 2 s, beginning at every moment between two samples in steps of 10 ms, while agents send and
    /// replies arrive somewhat late.
    /// </summary>
    [Fact]
    public void Two_seconds_without_a_network_lose_no_node_on_wifi_whenever_they_begin()
    {
        var wifi = new LossSimulationTests(_seed, lossRatio: 0, isWireless: true);
        wifi.Run(TimeSpan.FromSeconds(10));
        for (var offset = 0; offset < StepsPerInterval + SendJitterSteps; offset++)
        {
            foreach (var node in wifi._nodes)
            {
                var toNext = (node.Phase - (wifi._step % StepsPerInterval) + StepsPerInterval) % StepsPerInterval;
                node.SilentFrom = wifi._step + toNext + offset;
                node.SilentUntil = node.SilentFrom + (long)(Burst / Step);
            }

            wifi.Run(TimeSpan.FromSeconds(8));
            Assert.True(wifi.Losses() == 0, $"{wifi.Losses()} false losses with offset {offset * Step}, seed {_seed}.");
        }
    }

    /// <summary>The same nodes fail at every moment between two samples: each is lost within 3 s.</summary>
    [Fact]
    public void A_failure_on_wifi_is_detected_within_three_seconds_at_any_time()
    {
        var wifi = new LossSimulationTests(_seed, lossRatio: 0, isWireless: true);
        wifi.Run(TimeSpan.FromSeconds(10));
        var latest = TimeSpan.Zero;
        for (var offset = 0; offset < StepsPerInterval; offset++)
        {
            foreach (var node in wifi._nodes)
            {
                var toNext = (node.Phase - (wifi._step % StepsPerInterval) + StepsPerInterval) % StepsPerInterval;
                node.DeadFrom = wifi._step + toNext + offset;
            }

            wifi.Run(DeathKnownMax + TimeSpan.FromSeconds(3));
            var last = wifi._nodes.Max(static node => node.LostAt < 0 ? TimeSpan.MaxValue : (node.LostAt - node.DeadFrom) * Step);
            latest = last > latest ? last : latest;
            Assert.True(last <= DeathKnownMax, $"With offset {offset * Step}, seed {_seed}: known after {last}.");
            Assert.All(wifi._nodes, static node => node.Revive());
            wifi.Run(TimeSpan.FromSeconds(10));
        }

        // Otherwise the simulation would not approach the limit.
        Assert.InRange(latest, TimeSpan.FromSeconds(2.9), DeathKnownMax);
    }

    /// <summary>Nothing passes either way for 2 s, repeatedly, beginning at every moment that a wired node tolerates.</summary>
    [Fact]
    public void A_silent_network_of_two_seconds_loses_no_wired_node()
    {
        var quiet = new LossSimulationTests(_seed, lossRatio: 0);
        quiet.Run(TimeSpan.FromSeconds(10));
        for (var round = 0; round < 200; round++)
        {
            foreach (var node in quiet._nodes)
            {
                // From just after a sample to just before the next one, less the margin.
                var toNext = (node.Phase - (quiet._step % StepsPerInterval) + StepsPerInterval) % StepsPerInterval;
                node.SilentFrom = quiet._step + toNext + 1 + quiet._random.Next(StepsPerInterval - (int)(BurstMargin / Step));
                node.SilentUntil = node.SilentFrom + (long)(Burst / Step);
            }

            quiet.Run(TimeSpan.FromSeconds(8));
        }

        Assert.True(quiet.Losses() == 0, $"{quiet.Losses()} false losses with seed {_seed}.");
    }

    private int Losses() => _recorder.Changes.Count(static change => change.Now == NodeHealth.Lost);

    private void Run(TimeSpan duration)
    {
        for (var end = _step + (long)(duration / Step); _step < end; _step++)
        {
            while (_answers.TryPeek(out var answering, out var arrives) && arrives <= _step)
            {
                _answers.Dequeue();
                Deliver(answering);
            }

            foreach (var node in _byPhase[_step % StepsPerInterval])
            {
                _sends.Enqueue(node, _step + (_isWireless ? _random.Next(SendJitterSteps) : 0));
            }

            while (_sends.TryPeek(out var sending, out var sends) && sends <= _step)
            {
                _sends.Dequeue();
                if (!sending.IsDead(_step))
                {
                    sending.Sequence++;
                    Deliver(sending);
                }
            }

            // As the ingest loop does: after whatever arrived, and when something is due.
            if (_hasArrived || _step >= _sweepStep)
            {
                _hasArrived = false;
                var wait = _time.GetElapsedTime(Now(), _detector.Sweep(Now()));
                _sweepStep = _step + (long)Math.Ceiling(
                    Math.Clamp(wait / Step, LossDetector.SweepPeriodMin / Step, LossDetector.SweepPeriodMax / Step));
                NoteLosses();
            }
        }
    }

    /// <summary>Advances the clock to the current step, which most steps do not need.</summary>
    private long Now()
    {
        if (_timeStep < _step)
        {
            _time.Advance((_step - _timeStep) * Step);
            _timeStep = _step;
        }

        return _time.GetTimestamp();
    }

    private bool Passes(Node node) =>
        (_step < node.SilentFrom || _step >= node.SilentUntil) && (_lossRatio == 0 || _random.NextDouble() >= _lossRatio);

    private void Deliver(Node node)
    {
        if (Passes(node))
        {
            _hasArrived = true;
            var snapshot = Snapshots.Of(node.Sequence, node.Id, node.Run, hostname: node.Hostname);
            _registry.Apply(_isWireless ? snapshot with { Sections = Snapshots.Wifi } : snapshot, node.Source, Now());
        }
    }

    private bool Probe(NodeState target, ControlMessage request)
    {
        // The last byte of the IPv4 address identifies the node.
        var node = _nodes[target.Source[7] - 1];
        if (request.Request == ControlRequest.Sample && Passes(node) && !node.IsDead(_step))
        {
            _answers.Enqueue(node, _step + 1 + (_isWireless ? _random.Next(AnswerJitterSteps) : 0));
        }

        return true;
    }

    private void NoteLosses()
    {
        foreach (var (id, _, now) in _recorder.Changes)
        {
            if (now == NodeHealth.Lost && Array.Find(_nodes, node => node.Id == id) is { LostAt: < 0 } node)
            {
                node.LostAt = _step;
            }
        }

        // False losses are still counted: the first test checks them at the end.
        if (_nodes.Any(static node => node.DeadFrom < long.MaxValue))
        {
            _recorder.Changes.Clear();
        }
    }

    private sealed class Node(int index, int phase)
    {
        public string Hostname { get; } = $"pi-{index}";

        public string Id { get; } = $"{index:x16}";

        public SocketAddress Source { get; } = new IPEndPoint(new IPAddress([10, 77, 0, (byte)(index + 1)]), 40_000).Serialize();

        public int Phase { get; } = phase;

        public uint Run { get; private set; } = 1;

        public long Sequence { get; set; } = -1;

        public long SilentFrom { get; set; }

        public long SilentUntil { get; set; }

        public long DeadFrom { get; set; } = long.MaxValue;

        public long LostAt { get; set; } = -1;

        public bool IsDead(long step) => step >= DeadFrom;

        public void Revive()
        {
            (DeadFrom, LostAt, Sequence) = (long.MaxValue, -1, -1);
            Run++;
        }
    }

    /// <summary>Millions of readings must not be kept in memory.</summary>
    private sealed class ChangesOnly(Snapshots.Recorder recorder) : IHealthListener, IEventListener
    {
        public void OnHealthChanged(NodeStatus status, NodeHealth? before)
        {
            if (status.Health == NodeHealth.Lost)
            {
                recorder.OnHealthChanged(status, before);
            }
        }

        public void OnEvent(NodeEvent raised) => recorder.OnEvent(raised);
    }
}
