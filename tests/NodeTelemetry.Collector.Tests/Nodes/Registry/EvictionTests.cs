using System.Net;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Nodes.Events;
using NodeTelemetry.Collector.Nodes.Registry;
using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Nodes.Registry;

/// <summary>What makes room in a full node table.</summary>
public sealed class EvictionTests
{
    private const int CountMax = 20;
    private const string Real = "00000000000000aa";

    private readonly ManualTimeProvider _time = new();
    private readonly Snapshots.Recorder _recorder = new();
    private readonly CollectorMetrics _metrics = new();
    private readonly NodeRegistry _registry;
    private int _sequence;

    public EvictionTests() => _registry = Snapshots.Registry(CountMax, _time, _recorder, _metrics);

    /// <summary>An invented identity promises the next datagram in an hour, so it is neither late nor lost.</summary>
    [Fact]
    public void Invented_identities_with_a_long_interval_make_room_for_a_real_node()
    {
        Fill(interval: 3_600_000);
        _time.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(ApplyOutcome.Accepted, Send(Real));
        Assert.True(_registry.TryGet(Real, out _));
        Assert.Equal(1, _metrics.NodesEvicted.Value);
    }

    [Fact]
    public void A_long_known_lost_node_stays_while_others_can_make_room()
    {
        SendFor(TimeSpan.FromMinutes(6));
        _registry.SetHealth(Real, NodeHealth.Lost);
        for (var round = 0; round < 5; round++)
        {
            Fill(interval: 1000, from: round * CountMax);
            _time.Advance(TimeSpan.FromSeconds(10));
        }

        Assert.True(_registry.TryGet(Real, out var status));
        Assert.Equal(NodeHealth.Lost, status.Health);
        Assert.True(_metrics.NodesEvicted.Value >= 3 * CountMax);
    }

    [Fact]
    public void Long_known_nodes_that_send_are_never_evicted()
    {
        for (var second = 0; second < 360; second++)
        {
            _sequence++;
            for (var node = 0; node < CountMax; node++)
            {
                Send(Invented(node), address: $"10.0.0.{node}");
            }

            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(ApplyOutcome.TooManyNodes, Send(Real));
        _registry.SetHealth(Invented(3), NodeHealth.Lost);
        _registry.SetHealth(Invented(5), NodeHealth.Left);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(ApplyOutcome.Accepted, Send(Real));
        Assert.False(_registry.TryGet(Invented(5), out _));
    }

    [Fact]
    public void One_address_cannot_fill_the_table()
    {
        for (var node = 0; node < CountMax * 2; node++)
        {
            Send(Invented(node), address: "10.0.0.1");
        }

        Assert.Equal(CountMax - 2, _registry.Count);
        Assert.Equal(ApplyOutcome.TooManyNodes, Send(Invented(99), address: "10.0.0.1"));
        Assert.Equal(ApplyOutcome.Accepted, Send(Real));
        _registry.SetHealth(Invented(0), NodeHealth.Forgotten);
        Assert.Equal(ApplyOutcome.Accepted, Send(Invented(99), address: "10.0.0.1"));
    }

    [Fact]
    public void An_evicted_node_is_reported_as_evicted_and_not_as_forgotten()
    {
        Fill(interval: 1000);
        _time.Advance(TimeSpan.FromSeconds(10));
        _recorder.Events.Clear();
        Send(Real);

        Assert.Equal(
            [NodeEventKind.Evicted, NodeEventKind.Joined], _recorder.Events.Select(static raised => raised.Kind));
        Assert.Equal(NodeHealth.Forgotten, _recorder.Changes[^2].Now);
    }

    private static string Invented(int number) => $"f{number:x15}";

    private void Fill(int interval, int from = 0)
    {
        for (var node = 0; node < CountMax; node++)
        {
            Send(Invented(from + node), interval, $"10.0.{node}.1");
        }
    }

    private void SendFor(TimeSpan span)
    {
        for (var passed = TimeSpan.Zero; passed < span; passed += TimeSpan.FromSeconds(1))
        {
            _sequence++;
            Send(Real);
            _time.Advance(TimeSpan.FromSeconds(1));
        }
    }

    private ApplyOutcome Send(string node, int interval = 1000, string address = "10.77.0.11") => _registry.Apply(
        Snapshots.Of(_sequence, node, intervalMilliseconds: interval),
        new IPEndPoint(IPAddress.Parse(address), 40_000).Serialize(),
        _time.GetTimestamp());
}
