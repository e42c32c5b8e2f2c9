using System.Buffers;
using System.Text;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Exposition;
using NodeTelemetry.Collector.Nodes.Registry;
using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Hosting;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Exposition;

public sealed class NodeMetricsTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly NodeRegistry _registry;

    public NodeMetricsTests() => _registry = new NodeRegistry(10, new CollectorMetrics(), _time);

    [Fact]
    public void Writes_the_readings_of_nodes_that_are_alive()
    {
        Apply(Snapshots.Of().WithCores(0.5, 0).With(
            (CpuSummarySection.UsageRatio, 0.25),
            (CpuSummarySection.TemperatureCelsius, 48.3),
            (CpuSummarySection.FrequencyHertz, 1500e6)));
        var text = Render();

        Assert.Contains("# TYPE nodetelemetry_node_cpu_temperature_celsius gauge\n", text, StringComparison.Ordinal);
        Assert.Contains("nodetelemetry_node_cpu_temperature_celsius{node=\"00000000000000aa\",hostname=\"pi-01\"} 48.3\n", text, StringComparison.Ordinal);
        Assert.Contains("nodetelemetry_node_cpu_frequency_hertz{node=\"00000000000000aa\",hostname=\"pi-01\"} 1500000000\n", text, StringComparison.Ordinal);
        Assert.Contains("nodetelemetry_node_cpu_core_usage_ratio{node=\"00000000000000aa\",hostname=\"pi-01\",cpu=\"0\"} 0.5\n", text, StringComparison.Ordinal);
        Assert.Contains("nodetelemetry_node_up{node=\"00000000000000aa\",hostname=\"pi-01\"} 1\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("memory", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_lost_node_is_down_and_its_readings_end()
    {
        Apply(Snapshots.Of());
        _registry.SetHealth(Snapshots.NodeA, NodeHealth.Lost);
        var text = Render();

        Assert.Contains("nodetelemetry_node_up{node=\"00000000000000aa\",hostname=\"pi-01\"} 0\n", text, StringComparison.Ordinal);
        Assert.Contains("state=\"lost\"} 1\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("load_average", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Escapes_hostile_names()
    {
        Apply(Snapshots.Of(hostname: "a\"b\\c"));

        Assert.Contains("hostname=\"a\\\"b\\\\c\"", Render(), StringComparison.Ordinal);
    }

    [Fact]
    public void Says_nothing_without_nodes() => Assert.Empty(Render());

    private void Apply(NodeSnapshot snapshot) => _registry.Apply(snapshot, Snapshots.Source, _time.GetTimestamp());

    private string Render()
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new PrometheusWriter(output, isOpenMetrics: false);
        NodeMetrics.Write(writer, _registry.Statuses);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
