using System.Buffers;
using System.Net;
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

    /// <summary>Families are written in chunks of nodes, with a flush in between.</summary>
    [Fact]
    public void A_family_of_many_nodes_has_one_header_and_every_node()
    {
        var registry = new NodeRegistry(100, new CollectorMetrics(), _time);
        for (var node = 0; node < 40; node++)
        {
            var source = new IPEndPoint(new IPAddress([10, 77, 0, (byte)node]), 40_000).Serialize();
            registry.Apply(Snapshots.Of(node: $"{node:x16}").WithCores(0.5, 0), source, _time.GetTimestamp());
        }

        var text = Render(registry);
        var lines = text.Split('\n').Where(static line => line.Contains("cpu_core_usage_ratio", StringComparison.Ordinal)).ToList();

        Assert.Equal(["# HELP", "# TYPE"], lines.Take(2).Select(static line => line[..6]));
        Assert.Equal(80, lines.Skip(2).Count(static line => line.StartsWith("nodetelemetry_node_cpu_core_usage_ratio{", StringComparison.Ordinal)));
        Assert.Equal(82, lines.Count);
    }

    /// <summary>Of a thousand nodes with all readings, a scrape writes megabytes; nothing of that is garbage.</summary>
    [Fact]
    public void A_scrape_allocates_as_much_for_many_nodes_as_for_one()
    {
        var output = new ArrayBufferWriter<byte>(16 * 1024 * 1024);
        var metrics = new NodeMetrics();
        var one = Measure(CreateNodes(1));
        Assert.InRange(Measure(CreateNodes(200)), 0, one);

        long Measure(NodeRegistry registry)
        {
            Scrape();
            Scrape();
            var before = GC.GetAllocatedBytesForCurrentThread();
            Scrape();
            return GC.GetAllocatedBytesForCurrentThread() - before;

            void Scrape()
            {
                output.ResetWrittenCount();
                var writer = new PrometheusWriter(output, isOpenMetrics: false);
                Assert.True(metrics.WriteAsync(writer, registry.Statuses, static () => default).AsTask().IsCompletedSuccessfully);
            }
        }
    }

    [Fact]
    public void Says_nothing_without_nodes() => Assert.Empty(Render());

    private static NodeRegistry CreateNodes(int count)
    {
        var time = new ManualTimeProvider();
        var registry = new NodeRegistry(count, new CollectorMetrics(), time);
        for (var node = 0; node < count; node++)
        {
            registry.Apply(
                Snapshots.Of(node: $"{node:x16}", hostname: $"pi-{node}") with { Sections = FilledSections.All },
                Snapshots.Source,
                time.GetTimestamp());
        }

        return registry;
    }

    private void Apply(NodeSnapshot snapshot) => _registry.Apply(snapshot, Snapshots.Source, _time.GetTimestamp());

    private string Render() => Render(_registry);

    private static string Render(NodeRegistry registry)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new PrometheusWriter(output, isOpenMetrics: false);
        NodeMetrics.Write(writer, registry.Statuses);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
