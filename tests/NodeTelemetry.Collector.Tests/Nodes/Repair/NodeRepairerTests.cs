using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Nodes.Registry;
using NodeTelemetry.Collector.Nodes.Repair;
using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Protocol.Limits;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.Protocol.Wire;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Nodes.Repair;

/// <summary>Nodes with missing samples: what is requested from them, and when, in steps of 10 ms.</summary>
public sealed class NodeRepairerTests
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);

    private readonly ManualTimeProvider _time = new();
    private readonly CollectorMetrics _metrics = new();
    private readonly NodeRegistry _registry;
    private readonly NodeRepairer _repairer;
    private readonly List<Request> _requests = [];
    private readonly long _start;
    private bool _canSend = true;
    private bool _isAnswering;

    public NodeRepairerTests()
    {
        _start = _time.GetTimestamp();
        _registry = new NodeRegistry(2000, _metrics, _time);
        _repairer = new NodeRepairer(_registry, Send, _metrics, _time);
    }

    [Fact]
    public void A_missing_sample_is_requested_shortly_after_and_not_again_once_it_arrived()
    {
        Known(Snapshots.NodeA);
        Receive(5);
        Pass(NodeRepairer.FirstDelay - Step);
        Assert.Empty(_requests);
        Pass(Step * 2);
        var request = Assert.Single(_requests);
        Assert.Equal((ControlRequest.Range, (uint?)1, 1L, 4L), (request.Message.Request, request.Message.Run, request.Message.From, request.Message.To));
        Assert.Equal(1, _metrics.RepairRequestsSent.Value);

        for (var sequence = 1; sequence < 5; sequence++)
        {
            Receive(sequence);
        }

        Pass(TimeSpan.FromSeconds(30));
        Assert.Single(_requests);
        Assert.Equal((4L, 0L, 0L), (Status().Repaired, Status().Missed, Status().Unrecoverable));
    }

    /// <summary>A sample that arrives during the first delay, by another path or out of order, is not requested.</summary>
    [Fact]
    public void Samples_out_of_order_are_not_requested()
    {
        Known(Snapshots.NodeA);
        Receive(2);
        Pass(NodeRepairer.FirstDelay - Step);
        Receive(1);
        Pass(TimeSpan.FromSeconds(5));
        Assert.Empty(_requests);
        Assert.Equal(0, Status().Repaired);
    }

    [Theory]
    [InlineData("never answered", false)]
    [InlineData("left", false)]
    [InlineData("lost", false)]
    [InlineData("late", true)]
    public void Only_a_node_that_reports_and_replies_gets_requests(string state, bool isProbed)
    {
        if (state == "never answered")
        {
            Receive(0);
        }
        else
        {
            Known(Snapshots.NodeA);
        }

        Receive(3);
        switch (state)
        {
            case "left":
                Apply(Snapshots.Of(4) with { Bye = new ByeReading("stop", null) });
                break;
            case "lost":
                _registry.SetHealth(Snapshots.NodeA, NodeHealth.Lost);
                break;
            case "late":
                _registry.SetHealth(Snapshots.NodeA, NodeHealth.Late);
                break;
        }

        Pass(TimeSpan.FromSeconds(5));
        Assert.Equal(isProbed, _requests.Count > 0);
        Assert.NotEmpty(Status().Gaps);
    }

    [Fact]
    public void An_unanswered_request_is_repeated_with_growing_delays_and_then_abandoned()
    {
        Known(Snapshots.NodeA);
        Receive(2);
        Pass(TimeSpan.FromMinutes(2));

        Assert.Equal(NodeRepairer.AttemptsMax, _requests.Count);
        var expected = NodeRepairer.FirstDelay;
        var before = TimeSpan.Zero;
        foreach (var request in _requests)
        {
            Assert.InRange(request.At - before, expected, expected + Step);
            before = request.At;
            expected = before == _requests[0].At ? NodeRepairer.RetryDelay
                : expected * 2 < NodeRepairer.RetryDelayMax ? expected * 2 : NodeRepairer.RetryDelayMax;
        }

        Assert.Equal((0L, 1L, 1L), (Status().Repaired, Status().Unrecoverable, Status().Missed));
        Assert.Empty(Status().Gaps);
    }

    /// <summary>A hundred samples: the newest first, a bounded number in each request,
    /// and the next request not before the replies to it have had time to arrive.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Many_samples_are_requested_in_parts_at_the_pace_of_the_node(int parts)
    {
        Known(Snapshots.NodeA, parts);
        _time.Advance(TimeSpan.FromSeconds(101));
        Receive(101, parts: parts);
        _isAnswering = true;
        Pass(TimeSpan.FromSeconds(10));

        Assert.Equal((100L, 0L), (Status().Repaired, Status().Missed));
        Assert.Equal(7, _requests.Count);
        for (var index = 0; index < _requests.Count; index++)
        {
            var (from, to) = (_requests[index].Message.From, _requests[index].Message.To);
            Assert.Equal(100 - (index * WireLimits.RangeSamplesMax), to);
            Assert.Equal(Math.Max(1, to - WireLimits.RangeSamplesMax + 1), from);
            var pause = NodeRepairer.DatagramTime * parts * WireLimits.RangeSamplesMax;
            Assert.True(index == 0 || _requests[index].At - _requests[index - 1].At >= pause);
        }
    }

    /// <summary>A thousand nodes, as after a collector's start: each gets its turn, and the rate stays limited.</summary>
    [Fact]
    public void Requests_to_all_nodes_together_are_limited_to_the_capacity_of_the_link()
    {
        const int NodeCount = 1000;
        for (var node = 0; node < NodeCount; node++)
        {
            Known(Id(node));
            Receive(WireLimits.RangeSamplesMax + 1, Id(node));
        }

        _isAnswering = true;
        Pass(TimeSpan.FromSeconds(6));

        Assert.Equal(NodeCount, _requests.Count);
        Assert.All(_registry.Statuses, static status => Assert.Equal(WireLimits.RangeSamplesMax, status.Repaired));
        AssertPace(TimeSpan.FromSeconds(1));
        AssertPace(TimeSpan.FromMilliseconds(100));
        AssertPace(Step);
    }

    [Fact]
    public void A_request_that_cannot_be_sent_is_counted_and_retried()
    {
        Known(Snapshots.NodeA);
        Receive(2);
        _canSend = false;
        Pass(NodeRepairer.FirstDelay + Step);
        Assert.Equal((0, 1), (_metrics.RepairRequestsSent.Value, _metrics.RepairRequestsFailed.Value));

        _canSend = true;
        _isAnswering = true;
        Pass(NodeRepairer.RetryDelay + Step);
        Assert.Equal((1, 1), (_metrics.RepairRequestsSent.Value, _metrics.RepairRequestsFailed.Value));
        Assert.Equal((1L, 0L), (Status().Repaired, Status().Missed));
    }

    /// <summary>No agent keeps what it sent before a restart.</summary>
    [Fact]
    public void Nothing_of_an_earlier_run_is_requested()
    {
        Known(Snapshots.NodeA);
        Receive(9);
        Receive(0, run: 2);
        Receive(4, run: 2);
        Pass(TimeSpan.FromSeconds(5));

        Assert.All(_requests, static request => Assert.Equal((2u, 1L, 3L), (request.Message.Run, request.Message.From, request.Message.To)));
        Assert.NotEmpty(_requests);
        Assert.Equal(8, Status().Unrecoverable);
    }

    /// <summary>Asserts that in no span of time more was requested than arrives in it, apart from one burst.</summary>
    private void AssertPace(TimeSpan span)
    {
        var most = ((span + NodeRepairer.BurstTime).TotalSeconds * NodeRepairer.PerSecondMax) + WireLimits.RangeSamplesMax;
        foreach (var from in _requests.Select(static request => request.At).Distinct())
        {
            var asked = _requests.Where(request => request.At >= from && request.At < from + span)
                .Sum(static request => request.Message.To - request.Message.From + 1);
            Assert.InRange(asked, 1, most);
        }
    }

    private static string Id(int number) => $"{number:x16}";

    private bool Send(NodeState node, ControlMessage request)
    {
        _requests.Add(new Request(node.Status.Id, request, _time.GetElapsedTime(_start)));
        return _canSend;
    }

    /// <summary>Creates a node that has sent a sample and replied to a probe.</summary>
    private void Known(string node, int parts = 1)
    {
        Receive(0, node, parts: parts);
        _registry.States.Single(state => state.Status.Id == node).Probes.OnSent(_time.GetTimestamp());
        Receive(0, node, parts: parts);
        Assert.True(_registry.TryGet(node, out var status) && status.AnswersProbes);
    }

    private void Receive(long sequence, string node = Snapshots.NodeA, uint run = 1, int parts = 1)
    {
        for (var part = 0; part < parts; part++)
        {
            Apply(Snapshots.Of(sequence, node, run, part: parts == 1 ? null : new PartNumber(part, parts)));
        }
    }

    private void Apply(NodeSnapshot snapshot) => _registry.Apply(snapshot, Snapshots.Source, _time.GetTimestamp());

    private void Pass(TimeSpan span)
    {
        for (var passed = TimeSpan.Zero; passed < span; passed += Step)
        {
            _time.Advance(Step);
            var before = _requests.Count;
            _repairer.Sweep(_time.GetTimestamp());
            for (var index = before; _isAnswering && index < _requests.Count; index++)
            {
                Answer(_requests[index]);
            }
        }
    }

    private void Answer(Request request)
    {
        Assert.True(_registry.TryGet(request.Node, out var status));
        for (var sequence = request.Message.From; sequence <= request.Message.To; sequence++)
        {
            Receive(sequence, request.Node, request.Message.Run!.Value, status.Header!.Part?.Count ?? 1);
        }
    }

    private NodeStatus Status()
    {
        Assert.True(_registry.TryGet(Snapshots.NodeA, out var status));
        return status;
    }

    private sealed record Request(string Node, ControlMessage Message, TimeSpan At);
}
