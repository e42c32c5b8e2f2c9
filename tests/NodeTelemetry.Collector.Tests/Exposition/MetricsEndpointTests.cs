using System.IO.Pipelines;
using System.Text;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Exposition;
using NodeTelemetry.Collector.Nodes.Registry;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Exposition;

/// <summary>Two writers contribute to <c>/metrics</c>; a scraper must not notice.</summary>
public sealed class MetricsEndpointTests
{
    private static readonly string[] Suffixes = ["", "_total", "_bucket", "_sum", "_count"];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task All_parts_are_one_exposition(bool isOpenMetrics)
    {
        var lines = (await ScrapeAsync(isOpenMetrics)).Split('\n');

        Assert.Equal(string.Empty, lines[^1]);
        Assert.Equal(isOpenMetrics ? 1 : 0, lines.Count(static line => line == "# EOF"));
        Assert.Equal(isOpenMetrics, lines[^2] == "# EOF");
        var families = new HashSet<string>();
        var family = string.Empty;
        foreach (var line in lines.Where(static line => line.Length > 0 && line != "# EOF"))
        {
            var words = line.Split(' ');
            if (words[0] != "#")
            {
                var name = line[..line.IndexOfAny(['{', ' '])];
                Assert.Contains(name, Suffixes.Select(suffix => family + suffix));
            }
            else if (words[1] == "HELP")
            {
                family = words[2];
                Assert.True(families.Add(family), $"{family} comes twice.");
                Assert.Matches("^nodetelemetry_(node|collector)_[a-z0-9_]+$", family);
                Assert.DoesNotContain(line, static character => character is '\\' or '"');
            }
            else
            {
                Assert.Equal(family, words[2]);
            }
        }

        Assert.Contains("nodetelemetry_node_up", families);
        Assert.Contains("nodetelemetry_collector_nodes", families);
        Assert.Contains("nodetelemetry_collector_datagrams_received" + (isOpenMetrics ? "" : "_total"), families);
        Assert.Contains("nodetelemetry_collector_database_commit_duration_seconds", families);
    }

    private static async Task<string> ScrapeAsync(bool isOpenMetrics)
    {
        var time = new ManualTimeProvider();
        var metrics = new CollectorMetrics();
        var nodes = new NodeRegistry(10, metrics, time);
        nodes.Apply(Snapshots.Of(), Snapshots.Source, time.GetTimestamp());
        metrics.ApplyDuration.Observe(TimeSpan.FromSeconds(0.3), Snapshots.Of(7), static snapshot => snapshot.Header);
        metrics.Export.Items.Inc(201);
        metrics.Storage.OutboxNodesDropped.Inc("a\"b\\c", OutboxDropReason.OutboxFull, 3);
        var endpoint = new MetricsEndpoint(
            nodes,
            new CollectorGauges("0.1.0", [new Gauge("nodes", "Known nodes", () => nodes.Count)], []),
            metrics.Registry);
        using var body = new MemoryStream();
        var output = PipeWriter.Create(body, new StreamPipeWriterOptions(leaveOpen: true));
        await endpoint.WriteAsync(output, isOpenMetrics, default);
        await output.CompleteAsync();
        return Encoding.UTF8.GetString(body.ToArray());
    }
}
