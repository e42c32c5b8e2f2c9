using System.Net;
using NodeTelemetry.Collector.Nodes.Events;
using NodeTelemetry.Collector.Nodes.Registry;
using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Collector.Storage.Tables;
using NodeTelemetry.Collector.Tests.Storage;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Nodes.Registry;

/// <summary>A machine that comes with another identity, and an agent that replaces a raspi-cluster daemon.</summary>
public sealed class ContinuedIdentityTests
{
    private const string Other = "00000000000000bb";

    private static readonly SocketAddress Elsewhere = new IPEndPoint(IPAddress.Parse("10.77.0.99"), 40_000).Serialize();

    private readonly ManualTimeProvider _time = new();
    private readonly Snapshots.Recorder _recorder = new();
    private readonly NodeRegistry _registry;

    public ContinuedIdentityTests() => _registry = Snapshots.Registry(100, _time, _recorder);

    [Fact]
    public void A_restart_with_another_identity_continues_the_node()
    {
        Receive(Sample(0));
        Receive(Goodbye(1, "restart", 10));
        Receive(Sample(0, Other, run: 2));
        Receive(Sample(1, Other, run: 2));

        var status = Assert.Single(_registry.Statuses);
        Assert.Equal((Snapshots.NodeA, NodeHealth.Up, 1), (status.Id, status.Health, status.Header!.Sequence));
        Assert.Equal(Other, status.Header.Node);
        Assert.All(_recorder.Accepted, accepted => Assert.Equal(Snapshots.NodeA, accepted.NodeId));
        var raised = Assert.Single(_recorder.Events, raised => raised.Kind == NodeEventKind.IdentityChanged);
        Assert.Equal((Snapshots.NodeA, Other), (raised.Node, raised.Details.OtherNode));
        Assert.Null(status.Conflict);
    }

    [Theory]
    [InlineData("deadbeef", "deadbeef", 1)]
    [InlineData("deadbeef", "deadbee0", 2)]
    [InlineData("deadbeef", null, 2)]
    [InlineData(null, null, 2)]
    public void After_a_reboot_the_board_proves_it(string? before, string? after, int nodes)
    {
        Receive(Sample(0, serial: before));
        Receive(Goodbye(1, "reboot", 180));
        Receive(Sample(0, Other, run: 2, boot: 8, serial: after), Elsewhere);

        Assert.Equal(nodes, _registry.Count);
    }

    /// <summary>Two containers of one host: the boot is the same, the board's serial number may be.</summary>
    [Theory]
    [InlineData("lxc-b", false, true)]
    [InlineData("pi-01", true, true)]
    [InlineData("pi-01", false, false)]
    public void Clones_stay_distinct(string hostname, bool isElsewhere, bool hasLeft)
    {
        Receive(Sample(0));
        if (hasLeft)
        {
            Receive(Goodbye(1, "stop", null));
        }

        Receive(Sample(0, Other, run: 2) with { Hostname = hostname }, isElsewhere ? Elsewhere : Snapshots.Source);

        Assert.Equal(2, _registry.Count);
    }

    [Fact]
    public void Another_board_or_another_key_at_the_same_address_is_another_node()
    {
        Receive(Sample(0, serial: "deadbeef"));
        Receive(Goodbye(1, "stop", null));
        Receive(Sample(0, Other, run: 2, serial: "deadbee0"));
        Assert.Equal(2, _registry.Count);

        Receive(Sample(0, "00000000000000cc", run: 3, serial: "deadbeef") with { Signature = "key" });
        Assert.Equal(3, _registry.Count);
    }

    [Fact]
    public void A_restarted_collector_recognises_the_run()
    {
        Receive(Sample(0));
        Receive(Goodbye(1, "restart", 10));
        Receive(Sample(0, Other, run: 2));
        var known = _registry.Statuses.Single();

        var registry = Snapshots.Registry(100, _time, _recorder);
        registry.Restore(known with { Received = 0, Header = known.Header! with { Node = known.Id } });
        registry.Apply(Sample(1, Other, run: 2), Elsewhere, _time.GetTimestamp());

        Assert.Equal((Snapshots.NodeA, 1L), (Assert.Single(registry.Statuses).Id, registry.Statuses.Single().Header!.Sequence));
    }

