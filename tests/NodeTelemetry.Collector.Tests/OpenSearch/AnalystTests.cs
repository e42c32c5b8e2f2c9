using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Export;
using NodeTelemetry.Collector.Export.Documents;
using NodeTelemetry.Collector.Export.Http;
using NodeTelemetry.Collector.Export.Indices;
using NodeTelemetry.Collector.Export.Settings;
using NodeTelemetry.Collector.Nodes.Events;
using NodeTelemetry.Collector.Nodes.Registry;
using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Collector.Tests.Deploy;
using NodeTelemetry.Collector.Tests.Export;
using NodeTelemetry.Collector.Tests.Export.Indices;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Collector.Tests.OpenSearch;

/// <summary>
/// A day of a small cluster is put into a real OpenSearch as the collector would; then every search of every dashboard
/// and what analysts ask is tried on it.
/// </summary>
[Collection(OpenSearchCollection.Name)]
public sealed partial class AnalystTests
{
    private const int Nodes = 3;

    private static readonly TimeSpan Step = TimeSpan.FromMinutes(10);

    // The last full day: the examples of the README ask for now-1d.
    private static readonly DateTimeOffset End = TimeProvider.System.GetUtcNow();

    // One after the other against one server, because it takes long to start and much memory.
    [Fact]
    public async Task Real_server_answers_the_queries_of_analysts()
    {
        Assert.SkipWhen(OpenSearchServer.Find(out var reason) is null, reason);
        await using var server = await OpenSearchServer.StartAsync();
        await PutTemplatesAsync(server);
        await FillAsync(server);

        await Every_search_of_every_dashboard_finds_something(server);
        await Examples_of_the_README_give_the_right_numbers(server);
        await Monitor_finds_the_lost_node(server);
        await Changed_template_is_noticed_and_an_older_one_upgraded(server);
        await Own_retention_deletes_only_the_old_index(server);
        await Check_finds_nothing_wrong_and_then_what_is(server);
        await Check_writes_nothing_whatever_the_index_would_take(server);
        await Template_that_rejects_everything_stops_the_export_until_it_is_repaired(server);
        await Data_stream_takes_a_document_twice_only_over_its_rollover(server);
    }

    private static async Task PutTemplatesAsync(OpenSearchServer server)
    {
        using var bench = new IndexBench(server.Address);
        foreach (var template in IndexTemplate.All(IndexNaming.Daily))
        {
            Assert.Null(await bench.Templates.PutAsync(template, mayRepair: false, IndexBench.Token));
            Assert.Equal(TemplateKind.Current, (await bench.Templates.ReadAsync(template, IndexBench.Token)).Kind);
        }
    }

    private static async Task FillAsync(OpenSearchServer server)
    {
        using var bench = new IndexBench(server.Address);
        var settings = bench.Settings with
        {
            Indices = new() { EntryDocuments = [.. FilledSections.All.Select(static section => section.Definition.Key)] },
        };
        using var writer = new BulkRequestWriter(settings, new CollectorMetrics());
        using var body = new MemoryStream();
        for (var time = End.AddDays(-1); time < End; time += Step)
        {
            for (var node = 1; node <= Nodes; node++)
            {
                var accepted = Sample(node, time);
                var status = Readings.Status(accepted);
                body.Write(writer.Encode(accepted, status));
                foreach (var section in accepted.Snapshot.Sections.Where(section => writer.HasDocuments(section.Definition)))
                {
                    for (var entry = 0; entry < section.EntryCount; entry++)
                    {
                        body.Write(writer.Encode(accepted, status, section.Definition, section[entry]));
                    }
                }
            }
        }

        for (var node = 1; node <= Nodes; node++)
        {
            var status = Readings.Status(Sample(node, End)) with { Health = node == 3 ? NodeHealth.Lost : NodeHealth.Up };
            body.Write(writer.EncodeState(status, PendingNodeStates.Version(status), End));
        }

        // pi-03 was lost twice this week, pi-02 once before.
        foreach (var (node, days) in (ReadOnlySpan<(int, int)>)[(3, 1), (3, 2), (2, 9)])
        {
            var lost = Readings.Lost(Sample(node, End), End.AddDays(-days));
            body.Write(writer.Encode(lost));
            body.Write(writer.Encode(lost with { Kind = NodeEventKind.Recovered, Id = lost.Id + 60_000, Time = lost.Time.AddMinutes(1) }));
        }

        await BulkAsync(bench, body.ToArray());
        await server.AskAsync(HttpMethod.Post, "nodetelemetry-*/_refresh");
    }

