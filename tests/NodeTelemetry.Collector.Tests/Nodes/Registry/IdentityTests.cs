using NodeTelemetry.Collector.Nodes.Events;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Nodes.Registry;

/// <summary>One identity on two machines, one host name on two nodes, and a machine with a changed identity.</summary>
public sealed class IdentityTests
{
    private const string Shared = "00000000000000aa";

    private readonly NodeBench _bench = new();

    [Fact]
    public void A_second_machine_with_the_same_id_is_reported_once_and_shown()
    {
        _bench.Add("pi-1", Shared, "10.77.0.1");
        _bench.Run(10);
        _bench.Forget();
        var clone = _bench.Add("pi-1", Shared, "10.77.0.2");
        (clone.Run, clone.Boot) = (77, 99);
        _bench.Run(600);

        var reported = Assert.Single(_bench.Recorder.Events);
        Assert.Equal((NodeEventKind.DuplicateNode, "10.77.0.2", "10.77.0.1"), (reported.Kind, reported.Details.Address, reported.Details.OtherAddress));
        Assert.Contains("Two machines use one identity", reported.Text, StringComparison.Ordinal);
        Assert.Equal(NodeEventKind.DuplicateNode, _bench.Status(clone).Conflict!.Kind);
        Assert.Equal(reported.Text, _bench.Status(clone).Conflict!.Text);

        // The clone is switched off: ten minutes later the conflict is no longer shown.
        clone.IsAlive = false;
        _bench.Run(630);
        Assert.Null(_bench.Status(clone).Conflict);
        Assert.Single(_bench.Recorder.Events);
    }

    /// <summary>Their names would otherwise be a change of configuration with every datagram.</summary>
    [Fact]
    public void Two_host_names_of_one_id_are_one_conflict_and_no_changes()
    {
        _bench.Add("pi-1", Shared, "10.77.0.1");
        _bench.Run(10);
        _bench.Forget();
        var clone = _bench.Add("pi-2", Shared, "10.77.0.2");
        (clone.Run, clone.Boot) = (77, 99);
        _bench.Run(600);

        Assert.Single(_bench.Kinds, static kind => kind == NodeEventKind.DuplicateNode);
        Assert.InRange(_bench.Kinds.Count(static kind => kind == NodeEventKind.Configuration), 0, 1);
    }

    [Fact]
    public void Two_agents_on_one_machine_are_recognized_by_their_runs()
    {
        var first = _bench.Add("pi-1", Shared, "10.77.0.1");
        _bench.Run(10);
        _bench.Forget();
        var second = _bench.Add("pi-1", Shared, "10.77.0.1");
        (second.Run, second.Boot) = (77, first.Boot);
        _bench.Run(600);

        Assert.Equal([NodeEventKind.Restarted, NodeEventKind.DuplicateNode], _bench.Kinds);
        Assert.Contains("Two agents run on one machine", _bench.Recorder.Events[1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_nodes_with_one_host_name_are_reported_once_and_both_shown()
    {
        var one = _bench.Add("raspberrypi");
        var two = _bench.Add("raspberrypi");
        _bench.Add("other");
        _bench.Run(7200);

        var reported = Assert.Single(_bench.Recorder.Events, static raised => raised.Kind != NodeEventKind.Joined);
        Assert.Equal(NodeEventKind.DuplicateHostname, reported.Kind);
        Assert.Contains("cloned SD card", reported.Text, StringComparison.Ordinal);
        Assert.Equal((reported.Text, reported.Text), (_bench.Status(one).Conflict!.Text, _bench.Status(two).Conflict!.Text));
        Assert.Equal((two.Id, one.Id), (_bench.Status(one).Conflict!.OtherNode, _bench.Status(two).Conflict!.OtherNode));
    }

    [Fact]
    public void A_card_that_was_cloned_many_times_is_one_event()
    {
        for (var index = 0; index < 8; index++)
        {
            _bench.Add("raspberrypi");
        }

        _bench.Run(600);
        var reported = Assert.Single(_bench.Recorder.Events, static raised => raised.Kind != NodeEventKind.Joined);
        Assert.StartsWith("8 nodes have the host name raspberrypi: ", reported.Text, StringComparison.Ordinal);

        // A ninth is reported too.
        _bench.Add("raspberrypi");
        _bench.Run(60);
        Assert.Equal(2, _bench.Kinds.Count(static kind => kind == NodeEventKind.DuplicateHostname));
    }

    [Fact]
    public void The_same_machine_with_another_id_is_reported()
    {
        var before = _bench.Add("pi-1", "00000000000000b1", "10.77.0.1");
        _bench.Add("pi-2");
        _bench.Run(10);
        before.IsAlive = false;
        _bench.Run(60);
        _bench.Forget();
        var after = _bench.Add("pi-1", "00000000000000b2", "10.77.0.1");
        _bench.Run(120);

        Assert.Equal([NodeEventKind.Joined, NodeEventKind.IdentityChanged], _bench.Kinds);
        Assert.Equal((after.Id, before.Id), (_bench.Recorder.Events[1].Node, _bench.Recorder.Events[1].Details.OtherNode));
        Assert.Equal(before.Id, _bench.Status(after).Conflict!.OtherNode);
    }

    [Fact]
    public void A_replaced_machine_is_not_a_conflict()
    {
        var before = _bench.Add("pi-1", "00000000000000b1", "10.77.0.1");
        _bench.Run(10);
        before.IsAlive = false;
        _bench.Run(60);
        _bench.Forget();
        _bench.Add("pi-1", "00000000000000b2", "10.77.0.9");
        _bench.Run(120);

        Assert.Equal([NodeEventKind.Joined], _bench.Kinds);
    }
}
