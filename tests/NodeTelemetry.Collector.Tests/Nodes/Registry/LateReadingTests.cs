using System.Buffers;
using System.Text.Json;
using System.Text;
using NodeTelemetry.Collector.Alerts.Rules;
using NodeTelemetry.Collector.Dashboard;
using NodeTelemetry.Collector.Exposition;
using NodeTelemetry.Collector.Nodes.Registry;
using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Collector.Tests.Alerts.Engine;
using NodeTelemetry.Hosting;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Nodes.Registry;

/// <summary>
/// A lost sample arrives after newer ones and differs from them: a hot CPU, other labels, another name, a goodbye.
/// It reaches the listeners with its own time; the live state is unchanged.
/// </summary>
public sealed class LateReadingTests
{
    private static readonly AlertRule Hot = DefaultRules.All.Single(static rule => rule.Name == "too-hot") with { For = TimeSpan.Zero };

    private readonly ManualTimeProvider _time = new();
    private readonly Snapshots.Recorder _recorder = new();
    private readonly NodeRegistry _registry;

    public LateReadingTests() => _registry = Snapshots.Registry(10, _time, _recorder);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void It_changes_neither_state_nor_events_nor_the_api_nor_the_metrics(bool isGoodbye)
    {
        ReceiveTwoWithAGap(_registry, _time);
        var before = (Readings: Status().Readings, Json: Json(), Metrics: Metrics(), Seen: Status().LastSeen);
        var (events, changes) = (_recorder.Events.Count, _recorder.Changes.Count);

        _registry.Apply(Missed(isGoodbye), Snapshots.Source, _time.GetTimestamp());

        var accepted = _recorder.Accepted[^1];
        Assert.True(accepted.IsLate);
        Assert.Equal(95, accepted.Snapshot[CpuSummarySection.TemperatureCelsius]);
        Assert.Equal(_time.GetUtcNow() - TimeSpan.FromSeconds(1), accepted.ReceivedAt);
        Assert.Same(before.Readings, Status().Readings);
        Assert.Equal((2, NodeHealth.Up, before.Seen), (Status().Header!.Sequence, Status().Health, Status().LastSeen));
        Assert.Equal(before.Json, Json());
        Assert.Equal(before.Metrics, Metrics());
        Assert.Equal((events, changes), (_recorder.Events.Count, _recorder.Changes.Count));

        // Only its arrival is reported.
        Assert.Equal((3, 0L), (Status().Received, Status().Missed));
    }

    [Fact]
    public async Task It_raises_no_alert_and_ends_none()
    {
        using var bench = new AlertBench([Hot]);
        ReceiveTwoWithAGap(bench.Registry, bench.Time);
        await bench.EvaluateAsync();
        bench.Registry.Apply(Missed(isGoodbye: false), Snapshots.Source, bench.Time.GetTimestamp());
        await bench.RunAsync(3);
        Assert.Empty(bench.Alerts);

        // The same reading raises it immediately if it is the newest, and an earlier cool one does not end it.
        bench.Registry.Apply(Sample(5, 95), Snapshots.Source, bench.Time.GetTimestamp());
        await bench.EvaluateAsync();
        Assert.Equal("too-hot", Assert.Single(bench.Alerts).Rule);
        bench.Registry.Apply(Sample(4, 40), Snapshots.Source, bench.Time.GetTimestamp());
        await bench.RunAsync(3);
        Assert.Equal(AlertPhase.Firing, Assert.Single(bench.Alerts).Phase);
    }

    private static void ReceiveTwoWithAGap(NodeRegistry registry, ManualTimeProvider time)
    {
        registry.Apply(Sample(0, 40), Snapshots.Source, time.GetTimestamp());
        time.Advance(TimeSpan.FromSeconds(2));
        registry.Apply(Sample(2, 41), Snapshots.Source, time.GetTimestamp());
    }

    private static NodeSnapshot Missed(bool isGoodbye)
    {
        var sample = Sample(1, 95);
        return sample with
        {
            Hostname = "other-name",
            Labels = [KeyValuePair.Create("rack", "other")],
            About = new AboutReading { Board = "Other", Kernel = "9.9" },
            Bye = isGoodbye ? new ByeReading("stop", null) : null,
        };
    }

    private static NodeSnapshot Sample(long sequence, double celsius)
    {
        var snapshot = Snapshots.Of(sequence);
        var sample = snapshot with
        {
            Header = snapshot.Header! with { TimeMilliseconds = snapshot.Header.TimeMilliseconds + (sequence * 1000) },
            About = new AboutReading { Board = "Pi" },
            Labels = [KeyValuePair.Create("rack", "a")],
        };
        return sample.With((CpuSummarySection.TemperatureCelsius, celsius));
    }

    private NodeStatus Status() => _registry.Statuses.Single();

    /// <summary>The node as in the API, without datagram counts.</summary>
    private string Json()
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            NodeJson.Write(writer, Status() with { Received = 0, Missed = 0, Gaps = [] }, _time, NodeJson.Sections.All);
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>The node in <c>/metrics</c>, without datagram counts.</summary>
    private string Metrics()
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new PrometheusWriter(output, isOpenMetrics: false);
        NodeMetrics.Write(writer, [Status() with { Received = 0, Missed = 0, Gaps = [] }]);
        var text = Encoding.UTF8.GetString(output.WrittenSpan);
        Assert.Contains("cpu_temperature_celsius", text, StringComparison.Ordinal);
        return text;
    }
}