    private static AcceptedSnapshot Sample(int node, DateTimeOffset time)
    {
        var accepted = Readings.Full((time - End).Ticks / Step.Ticks + 1000, $"00000000000000{node:x2}", time);
        return accepted with
        {
            ReceivedAt = time,
            Snapshot = (accepted.Snapshot with { Hostname = $"pi-{node:00}" })
                .With(FilledSections.All.Where(static section => !section.Definition.PrecedesHeader))
                .With(Sensors(node))
                .With((CpuSummarySection.UsageRatio, node / 10.0), (CpuSummarySection.TemperatureCelsius, 40 + node)),
        };
    }

    private static SectionReading Sensors(int node)
    {
        var builder = new SectionBuilder(SensorsSection.Definition);
        builder.Begin("bme280");
        foreach (var field in SensorsSection.Definition.Fields.Where(static field => field.Kind != Protocol.Catalog.FieldKind.Text))
        {
            builder.Set(field, field == SensorsSection.TemperatureCelsius ? 20 + node : Math.Min(field.Max, 0.5));
        }

        return builder.Build()!;
    }

    private static async Task BulkAsync(IndexBench bench, byte[] body)
    {
        var answer = await bench.Connection.SendAsync(
            HttpMethod.Post, "_bulk", body, "application/x-ndjson", isCompressed: false, IndexBench.Token);
        using var json = JsonDocument.Parse(answer.Body);
        Assert.False(json.RootElement.GetProperty("errors").GetBoolean(), "Some document was refused.");
    }

    private static async Task Every_search_of_every_dashboard_finds_something(OpenSearchServer server)
    {
        var searched = 0;
        foreach (var query in SavedObjects.Queries().Concat(GrafanaDashboards.Queries()))
        {
            var answer = await SearchAsync(server, query.Index, query.Body.ToJsonString());
            Assert.True(answer["hits"]!["total"]!["value"]!.GetValue<int>() > 0, $"{query.Name} finds nothing.");
            Assert.All(answer["aggregations"]?.AsObject() ?? [], aggregation => Assert.True(
                DashboardQuery.HasValue(aggregation.Value), $"{query.Name} shows nothing: {aggregation.Value}"));
            searched++;
        }

        Assert.True(searched > 40, $"Only {searched} searches were tried.");
    }

