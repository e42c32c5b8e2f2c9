using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Nodes.Registry;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.Protocol.Wire;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Nodes.Registry;

/// <summary>The alert levels that are sent to nodes with a display, second by second.</summary>
public sealed class DisplayNotifierTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly CollectorMetrics _metrics = new();
    private readonly NodeRegistry _registry;
    private readonly DisplayNotifier _teller;
    private readonly List<(string Node, ControlMessage Message)> _sent = [];
    private AlertLevel? _level = AlertLevel.None;
    private bool _isSending = true;
    private long _sequence;

    public DisplayNotifierTests()
    {
        _registry = new NodeRegistry(1000, _metrics, _time);
        _teller = new DisplayNotifier(
            _registry,
            _ => _level,
            (node, message) =>
            {
                _sent.Add((node.Status.Id, message));
                return _isSending;
            },
            _metrics,
            _time);
    }

    [Fact]
    public void A_changed_level_is_sent_immediately_and_an_unchanged_one_is_repeated()
    {
        Receive(Snapshots.NodeA, "enviro");
        Pass(1);
        var reported = Assert.Single(_sent);
        Assert.Equal(
            (Snapshots.NodeA, ControlRequest.Show, AlertLevel.None, 90),
            (reported.Node, reported.Message.Request, reported.Message.Alert, reported.Message.AlertSeconds));

        _level = AlertLevel.Critical;
        Pass(1);
        Assert.Equal(AlertLevel.Critical, _sent[^1].Message.Alert);
        Assert.Equal(2, _sent.Count);
        Pass(29);
        Assert.Equal(2, _sent.Count);
        Pass(2);
        Assert.Equal((3, AlertLevel.Critical), (_sent.Count, _sent[^1].Message.Alert));
        Assert.Equal(3, _metrics.DisplayUpdatesSent.Value);
    }

    [Fact]
    public void Nothing_is_sent_to_a_node_without_a_display()
    {
        Receive(Snapshots.NodeA, display: null);
        _registry.Apply(Snapshots.Legacy(), Snapshots.Source, _time.GetTimestamp());
        Pass(100);

        Assert.Empty(_sent);
    }

    [Fact]
    public void Nothing_is_sent_before_the_first_evaluation()
    {
        _level = null;
        Receive(Snapshots.NodeA, "enviro");
        Pass(40);
        Assert.Empty(_sent);

        _level = AlertLevel.Warning;
        Pass(1);
        Assert.Single(_sent);
    }

    [Fact]
    public void Nothing_is_sent_to_a_node_that_has_left()
    {
        Receive(Snapshots.NodeA, "enviro", new ByeReading("poweroff", null));
        Pass(1);
        Assert.Empty(_sent);
    }

    [Fact]
    public void Many_changes_are_sent_within_seconds_and_a_failed_send_is_counted()
    {
        _isSending = false;
        for (var node = 0; node < 250; node++)
        {
            Receive($"{node:x16}", "sense-hat");
        }

        _time.Advance(DisplayNotifier.CheckPeriod);
        _teller.Sweep(_time.GetTimestamp());
        Assert.Equal(DisplayNotifier.PerSecondMax, _sent.Count);
        Pass(5);
        Assert.Equal(250, _sent.Select(static reported => reported.Node).Distinct().Count());
        Assert.Equal((0, 250), (_metrics.DisplayUpdatesSent.Value, _metrics.DisplayUpdatesFailed.Value));
    }

    private void Receive(string node, string? display, ByeReading? bye = null) => _registry.Apply(
        Snapshots.Of(_sequence++, node) with { About = new AboutReading { Display = display }, Bye = bye },
        Snapshots.Source,
        _time.GetTimestamp());

    private void Pass(int seconds)
    {
        for (var step = 0; step < seconds * 4; step++)
        {
            _time.Advance(TimeSpan.FromSeconds(0.25));
            _teller.Sweep(_time.GetTimestamp());
        }
    }
}
