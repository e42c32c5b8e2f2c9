using System.Buffers;
using System.Text;
using NodeTelemetry.Collector.Exposition;
using NodeTelemetry.Hosting;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Exposition;

public sealed class OpenMetricsTests
{
    [Theory]
    [InlineData("application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1", true)]
    [InlineData("text/plain", false)]
    [InlineData("*/*", false)]
    [InlineData("", false)]
    [InlineData("text/html,application/xhtml+xml,*/*;q=0.8", false)]
    [InlineData("application/openmetrics-text;q=0.2,text/plain", false)]
    [InlineData("application/openmetrics-text;q=0", false)]
    [InlineData("nonsense;;;", false)]
    public void It_is_written_for_those_who_like_it_better(string accept, bool isOpenMetrics) =>
        Assert.Equal(isOpenMetrics, MetricsEndpoint.PrefersOpenMetrics([accept]));

    [Fact]
    public void Counters_units_and_the_end_are_as_the_format_wants_them()
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new PrometheusWriter(output, isOpenMetrics: true);
        writer.Family("a_written_bytes_total", "counter", "Bytes that a \"b\" wrote\\n");
        writer.Sample("a_written_bytes_total").Label("x", "\"").Value(3);
        writer.Family("a_memory_bytes_per_second", "gauge", "Rate");
        writer.Sample("a_memory_bytes_per_second").Value(0.5);
        writer.Family("a_nodes", "gauge", "Nodes");
        writer.Sample("a_nodes").Value(2);
        writer.End();

        Assert.Equal(
            """
            # HELP a_written_bytes Bytes that a \"b\" wrote\\n
            # TYPE a_written_bytes counter
            # UNIT a_written_bytes bytes
            a_written_bytes_total{x="\""} 3
            # HELP a_memory_bytes_per_second Rate
            # TYPE a_memory_bytes_per_second gauge
            # UNIT a_memory_bytes_per_second bytes_per_second
            a_memory_bytes_per_second 0.5
            # HELP a_nodes Nodes
            # TYPE a_nodes gauge
            a_nodes 2
            # EOF

            """,
            Encoding.UTF8.GetString(output.WrittenSpan));
    }
}