    private static async Task Examples_of_the_README_give_the_right_numbers(OpenSearchServer server)
    {
        var readme = await File.ReadAllTextAsync(
            Path.Combine(RepositoryRoot.Path, "deploy", "opensearch", "README.md"), IndexBench.Token);
        var examples = Example().Matches(readme).Select(static match => (Index: match.Groups[1].Value, Body: match.Groups[2].Value)).ToList();
        Assert.Equal(4, examples.Count);

        var cpu = (await SearchAsync(server, examples[0].Index, examples[0].Body))["aggregations"]!["node"]!["buckets"]!.AsArray();
        Assert.Equal(["pi-01", "pi-02", "pi-03"], cpu.Select(static node => (string)node!["key"]!).Order());
        foreach (var node in cpu)
        {
            var hours = node!["time"]!["buckets"]!.AsArray();
            Assert.InRange(hours.Count, 24, 25);
            var expected = int.Parse(((string)node["key"]!)[3..], System.Globalization.CultureInfo.InvariantCulture) / 10.0;
            Assert.All(hours, hour => Assert.Equal(expected, (double)hour!["cpu"]!["value"]!, 1e-6));
        }

        var hottest = (await SearchAsync(server, examples[1].Index, examples[1].Body))["hits"]!["hits"]!.AsArray();
        Assert.Equal(["pi-03", "pi-02", "pi-01"], hottest.Select(static hit => (string)hit!["_source"]!["host"]!["name"]!));

        var lost = (await SearchAsync(server, examples[2].Index, examples[2].Body))["aggregations"]!["node"]!["buckets"]!.AsArray();
        var only = Assert.Single(lost);
        Assert.Equal(("pi-03", 2), ((string)only!["key"]!, (int)only["doc_count"]!));

        var times = (await SearchAsync(server, examples[3].Index, examples[3].Body))["aggregations"]!["time"]!["buckets"]!.AsArray();
        Assert.InRange(times.Count, 24, 25);
        Assert.All(times, static time =>
        {
            Assert.Equal(21, (double)time!["sensor"]!["celsius"]!["value"]!, 0.01);
            Assert.Equal(41, (double)time["cpu"]!["celsius"]!["value"]!, 0.05);
        });
    }

    // The plugin is not there: its search is run as the plugin would, with the time put in.
    private static async Task Monitor_finds_the_lost_node(OpenSearchServer server)
    {
        var monitor = JsonNode.Parse(DeployedFiles.Monitor())!["inputs"]![0]!["search"]!;
        var answer = await SearchAsync(
            server,
            (string)monitor["indices"]![0]!,
            monitor["query"]!.ToJsonString().Replace(
                "{{period_end}}", $"{End.ToUnixTimeMilliseconds()}", StringComparison.Ordinal));
        var hit = Assert.Single(answer["hits"]!["hits"]!.AsArray());
        Assert.Equal(1, (int)answer["hits"]!["total"]!["value"]!);
        Assert.Equal("pi-03", (string)hit!["_source"]!["host"]!["name"]!);
        Assert.Equal(Nodes, (int)answer["aggregations"]!["fresh"]!["doc_count"]!);
    }

    private static async Task Changed_template_is_noticed_and_an_older_one_upgraded(OpenSearchServer server)
    {
        using var bench = new IndexBench(server.Address);
        var template = IndexTemplate.Metrics(IndexNaming.Daily);
        var body = JsonNode.Parse(template.Create("best_compression"))!;
        body["template"]!["mappings"]!["dynamic"] = "strict";
        await server.AskAsync(HttpMethod.Put, $"_index_template/{template.Name}", body.ToJsonString());
        var changed = await bench.Templates.ReadAsync(template, IndexBench.Token);
        Assert.Equal(TemplateKind.Changed, changed.Kind);
        Assert.Equal(["template.mappings.dynamic is strict, not false"], changed.Differences);

        body["version"] = 1;
        await server.AskAsync(HttpMethod.Put, $"_index_template/{template.Name}", body.ToJsonString());
        Assert.Equal(TemplateKind.Older, (await bench.Templates.ReadAsync(template, IndexBench.Token)).Kind);
        Assert.Null(await bench.Templates.PutAsync(template, mayRepair: false, IndexBench.Token));
        Assert.Equal(TemplateKind.Current, (await bench.Templates.ReadAsync(template, IndexBench.Token)).Kind);
    }

    private static async Task Own_retention_deletes_only_the_old_index(OpenSearchServer server)
    {
        await server.AskAsync(HttpMethod.Put, "nodetelemetry-metrics-v1-2020.01.01");
        await server.AskAsync(HttpMethod.Put, "nodetelemetry-metrics-v1-2020.01.01-copy");
        await server.AskAsync(HttpMethod.Put, "other-2020.01.01");
        var before = await IndicesAsync(server);
        using var bench = new IndexBench(server.Address);
        Assert.Equal((RetentionMode.BuiltIn, null), await bench.Policies.PutAsync(IndexBench.Token));
        Assert.Null(await bench.Retention(TimeProvider.System).RunAsync(IndexBench.Token));
        Assert.Equal(["nodetelemetry-metrics-v1-2020.01.01"], before.Except(await IndicesAsync(server)));
    }

