using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NodeTelemetry.Collector.Export.Documents;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Deploy;

/// <summary>
/// What deploy/ holds for other tools refers only to what exists: objects, fields of the template, metrics. That the
/// searches find what they should is tried on a real OpenSearch by AnalystTests.
/// </summary>
public partial class DeployFilesTests
{
    private static readonly HashSet<string> Fields = [.. DocumentFields.All.Select(static field => field.Path)];

    [Fact]
    public void Every_reference_resolves_within_the_file()
    {
        var ids = SavedObjects.All.Select(SavedObjects.Id).ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
        foreach (var saved in SavedObjects.All)
        {
            Assert.All(SavedObjects.References(saved), reference => Assert.Contains(reference.Id, ids));
        }
    }

    [Fact]
    public void Every_reference_name_is_used_and_every_used_name_exists()
    {
        foreach (var saved in SavedObjects.All.Where(static saved => (string)saved["type"]! != "index-pattern"))
        {
            var text = saved["attributes"]!.ToJsonString();
            var used = ReferenceName().Matches(text).Select(static match => match.Groups[1].Value).Order();
            Assert.Equal(SavedObjects.References(saved).Select(static reference => reference.Name).Order(), used);
        }
    }

    [Fact]
    public void Panels_are_within_the_grid_and_do_not_overlap()
    {
        var dashboards = SavedObjects.All.Where(static saved => (string)saved["type"]! == "dashboard").ToList();
        Assert.Equal(4, dashboards.Count);
        foreach (var dashboard in dashboards)
        {
            AssertApart(48, SavedObjects.Inner(dashboard, "panelsJSON").AsArray().Select(static panel => panel!["gridData"]!));
        }

        AssertApart(24, GrafanaDashboards.OpenSearch["panels"]!.AsArray().Select(static panel => panel!["gridPos"]!));
        AssertApart(24, GrafanaDashboards.Prometheus["panels"]!.AsArray().Select(static panel => panel!["gridPos"]!));
    }

    [Fact]
    public void Every_visualization_is_on_a_dashboard()
    {
        var shown = SavedObjects.All.SelectMany(SavedObjects.References).Select(static reference => reference.Id).ToHashSet();
        Assert.All(
            SavedObjects.All.Where(static saved => (string)saved["type"]! is "visualization" or "search"),
            saved => Assert.Contains(SavedObjects.Id(saved), shown));
    }

    [Fact]
    public void Every_field_of_a_dashboard_is_in_the_template()
    {
        var queries = SavedObjects.Queries().Concat(GrafanaDashboards.Queries()).ToList();
        Assert.True(queries.Count > 40, $"Only {queries.Count} searches were found.");
        Assert.All(queries, static query => Assert.All(query.Fields, field => Assert.True(
            Fields.Contains(field), $"{query.Name} uses {field}, which is in no document.")));
    }

    [Fact]
    public void Every_field_of_the_monitor_is_in_the_template()
    {
        var monitor = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "deploy", "opensearch", "monitor-node-loss.json"));
        var query = JsonNode.Parse(monitor)!["inputs"]![0]!["search"]!["query"]!;
        List<string> used =
        [
            .. query["_source"]!.AsArray().Select(static field => (string)field!),
            .. query["post_filter"]!["term"]!.AsObject().Select(static pair => pair.Key),
            .. query["sort"]![0]!.AsObject().Select(static pair => pair.Key),
            .. query["aggregations"]!["fresh"]!["filter"]!["range"]!.AsObject().Select(static pair => pair.Key),
        ];
        Assert.All(used, field => Assert.Contains(field, Fields));
    }

    [Fact]
    public void Every_metric_and_label_of_the_Prometheus_dashboard_exists()
    {
        var metrics = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "collector", "METRICS.md"));
        HashSet<string> names =
        [
            .. MetricName().Matches(metrics).Select(static match => match.Value),
            .. SectionCatalog.All.SelectMany(static section => section.Fields)
                .Select(static field => $"nodetelemetry_node_{field.Name}"),
        ];
        HashSet<string> labels =
        [
            "hostname", "node", "state", "reason", "instance",
            .. SectionCatalog.All.Select(static section => section.EntryLabel).OfType<string>(),
        ];
        foreach (var (panel, target) in GrafanaDashboards.Targets(GrafanaDashboards.Prometheus))
        {
            var expression = (string)target["expr"]!;
            Assert.All(MetricName().Matches(expression), match => Assert.True(
                names.Contains(match.Value), $"{panel} uses {match.Value}, which is no metric."));
            Assert.All(LabelName().Matches(expression + (string)target["legendFormat"]!), match => Assert.True(
                labels.Contains(match.Groups[1].Value), $"{panel} uses the label {match.Groups[1].Value}."));
        }
    }

    [Fact]
    public void Grafana_data_source_reads_the_indices_of_the_collector() => Assert.Contains(
        $"database: {GrafanaDashboards.Indices}",
        File.ReadAllText(Path.Combine(RepositoryRoot.Path, "deploy", "grafana", "datasources.yaml")),
        StringComparison.Ordinal);

    [GeneratedRegex("""(?:indexRefName|indexPatternRefName|panelRefName)\\*(?:u0022)?"?:\\*(?:u0022)?"?([\w.]+)""")]
    private static partial Regex ReferenceName();

    [GeneratedRegex("nodetelemetry_[a-z0-9_]+")]
    private static partial Regex MetricName();

    [GeneratedRegex("""(?:\{\{|[{,]\s*)(\w+)(?:\}\}|=~?")""")]
    private static partial Regex LabelName();

    private static void AssertApart(int width, IEnumerable<JsonNode> places)
    {
        var taken = new HashSet<(int, int)>();
        foreach (var place in places)
        {
            var (x, y) = ((int)place["x"]!, (int)place["y"]!);
            Assert.InRange(x + (int)place["w"]!, 1, width);
            for (var cell = 0; cell < (int)place["w"]! * (int)place["h"]!; cell++)
            {
                Assert.True(taken.Add((x + (cell % (int)place["w"]!), y + (cell / (int)place["w"]!))), "Two panels overlap.");
            }
        }
    }
}
