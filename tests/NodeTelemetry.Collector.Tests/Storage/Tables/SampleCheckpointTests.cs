using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Nodes.Registry;
using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Collector.Storage.Tables;
using NodeTelemetry.Collector.Tests.Storage.Outbox;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Storage.Tables;

/// <summary>
/// A crash at any moment loses no sample that the agents still keep, and counts none twice. Simulated agents keep everything; the
/// collector loses datagrams, repairs some, crashes between any two steps, and requests what its progress says is missing.
/// </summary>
public class SampleCheckpointTests
{
    private const int Nodes = 3;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(191800038)]
    [InlineData(null)]
    public void Crashes_lose_nothing_and_count_nothing_twice(int? seed)
    {
        var used = seed ?? Random.Shared.Next();
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {used}");
        using var simulation = new Simulation(used);
        for (var step = 0; step < 600; step++)
        {
            simulation.Step();
        }

        simulation.Finish();
        Assert.True(simulation.Crashes > 10);
        simulation.AssertComplete();
    }

    /// <summary>The loss that this prevents: a change of health stored the sequence number, and the samples were in memory.</summary>
    [Fact]
    public void A_change_of_health_stores_no_progress()
    {
        using var bench = new StorageBench();
        var registry = Attach(bench);
        registry.Apply(Snapshots.Of(0), Snapshots.Source, bench.Time.GetTimestamp());
        bench.Round();
        bench.Crash();

        var stored = Assert.Single(NodeTable.Load(bench.Database));
        Assert.Equal((NodeHealth.Up, null), (stored.Health, stored.Header));
        Assert.Equal(0, bench.Scalar("SELECT count(*) FROM outbox"));
    }

    /// <summary>The outbox would wait for its linger.</summary>
    [Fact]
    public void Progress_takes_the_documents_with_it()
    {
        using var bench = new StorageBench(static settings => settings with { Linger = TimeSpan.FromMinutes(1) });
        var registry = Attach(bench);
        registry.Apply(Snapshots.Of(0), Snapshots.Source, bench.Time.GetTimestamp());
        bench.Store();

        Assert.Equal((1, 1), (bench.Scalar("SELECT count(*) FROM node_progress"), bench.Scalar("SELECT sum(documents) FROM outbox")));
    }

    private static NodeRegistry Attach(StorageBench bench)
    {
        var registry = new NodeRegistry(100, new CollectorMetrics(), bench.Time);
        registry.Attach(new NodeListeners([new Documents(bench), bench.Checkpoint], [bench.Checkpoint], []));
        return registry;
    }

    private static string Id(int node) => $"{node:x16}";

    /// <summary>One document for each sample; its number holds node and sequence.</summary>
    private sealed class Documents(StorageBench bench) : ISampleListener
    {
        public void OnSample(AcceptedSnapshot accepted, NodeStatus status)
        {
            var header = accepted.Snapshot.Header!;
            OutboxTests.Append(bench, (Convert.ToInt32(header.Node, 16) * 10_000) + (int)header.Sequence);
        }
    }

    private sealed class Simulation : IDisposable
    {
        private readonly Random _random;
        private readonly StorageBench _bench;
        private readonly long[] _sent = new long[Nodes];
        private NodeRegistry _registry;

        public Simulation(int seed)
        {
            _random = new Random(seed);
            _bench = new StorageBench(static settings => settings with { CheckpointPeriod = TimeSpan.FromSeconds(20) });
            _registry = Attach(_bench);
        }

        public int Crashes { get; private set; }

        public void Step()
        {
            _bench.Time.Advance(TimeSpan.FromMilliseconds(_random.Next(200, 1500)));
            for (var node = 0; node < Nodes; node++)
            {
                var sequence = _sent[node]++;
                if (_random.Next(10) > 0)
                {
                    Deliver(node, sequence);
                }
            }

            switch (_random.Next(12))
            {
                case 0:
                    Crash();
                    break;
                case < 4:
                    Repair(1);
                    break;
                case < 9:
                    Assert.True(_bench.Round());
                    AssertNeverAhead();
                    break;
            }
        }

        public void Finish()
        {
            for (var node = 0; node < Nodes; node++)
            {
                Deliver(node, _sent[node]++);
            }

            Repair(int.MaxValue);
            Assert.True(_bench.Round(final: true));
        }

        public void AssertComplete()
        {
            var documents = OutboxTests.ReadAll(_bench).ToHashSet();
            for (var node = 0; node < Nodes; node++)
            {
                Assert.Equal(_sent[node], Samples(node));
                Assert.All(
                    Enumerable.Range(0, (int)_sent[node]),
                    sequence => Assert.Contains((node * 10_000) + sequence, documents));
            }
        }

        public void Dispose() => _bench.Dispose();

        private void Crash()
        {
            Crashes++;
            _bench.Crash();
            _registry = Attach(_bench);
            foreach (var status in NodeTable.Load(_bench.Database))
            {
                _registry.Restore(status);
            }
        }

        private void Deliver(int node, long sequence) => _registry.Apply(
            Snapshots.Of(sequence, Id(node)).With((CpuSummarySection.UsageRatio, 0.5)), Snapshots.Source,
            _bench.Time.GetTimestamp());

        /// <summary>Delivers some of what the collector would request.</summary>
        private void Repair(int countMax)
        {
            for (var node = 0; node < Nodes; node++)
            {
                if (_registry.TryGet(Id(node), out var status))
                {
                    foreach (var sequence in status.Gaps
                        .SelectMany(static gap => Enumerable.Range((int)gap.From, (int)(gap.To - gap.From + 1)))
                        .Take(countMax == 1 ? _random.Next(20) : countMax).ToList())
                    {
                        Deliver(node, sequence);
                    }
                }
            }
        }

        /// <summary>What the progress in the file counts as stored is what the history in the file has.</summary>
        private void AssertNeverAhead()
        {
            foreach (var status in NodeTable.Load(_bench.Database).Where(static status => status.Header is not null))
            {
                var missing = status.Gaps.Sum(static gap => gap.To - gap.From + 1);
                Assert.Equal(status.Header!.Sequence + 1 - missing, Samples(Convert.ToInt32(status.Id, 16)));
            }
        }

        private long Samples(int node) => _bench.Scalar(
            "SELECT coalesce(sum(samples), 0) FROM history h JOIN history_node n ON n.id = h.node "
            + "JOIN history_reading r ON r.id = h.reading "
            + $"WHERE step = 10 AND n.name = '{Id(node)}' AND r.name = '{CpuSummarySection.UsageRatio.ApiName}'");
    }
}