    private static async Task Check_finds_nothing_wrong_and_then_what_is(OpenSearchServer server)
    {
        using var bench = new IndexBench(server.Address);
        var check = new OpenSearchCheck(
            bench.Connection, bench.Settings, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        Assert.DoesNotContain(
            await check.RunAsync(IndexBench.Token), static finding => finding.Level == CheckLevel.Problem);

        // A foreign template has the name, and today's index accepts no data any more.
        await server.AskAsync(
            HttpMethod.Put,
            "_index_template/greedy",
            """{"index_patterns":["node*"],"priority":900,"template":{"mappings":{"dynamic":"strict"}}}""");
        var today = IndexNames.ForMetrics(IndexNaming.Daily, TimeProvider.System.GetUtcNow());
        await server.AskAsync(HttpMethod.Put, $"{today}/_settings", """{"index.blocks.write":true}""");
        var problems = (await check.RunAsync(IndexBench.Token)).Where(static finding => finding.Level == CheckLevel.Problem).ToList();
        Assert.Contains(problems, static finding => finding.Text.StartsWith("A template with a higher priority", StringComparison.Ordinal));
        Assert.Contains(problems, finding => finding.Text.StartsWith($"{today} accepts no documents", StringComparison.Ordinal));
        Assert.All(problems, static finding => Assert.NotNull(finding.Advice));
        await server.AskAsync(HttpMethod.Delete, "_index_template/greedy");
        await server.AskAsync(HttpMethod.Put, $"{today}/_settings", """{"index.blocks.write":null}""");
    }

    // An index of a guessed mapping takes any document, and a data stream every one: the check leaves both as they are.
    private static async Task Check_writes_nothing_whatever_the_index_would_take(OpenSearchServer server)
    {
        var today = IndexNames.ForMetrics(IndexNaming.Daily, TimeProvider.System.GetUtcNow());
        await server.AskAsync(HttpMethod.Delete, today);
        await server.AskAsync(HttpMethod.Put, $"_index_template/any", $$$"""{"index_patterns":["{{{today}}}"],"priority":999}""");
        await server.AskAsync(HttpMethod.Put, today);
        await server.AskAsync(HttpMethod.Delete, "_index_template/any");
        await CheckLeavesAsync(server, IndexNaming.Daily, today);
        await server.AskAsync(HttpMethod.Delete, today);

        using (var bench = new IndexBench(server.Address, new IndexSettings { Naming = IndexNaming.Stream }))
        {
            Assert.Null(await bench.Templates.PutAsync(IndexBench.Token));
            await server.AskAsync(HttpMethod.Put, $"_data_stream/{IndexNames.Stream}");
            await CheckLeavesAsync(server, IndexNaming.Stream, IndexNames.Stream);
            await server.AskAsync(HttpMethod.Delete, $"_data_stream/{IndexNames.Stream}");
        }

        await PutTemplatesAsync(server);
    }

    private static async Task CheckLeavesAsync(OpenSearchServer server, IndexNaming naming, string index)
    {
        using var bench = new IndexBench(server.Address, new IndexSettings { Naming = naming });
        var check = new OpenSearchCheck(
            bench.Connection, bench.Settings, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        var writing = Assert.Single(
            await check.RunAsync(IndexBench.Token), static finding => finding.Subject == "writing");
        Assert.True(writing.Level == CheckLevel.Ok && writing.Text.EndsWith("accepts documents.", StringComparison.Ordinal), writing.Text);
        await server.AskAsync(HttpMethod.Post, $"{index}/_refresh");
        Assert.Equal(0, (await server.AskAsync(HttpMethod.Get, $"{index}/_count")).GetProperty("count").GetInt32());
    }

    // Nothing goes to the dead letters; after the repair everything arrives automatically.
    private static async Task Template_that_rejects_everything_stops_the_export_until_it_is_repaired(OpenSearchServer server)
    {
        const string Index = "nodetelemetry-metrics-v1-2026.11.03";
        var template = IndexTemplate.Metrics(IndexNaming.Daily);
        await server.AskAsync(
            HttpMethod.Put,
            $"_index_template/{template.Name}",
            $$$"""
            {"version":{{{IndexTemplate.Version}}},"index_patterns":["{{{template.Pattern}}}"],"priority":200,
             "template":{"mappings":{"dynamic":"strict","properties":{"@timestamp":{"type":"date"}} } } }
            """);
        await using (var bench = new ExportBench([server.Address]))
        {
            bench.Append(200);
            bench.Exporter.Start();
            await bench.UntilAsync(() => bench.Exporter.Status.Health == ExportHealth.Held, "the circuit breaker is on");
            Assert.Contains("strict", bench.Exporter.Status.Problem, StringComparison.Ordinal);
            Assert.Empty(bench.Letters());

            using var indices = new IndexBench(server.Address);
            Assert.Null(await indices.Templates.PutAsync(template, mayRepair: true, IndexBench.Token));
            await bench.UntilDrainedAsync();
            Assert.Empty(bench.Letters());
        }

        await server.AskAsync(HttpMethod.Post, $"{Index}/_refresh");
        Assert.Equal(200, (await server.AskAsync(HttpMethod.Get, $"{Index}/_count")).GetProperty("count").GetInt32());
    }

    // What OPENSEARCH.md says of data streams: once within a backing index, twice over a rollover.
    private static async Task Data_stream_takes_a_document_twice_only_over_its_rollover(OpenSearchServer server)
    {
        var indices = new IndexSettings { Naming = IndexNaming.Stream };
        using var bench = new IndexBench(server.Address, indices);
        Assert.Null(await bench.Templates.PutAsync(IndexBench.Token));
        using var writer = new BulkRequestWriter(bench.Settings, new CollectorMetrics());
        var accepted = Sample(1, End);
        var body = writer.Encode(accepted, Readings.Status(accepted)).ToArray();
        await BulkAsync(bench, body);
        Assert.Equal(409, await StatusAsync(bench, body));
        await server.AskAsync(HttpMethod.Post, $"{IndexNames.Stream}/_rollover");
        Assert.Equal(201, await StatusAsync(bench, body));
        Assert.Null(await bench.Retention(TimeProvider.System).RunAsync(IndexBench.Token));
        var stream = await server.AskAsync(HttpMethod.Get, $"_data_stream/{IndexNames.Stream}");
        Assert.Equal(2, stream.GetProperty("data_streams")[0].GetProperty("indices").GetArrayLength());
    }

    private static async Task<int> StatusAsync(IndexBench bench, byte[] body)
    {
        var answer = await bench.Connection.SendAsync(
            HttpMethod.Post, "_bulk", body, "application/x-ndjson", isCompressed: false, IndexBench.Token);
        var items = new List<BulkItem>();
        Assert.True(BulkResponseReader.TryRead(answer.Body, 1, items));
        return items[0].Status;
    }

    private static async Task<JsonNode> SearchAsync(OpenSearchServer server, string index, string body)
    {
        var answer = await server.AskAsync(HttpMethod.Post, $"{index}/_search", body);
        Assert.False(answer.TryGetProperty("error", out var error), $"{error}\n{body}");
        return JsonNode.Parse(answer.GetRawText())!;
    }

    private static async Task<List<string>> IndicesAsync(OpenSearchServer server) =>
        [.. (await server.AskAsync(HttpMethod.Get, "_cat/indices?format=json&h=index")).EnumerateArray()
            .Select(static row => row.GetProperty("index").GetString()!).Order()];

    [GeneratedRegex(@"```\nGET ([\w.*-]+)/_search\n(\{.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();
}
