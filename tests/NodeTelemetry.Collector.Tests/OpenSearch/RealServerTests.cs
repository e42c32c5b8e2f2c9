using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Export;
using NodeTelemetry.Collector.Export.Documents;
using NodeTelemetry.Collector.Tests.Export;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Collector.Tests.OpenSearch;

/// <summary>Behaviour that only a real OpenSearch can prove.</summary>
[Collection(OpenSearchCollection.Name)]
public class RealServerTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    // One after the other against one server, because it takes long to start and much memory.
    [Fact]
    public async Task Real_server_accepts_the_template_and_stores_every_reading_once()
    {
        var folder = OpenSearchServer.Find(out var reason);
        Assert.SkipWhen(folder is null, reason);
        await using var server = await OpenSearchServer.StartAsync();

        await Everything_arrives_once_through_a_crash_of_the_server(server);
        await Mapping_has_the_types_of_the_template(server);
        await Aggregation_gives_the_right_numbers(server);
        await Second_collector_makes_no_duplicate(server);
        await Faults_of_index_and_cluster_hold_and_are_survived(server);
    }

    private static async Task Everything_arrives_once_through_a_crash_of_the_server(OpenSearchServer server)
    {
        await using var bench = new ExportBench(
            [server.Address],
            settings => settings with { RetryDelayMax = TimeSpan.FromSeconds(1) },
            settings => settings with { BatchDocumentsMax = 100 });
        bench.Append(2000);
        bench.Exporter.Start();
        await bench.UntilAsync(() => bench.Exporter.Status.ExportedDocuments >= 300, "some are there");
        await server.KillAsync();
        bench.Append(1000);
        await bench.UntilAsync(() => bench.Exporter.Status.Health == ExportHealth.Retrying, "retrying");
        await server.StartAgainAsync();
        bench.Append(1000);
        await bench.UntilDrainedAsync();

        Assert.Equal(4000, await CountAsync(server));
        Assert.Empty(bench.Letters());
    }

    private static async Task Mapping_has_the_types_of_the_template(OpenSearchServer server)
    {
        var index = (await server.AskAsync(HttpMethod.Get, "nodetelemetry-metrics-v1-2026.11.03/_mapping"))
            .GetProperty("nodetelemetry-metrics-v1-2026.11.03").GetProperty("mappings").GetProperty("properties");
        foreach (var field in DocumentFields.All.Where(static field => field.Type != FieldType.Texts))
        {
            var mapping = index;
            foreach (var segment in field.Segments.SkipLast(1))
            {
                mapping = mapping.GetProperty(segment).GetProperty("properties");
            }

            var expected = field.Type switch
            {
                FieldType.Ratio => "scaled_float",
                FieldType.HalfFloat => "half_float",
                var type => type.ToString().ToLowerInvariant(),
            };
            Assert.Equal(expected, mapping.GetProperty(field.Segments[^1]).GetProperty("type").GetString());
        }

        var rack = index.GetProperty("labels").GetProperty("properties").GetProperty("rack");
        Assert.Equal("keyword", rack.GetProperty("type").GetString());
    }

    private static async Task Aggregation_gives_the_right_numbers(OpenSearchServer server)
    {
        var answer = await server.AskAsync(HttpMethod.Post, "nodetelemetry-metrics/_search", """
            {"size":0,"track_total_hits":true,"aggs":{"hosts":{"terms":{"field":"host.name"},"aggs":{
             "cpu":{"avg":{"field":"system.cpu.utilization"}},"load":{"max":{"field":"system.cpu.load_average.1m"}},
             "memory":{"max":{"field":"system.memory.limit"}},
             "cores":{"avg":{"field":"nodetelemetry.cpu.core.utilization"}}}}}}
            """);
        var hosts = answer.GetProperty("aggregations").GetProperty("hosts");
        var buckets = hosts.GetProperty("buckets").EnumerateArray().ToArray();
        Assert.Equal(
            ["pi-00", "pi-01", "pi-02", "pi-03"],
            buckets.Select(static bucket => bucket.GetProperty("key").GetString()!).Order());
        foreach (var bucket in buckets)
        {
            Assert.Equal(1000, bucket.GetProperty("doc_count").GetInt32());
            Assert.Equal(0.12, bucket.GetProperty("cpu").GetProperty("value").GetDouble(), 1e-9);
            Assert.Equal(0.42, bucket.GetProperty("load").GetProperty("value").GetDouble(), 1e-6);
            Assert.Equal(0.31, bucket.GetProperty("cores").GetProperty("value").GetDouble(), 1e-9);
            Assert.Equal(4L << 40, bucket.GetProperty("memory").GetProperty("value").GetDouble());
        }
    }

    private static async Task Second_collector_makes_no_duplicate(OpenSearchServer server)
    {
        await using var other = new ExportBench([server.Address]);
        other.Append(4000);
        other.Exporter.Start();
        await other.UntilDrainedAsync();
        Assert.Equal(4000, await CountAsync(server));
        Assert.Equal(4000, other.Metrics.Export.Documents[ExportOutcome.Duplicate].Value);
    }

    private static async Task Faults_of_index_and_cluster_hold_and_are_survived(OpenSearchServer server)
    {
        const string Index = "nodetelemetry-metrics-v1-2026.11.03";
        await using var bench = new ExportBench([server.Address], sequence: 4000);
        bench.Exporter.Start();
        var expected = 4000;
        foreach (var (path, fault, repair) in new[]
        {
            (
                $"{Index}/_settings",
                """{"index.blocks.read_only_allow_delete":true}""",
                """{"index.blocks.read_only_allow_delete":null}"""),
            (
                "_cluster/settings",
                """{"transient":{"cluster.blocks.read_only":true}}""",
                """{"transient":{"cluster.blocks.read_only":null}}"""),
            ($"{Index}/_close", null, null),
        })
        {
            await server.AskAsync(fault is null ? HttpMethod.Post : HttpMethod.Put, path, fault);
            bench.Append(100);
            expected += 100;
            await bench.UntilAsync(
                () => bench.Exporter.Status.Health is ExportHealth.Held or ExportHealth.Retrying, "the fault is noticed");
            Assert.NotNull(bench.Exporter.Status.Problem);
            await server.AskAsync(
                repair is null ? HttpMethod.Post : HttpMethod.Put,
                path.Replace("_close", "_open", StringComparison.Ordinal),
                repair);
            await bench.UntilDrainedAsync();
            Assert.Equal(expected, await CountAsync(server));
        }

        Assert.Empty(bench.Letters());
    }

    private static async Task<int> CountAsync(OpenSearchServer server)
    {
        await server.AskAsync(HttpMethod.Post, "nodetelemetry-metrics/_refresh");
        var count = 0;
        await Eventually.TrueAsync(
            async () =>
            {
                var answer = await server.AskAsync(HttpMethod.Get, "nodetelemetry-metrics/_count");
                return answer.TryGetProperty("count", out var value) && value.TryGetInt32(out count);
            },
            Deadline);
        return count;
    }
}