    /// <summary>After the restart nothing is left that proves it: another run after a reboot, at another address.</summary>
    [Fact]
    public void A_restarted_collector_knows_the_identity_that_continues_a_node()
    {
        Receive(Sample(0));
        Receive(Goodbye(1, "restart", 10));
        Receive(Sample(0, Other, run: 2));
        using var bench = new StorageBench();
        bench.Checkpoint.OnHealthChanged(_registry.Statuses.Single(), null);
        bench.Store();
        bench.Crash();

        _recorder.Events.Clear();
        var registry = Snapshots.Registry(100, _time, _recorder);
        registry.Restore(Assert.Single(NodeTable.Load(bench.Database)));
        Assert.Equal(Other, registry.Statuses.Single().Header!.Node);
        registry.Apply(Sample(0, Other, run: 3, boot: 8), Elsewhere, _time.GetTimestamp());

        Assert.Equal(Snapshots.NodeA, Assert.Single(registry.Statuses).Id);
        Assert.DoesNotContain(_recorder.Events, static raised => raised.Kind == NodeEventKind.IdentityChanged);
    }

    [Fact]
    public void When_the_old_identity_returns_beside_the_new_one_they_are_two_nodes()
    {
        Receive(Sample(0));
        Receive(Goodbye(1, "restart", 10));
        Receive(Sample(0, Other, run: 2));
        _time.Advance(TimeSpan.FromSeconds(1));
        Receive(Sample(0, run: 3));
        Receive(Sample(1, Other, run: 2));

        Assert.Equal([Snapshots.NodeA, Other], _registry.Statuses.Select(status => status.Id).Order());
    }

    [Fact]
    public void The_agent_takes_over_from_the_raspi_cluster_daemon_on_the_same_machine()
    {
        ReceiveLegacy(5);
        Receive(Sample(0));
        ReceiveLegacy(5);

        Assert.Equal(Snapshots.NodeA, Assert.Single(_registry.Statuses).Id);
        var raised = Assert.Single(_recorder.Events, raised => raised.Kind == NodeEventKind.Forgotten);
        Assert.Equal(("pi-01", Snapshots.NodeA), (raised.Node, raised.Details.OtherNode));
        Assert.DoesNotContain(_recorder.Events, raised => raised.Kind is NodeEventKind.Lost or NodeEventKind.Late);
    }

    [Fact]
    public void A_daemon_elsewhere_is_another_node_and_one_that_outlives_the_agent_returns()
    {
        _registry.Apply(Snapshots.Legacy("pi-01"), Elsewhere, _time.GetTimestamp());
        Receive(Sample(0));
        Assert.Equal(2, _registry.Count);

        Receive(Goodbye(1, "stop", null));
        _time.Advance(TimeSpan.FromSeconds(1));
        var before = _recorder.Accepted.Count;
        _registry.Apply(Snapshots.Legacy("pi-01"), Elsewhere, _time.GetTimestamp());
        Assert.Equal(before + 1, _recorder.Accepted.Count);
    }

    [Fact]
    public void The_daemon_is_recognised_by_any_address_of_the_machine()
    {
        _registry.Apply(Snapshots.Legacy("pi-01"), Elsewhere, _time.GetTimestamp());
        var sample = Sample(0);
        Receive(sample with { About = new AboutReading { Addresses = ["10.77.0.11", "10.77.0.99"] } });

        Assert.Equal(Snapshots.NodeA, Assert.Single(_registry.Statuses).Id);
    }

    private static NodeSnapshot Sample(
        long sequence, string node = Snapshots.NodeA, uint run = 1, uint boot = 7, string? serial = null)
    {
        var sample = Snapshots.Of(sequence, node, run);
        return sample with
        {
            Header = sample.Header! with { Boot = boot },
            About = serial is null ? null : new AboutReading { SerialHash = serial },
        };
    }

    private static NodeSnapshot Goodbye(long sequence, string reason, int? back) =>
        Sample(sequence) with { Bye = new ByeReading(reason, back) };

    private void Receive(NodeSnapshot snapshot, SocketAddress? source = null) =>
        _registry.Apply(snapshot, source ?? Snapshots.Source, _time.GetTimestamp());

    private void ReceiveLegacy(int count)
    {
        for (var index = 0; index < count; index++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            _registry.Apply(Snapshots.Legacy("pi-01"), Snapshots.Source, _time.GetTimestamp());
        }
    }
}
