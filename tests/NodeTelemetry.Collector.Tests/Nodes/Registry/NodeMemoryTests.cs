using System.Globalization;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Nodes.Registry;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Nodes.Registry;

/// <summary>What a node takes in memory, measured while nothing else runs.</summary>
[Collection(nameof(NodeMemoryTests))]
[CollectionDefinition(nameof(NodeMemoryTests), DisableParallelization = true)]
public sealed class NodeMemoryTests
{
    private const int Nodes = 2000;

    /// <summary>The strings of host name, identity and address; the sample with its header, one section and three numbers.</summary>
    private const int NamesAndSections = 450;

    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void A_node_takes_two_kilobytes()
    {
        var registry = new NodeRegistry(2 * Nodes, new CollectorMetrics(), _time);
        Fill(registry, 0, 100);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        Fill(registry, 100, Nodes);
        var perNode = (GC.GetTotalMemory(forceFullCollection: true) - before) / Nodes;

        TestContext.Current.SendDiagnosticMessage("A node takes {0} bytes.", perNode);
        Assert.InRange(perNode, 1, 2048 + NamesAndSections);
        GC.KeepAlive(registry);
    }

    /// <summary>However many identities a sender invents, the table keeps its size and the nodes that are known for long.</summary>
    [Fact]
    public void A_flood_of_invented_nodes_takes_no_more_than_the_limit()
    {
        var metrics = new CollectorMetrics();
        var registry = new NodeRegistry(Nodes, metrics, _time);
        for (var sequence = 0; sequence < 10; sequence++)
        {
            Fill(registry, 0, 20, sequence, address: sequence);
            _time.Advance(TimeSpan.FromSeconds(60));
        }

        var flooded = 1;
        for (; flooded <= 13; flooded++)
        {
            Flood(registry, flooded);
        }

        // What forgotten nodes leave behind, to reject their recordings, has a limit of its own, which is reached now.
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (; flooded <= 21; flooded++)
        {
            Flood(registry, flooded);
        }

        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, -8_000_000, 2_500_000);
        Assert.InRange(registry.Count, 1, Nodes);
        Assert.InRange(metrics.NodesEvicted.Value, 8 * Nodes, 21 * Nodes);
        for (var node = 0; node < 20; node++)
        {
            Assert.True(registry.TryGet(Id(node), out _), $"Node {node} was evicted.");
        }

        GC.KeepAlive(registry);
    }

    /// <summary>Sends invented nodes until the table is full, while the others go on.</summary>
    private void Flood(NodeRegistry registry, int round)
    {
        Fill(registry, 10_000 * round, Nodes, address: round);
        _time.Advance(TimeSpan.FromSeconds(20));
        while (registry.Due.TryPeek(out _, out var due) && due <= _time.GetTimestamp())
        {
            // As the loss detector does.
            registry.Due.RemoveFirst();
        }

        Fill(registry, 0, 20, 400 + (20 * round));
    }

    private static string Id(int node) => node.ToString("x16", CultureInfo.InvariantCulture);

    private void Fill(NodeRegistry registry, int first, int count, long sequence = 0, int address = 0)
    {
        var now = _time.GetTimestamp();
        for (var node = first; node < first + count; node++)
        {
            var source = new System.Net.IPEndPoint(new System.Net.IPAddress([10, (byte)address, (byte)(node >> 8), (byte)node]), 9).Serialize();
            registry.Apply(
                Snapshots.Of(sequence, Id(node), hostname: string.Create(CultureInfo.InvariantCulture, $"host-{node:d6}")), source, now);
        }
    }
}
