using System.Net;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Nodes.Events;
using NodeTelemetry.Collector.Nodes.Registry;
using NodeTelemetry.Collector.Nodes.Silence;
using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.TestKit;

namespace NodeTelemetry.Collector.Tests;

/// <summary>Makes snapshots and sources for tests.</summary>
internal static class Snapshots
{
    public const string NodeA = "00000000000000aa";

    public static readonly SocketAddress Source = new IPEndPoint(IPAddress.Parse("10.77.0.11"), 40_000).Serialize();

    /// <summary>Gets the section of a node on Wi-Fi.</summary>
    public static IReadOnlyList<SectionReading> Wifi { get; } = [WifiSection()];

    public static NodeSnapshot Of(
        long sequence = 0,
        string node = NodeA,
        uint run = 1,
        int intervalMilliseconds = 1000,
        string hostname = "pi-01",
        PartNumber? part = null) => new NodeSnapshot
        {
            Hostname = hostname,
            Header = new SampleHeader
            {
                Node = node,

                // Other nodes are other machines.
                Boot = node == NodeA ? 7 : unchecked((uint)node.GetHashCode(StringComparison.Ordinal)) | 0x100,
                Run = run,
                Sequence = sequence,
                TimeMilliseconds = 1_795_600_000_000,
                IntervalMilliseconds = intervalMilliseconds,
                UptimeSeconds = 100,
                Part = part,
            },
        }
        .WithLoad(0.5, 0.25, 0.125);

    public static NodeSnapshot Legacy(string hostname = "old-pi") =>
        new NodeSnapshot { Hostname = hostname }.WithLoad(1, 1, 1);

    /// <summary>Finds that nothing is wrong with the collector's network.</summary>
    public static NetworkFault? NoFault(IReadOnlyCollection<string> addresses) => null;

    /// <summary>Makes a prober whose probes go nowhere.</summary>
    public static NodeProber SilentProber(HealthLimits limits, TimeProvider time) =>
        new(limits, static (_, _) => true, new CollectorMetrics(), time, new Random(1));

    private static SectionReading WifiSection()
    {
        var builder = new SectionBuilder(NetworkSection.Definition);
        builder.Begin("wlan0");
        builder.Set(NetworkSection.SignalDecibels, -61);
        return builder.Build()!;
    }

    /// <summary>Creates a registry with one listener for everything that it implements.</summary>
    public static NodeRegistry Registry(
        int countMax, TimeProvider time, object? listener = null, CollectorMetrics? metrics = null)
    {
        var registry = new NodeRegistry(countMax, metrics ?? new CollectorMetrics(), time);
        registry.Attach(new NodeListeners(
            listener is ISampleListener samples ? [samples] : [],
            listener is IHealthListener health ? [health] : [],
            listener is IEventListener events ? [events] : []));
        return registry;
    }

    /// <summary>Records every call.</summary>
    public sealed class Recorder : ISampleListener, IHealthListener, IEventListener
    {
        public List<AcceptedSnapshot> Accepted { get; } = [];

        public List<(string Id, NodeHealth? Before, NodeHealth Now)> Changes { get; } = [];

        public List<NodeEvent> Events { get; } = [];

        public void OnSample(AcceptedSnapshot accepted, NodeStatus status) => Accepted.Add(accepted);

        /// <summary>Gets the node that was forgotten last.</summary>
        public NodeStatus? Forgotten { get; private set; }

        public void OnHealthChanged(NodeStatus status, NodeHealth? before)
        {
            Changes.Add((status.Id, before, status.Health));
            Forgotten = status.Health == NodeHealth.Forgotten ? status : Forgotten;
        }

        public void OnEvent(NodeEvent raised) => Events.Add(raised);
    }
}
