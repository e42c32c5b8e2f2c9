using NodeTelemetry.Collector.Export;
using NodeTelemetry.Collector.Tests.Export;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Collector.Tests.OpenSearch;

/// <summary>Bad documents on a real server, and good ones that a wrong template rejects.</summary>
[Collection(OpenSearchCollection.Name)]
public class PoisonTests
{
    [Fact]
    public async Task Poison_is_listed_once_and_a_template_that_rejects_everything_costs_nothing()
    {
        Assert.SkipWhen(OpenSearchServer.Find(out var reason) is null, reason);
        await using var server = await OpenSearchServer.StartAsync();
        await Bad_document_among_good_ones(server);
        await server.AskAsync(HttpMethod.Delete, "nodetelemetry-metrics-v1-*");
        await Template_that_rejects_everything(server);
    }

    private static async Task Bad_document_among_good_ones(OpenSearchServer server)
    {
        await using var bench = new ExportBench([server.Address]);
        bench.AppendRaw("poison", "x\",\"@timestamp\":\"yesterday");
        bench.Append(100);
        bench.Exporter.Start();
        await bench.UntilDrainedAsync();

        var letter = Assert.Single(bench.Letters());
        Assert.Equal("mapper_parsing_exception", letter.ErrorType);
        Assert.Contains("@timestamp", letter.ErrorReason, StringComparison.Ordinal);
        Assert.Equal(100, await CountAsync(server));
    }

    private static async Task Template_that_rejects_everything(OpenSearchServer server)
    {
        // Above the collector's own, and strict, with nothing in it.
        await server.AskAsync(HttpMethod.Put, "_index_template/wrong", """
            {"index_patterns":["nodetelemetry-metrics-v1-*"],"priority":10000,
             "template":{"mappings":{"dynamic":"strict"}}}
            """);
        await using var bench = new ExportBench(
            [server.Address], changeStorage: settings => settings with { BatchDocumentsMax = 1 });
        bench.Append(50);
        bench.Exporter.Start();
        await bench.UntilAsync(
            () => bench.Exporter.Status is { Health: ExportHealth.Held, Problem: { } problem }
                && problem.Contains("strict_dynamic_mapping_exception", StringComparison.Ordinal),
            "held");
        var refused = bench.Metrics.Export.Requests.Value;
        await bench.UntilAsync(() => bench.Metrics.Export.Requests.Value > refused + 20, "tried again and again");
        Assert.Empty(bench.Letters());

        await server.AskAsync(HttpMethod.Delete, "_index_template/wrong");
        await server.AskAsync(HttpMethod.Delete, "nodetelemetry-metrics-v1-*");
        await bench.UntilDrainedAsync();
        Assert.Equal(50, await CountAsync(server));
        Assert.Empty(bench.Letters());
    }

    private static async Task<int> CountAsync(OpenSearchServer server)
    {
        await server.AskAsync(HttpMethod.Post, "nodetelemetry-metrics-v1-*/_refresh");
        var answer = await server.AskAsync(HttpMethod.Get, "nodetelemetry-metrics-v1-*/_count");
        return answer.GetProperty("count").GetInt32();
    }
}
