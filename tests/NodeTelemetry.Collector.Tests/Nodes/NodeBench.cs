using System.Net;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Nodes.Events;
using NodeTelemetry.Collector.Nodes.Registry;
using NodeTelemetry.Collector.Nodes.Silence;
using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Collector.Tests.Storage.Tables;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.Protocol.Wire;
using NodeTelemetry.TestKit;

namespace NodeTelemetry.Collector.Tests.Nodes;

/// <summary>Simulated nodes that send and reply to probes, with the real registry, prober and detector. In steps of 50 ms.</summary>
internal sealed class NodeBench
{
    public static readonly HealthLimits Limits = new(1.5, 2.9, 5, TimeSpan.FromSeconds(2), TimeSpan.FromHours(1));

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    private readonly Queue<BenchNode> _answers = [];
    private LossDetector _detector;

    public NodeBench()
    {
        Registry = Snapshots.Registry(1000, Time, Recorder);
        _detector = NewDetector();
    }

    public ManualTimeProvider Time { get; } = new();

    public Snapshots.Recorder Recorder { get; } = new();

    public NodeRegistry Registry { get; private set; }

    public List<BenchNode> Nodes { get; } = [];

    /// <summary>Gets or sets the fault of the collector's own network.</summary>
    public NetworkFault? Fault { get; set; }

    /// <summary>Gets or sets the node that is reached by another interface, which is up.</summary>
    public BenchNode? Elsewhere { get; set; }

    /// <summary>Gets or sets a value indicating whether anything reaches the collector.</summary>
    public bool IsConnected { get; set; } = true;

    /// <summary>Gets the kinds of all events since the last <see cref="Forget"/>.</summary>
    public IReadOnlyList<NodeEventKind> Kinds => [.. Recorder.Events.Select(static raised => raised.Kind)];

    public BenchNode Add(string hostname, string? id = null, string? address = null)
    {
        var number = Nodes.Count + 1;
        var node = new BenchNode(
            id ?? $"{number:x16}", hostname, IPAddress.Parse(address ?? $"10.77.0.{number}"), Time.GetTimestamp(), number * 7 % 20 * Step);
        Nodes.Add(node);
        return node;
    }

    /// <summary>Adds nodes and waits until each has replied to a probe.</summary>
    public NodeBench With(int count)
    {
        for (var index = 1; index <= count; index++)
        {
            Add($"pi-{index}");
        }

        Run(4);
        Forget();
        return this;
    }

    public NodeStatus Status(BenchNode node) =>
        Registry.TryGet(node.Id, out var status) ? status : throw new InvalidOperationException($"{node.Id} is not known.");

    public void Forget() => Recorder.Events.Clear();

    public void Run(double seconds)
    {
        for (var left = TimeSpan.FromSeconds(seconds); left > TimeSpan.Zero; left -= Step)
        {
            Time.Advance(Step);
            for (var waiting = _answers.Count; waiting > 0; waiting--)
            {
                var node = _answers.Dequeue();
                if (node.IsAlive && IsConnected)
                {
                    Deliver(node);
                }
            }

            foreach (var node in Nodes.Where(node => node.IsDue(Time)))
            {
                node.Sequence++;
                if (node.IsMulticastReceived && IsConnected)
                {
                    Deliver(node);
                }
            }

            _detector.Sweep(Time.GetTimestamp());
        }
    }

    /// <summary>Sends the goodbye of a node, and stops it.</summary>
    public void Leave(BenchNode node, string reason, int? back)
    {
        node.Sequence++;
        Registry.Apply(node.Snapshot(Time) with { Bye = new ByeReading(reason, back) }, node.Source, Time.GetTimestamp());
        node.IsAlive = false;
    }

    /// <summary>A new collector with the content of the database.</summary>
    public void RestartCollector()
    {
        var known = Registry.Statuses.ToList();
        NodeEvent?[] open = [Registry.Outage, Registry.MulticastOutage];
        Registry = Snapshots.Registry(1000, Time, Recorder);
        foreach (var reported in open.OfType<NodeEvent>())
        {
            Registry.RestoreOutage(reported);
        }

        foreach (var status in known)
        {
            Registry.Restore(StoredNode.Restore(status));
        }

        _detector = NewDetector();
    }

    private void Deliver(BenchNode node) => Registry.Apply(node.Snapshot(Time), node.Source, Time.GetTimestamp());

    private LossDetector NewDetector() => new(
        Registry, new NodeProber(Limits, Probe, new CollectorMetrics(), Time, new Random(1)), FindFault, Limits, Time);

    private NetworkFault? FindFault(IReadOnlyCollection<string> addresses) =>
        Elsewhere is { } node && addresses.Contains(SourceText.FormatAddress(node.Source)) ? null : Fault;

    private bool Probe(NodeState target, ControlMessage request)
    {
        var node = Nodes.FirstOrDefault(node => SourceText.Format(node.Source) == SourceText.Format(target.Source));
        if (request.Request == ControlRequest.Sample && node is { IsAlive: true, IsAnswering: true, Sequence: >= 0 } && IsConnected)
        {
            _answers.Enqueue(node);
        }

        return true;
    }

    internal sealed class BenchNode(string id, string hostname, IPAddress address, long start, TimeSpan phase)
    {
        private readonly long _start = start;
        private long _bootTimestamp = start;
        private TimeSpan _uptimeAtStart = TimeSpan.FromDays(3);
        private TimeSpan _due = phase;

        public string Id => id;

        public string Hostname { get; set; } = hostname;

        public SocketAddress Source { get; } = new IPEndPoint(address, 40_000).Serialize();

        public uint Run { get; set; } = 1;

        public uint Boot { get; set; } = 0x1000 + Convert.ToUInt32(id[8..], 16);

        public long Sequence { get; set; } = -1;

        public bool IsAlive { get; set; } = true;

        public bool IsMulticastReceived { get; set; } = true;

        public bool IsAnswering { get; set; } = true;

        public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(1);

        public Func<NodeSnapshot, NodeSnapshot> Shape { get; set; } = static snapshot => snapshot;

        public bool IsDue(TimeProvider time)
        {
            if (!IsAlive || time.GetElapsedTime(_start) < _due)
            {
                return false;
            }

            _due = time.GetElapsedTime(_start) + Interval;
            return true;
        }

        /// <summary>Restarts the agent.</summary>
        public void Restart()
        {
            (Run, Sequence, IsAlive) = (Run + 1, -1, true);
        }

        /// <summary>Reboots the machine.</summary>
        public void Reboot(TimeProvider time)
        {
            (Boot, _bootTimestamp, _uptimeAtStart) = (Boot + 1, time.GetTimestamp(), TimeSpan.Zero);
            Restart();
        }

        public NodeSnapshot Snapshot(TimeProvider time)
        {
            var snapshot = Snapshots.Of(Sequence, id, Run, (int)Interval.TotalMilliseconds, Hostname);
            return Shape(snapshot with
            {
                Header = snapshot.Header! with
                {
                    Boot = Boot,
                    UptimeSeconds = (long)(_uptimeAtStart + time.GetElapsedTime(_bootTimestamp)).TotalSeconds,
                },
            });
        }
    }
}
