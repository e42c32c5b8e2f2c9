using System.Text.Json.Nodes;
using NodeTelemetry.Collector.Export.Http;
using NodeTelemetry.Collector.Export.Indices;
using NodeTelemetry.Collector.Export.Settings;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Export.Indices;

public class TemplateInstallerTests
{
    [Theory]
    [InlineData(true, "zstd_no_dict")]
    [InlineData(false, "best_compression")]
    public async Task Best_codec_that_the_server_supports_is_used(bool hasCodecs, string codec)
    {
        await using var server = await FakeOpenSearch.StartAsync();
        server.Apis.HasCodecs = hasCodecs;
        using var bench = new IndexBench(server.Address);
        Assert.Null(await bench.Templates.PutAsync(IndexBench.Token));
        Assert.Equal(codec, (string?)Template(server)["template"]!["settings"]!["index"]!["codec"]);
        Assert.Equal(TemplateKind.Current, (await StateAsync(bench)).Kind);
    }

    [Fact]
    public async Task Current_template_is_not_installed_again()
    {
        await using var server = await FakeOpenSearch.StartAsync();
        using var bench = new IndexBench(server.Address);
        Assert.Null(await bench.Templates.PutAsync(IndexBench.Token));
        var puts = Puts(server);
        Assert.Null(await bench.Templates.PutAsync(IndexBench.Token));
        Assert.Equal(puts, Puts(server));
    }

    [Fact]
    public async Task Older_template_is_replaced_and_the_indices_get_the_new_fields()
    {
        await using var server = await FakeOpenSearch.StartAsync();
        server.Apis.Templates[IndexNames.Metrics] =
            """{"index_patterns":["nodetelemetry-metrics-v1-*"],"priority":200,"version":1}""";
        using var bench = new IndexBench(server.Address);
        Assert.Null(await bench.Templates.PutAsync(IndexBench.Token));
        Assert.Equal(IndexTemplate.Version, (int)Template(server)["version"]!);
        Assert.Contains("PUT nodetelemetry-metrics-v1-*/_mapping", server.Apis.Requests);
    }

    [Fact]
    public async Task Newer_template_is_kept()
    {
        await using var server = await FakeOpenSearch.StartAsync();
        const string Newer = """{"index_patterns":["nodetelemetry-metrics-v1-*"],"version":99}""";
        server.Apis.Templates[IndexNames.Metrics] = Newer;
        using var bench = new IndexBench(server.Address);
        Assert.Null(await bench.Templates.PutAsync(IndexBench.Token));
        Assert.Equal(Newer, server.Apis.Templates[IndexNames.Metrics]);
    }

    [Fact]
    public async Task Changed_template_is_reported_and_only_setup_restores_it()
    {
        await using var server = await FakeOpenSearch.StartAsync();
        using var bench = new IndexBench(server.Address);
        Assert.Null(await bench.Templates.PutAsync(IndexBench.Token));
        var changed = Template(server);
        changed["template"]!["mappings"]!["dynamic"] = "strict";
        changed["template"]!["settings"]!["index"]!["number_of_shards"] = "4";
        server.Apis.Templates[IndexNames.Metrics] = changed.ToJsonString();

        Assert.Null(await bench.Templates.PutAsync(IndexBench.Token));
        var state = await StateAsync(bench);
        Assert.Equal(TemplateKind.Changed, state.Kind);
        Assert.Equal(
            [
                "template.settings.index.number_of_shards is 4, not 1",
                "template.mappings.dynamic is strict, not false",
            ],
            state.Differences);

        var metrics = IndexTemplate.Metrics(IndexNaming.Daily);
        Assert.Null(await bench.Templates.PutAsync(metrics, mayRepair: true, IndexBench.Token));
        Assert.Equal(TemplateKind.Current, (await StateAsync(bench)).Kind);
    }

    [Fact]
    public async Task Missing_rights_hold_the_export_and_are_named()
    {
        await using var server = await FakeOpenSearch.StartAsync();
        server.Apis.MissingPermission = "indices:admin/index_template/get";
        using var bench = new IndexBench(server.Address);
        var outcome = await bench.Templates.PutAsync(IndexBench.Token);
        Assert.Equal(BulkOutcomeKind.Hold, outcome!.Kind);
        Assert.Contains("indices:admin/index_template/get", outcome.Problem, StringComparison.Ordinal);
        Assert.Contains("OpenSearch:ManageTemplate", outcome.Problem, StringComparison.Ordinal);
    }

    private static JsonNode Template(FakeOpenSearch server) =>
        JsonNode.Parse(server.Apis.Templates[IndexNames.Metrics])!;

    private static Task<InstalledTemplate> StateAsync(IndexBench bench) =>
        bench.Templates.ReadAsync(IndexTemplate.Metrics(IndexNaming.Daily), IndexBench.Token);

    private static int Puts(FakeOpenSearch server) =>
        server.Apis.Requests.Count(static request => request.StartsWith("PUT", StringComparison.Ordinal));
}
