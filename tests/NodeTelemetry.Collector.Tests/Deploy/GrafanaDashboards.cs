using System.Text.Json.Nodes;
using NodeTelemetry.TestKit;

namespace NodeTelemetry.Collector.Tests.Deploy;

/// <summary>Reads deploy/grafana, and turns panels into what they ask their data source.</summary>
internal static class GrafanaDashboards
{
    /// <summary>The indices that the data source is given in deploy/grafana/datasources.yaml.</summary>
    public const string Indices = "nodetelemetry-metrics-v1-*,nodetelemetry-events-v1-*,nodetelemetry-nodes";

    public static JsonNode OpenSearch { get; } = Read("nodetelemetry-opensearch.json");

    public static JsonNode Prometheus { get; } = Read("nodetelemetry-prometheus.json");

    public static IEnumerable<(string Panel, JsonNode Target)> Targets(JsonNode dashboard) =>
        dashboard["panels"]!.AsArray().SelectMany(static panel => panel!["targets"]!.AsArray().Select(target =>
            ($"{panel["title"]} {target!["refId"]}", target!)));

    public static IEnumerable<DashboardQuery> Queries() => Targets(OpenSearch).Select(static pair =>
    {
        var (panel, target) = pair;
        var query = (string)target["query"]!;
        var metrics = target["metrics"]!.AsArray();
        var buckets = target["bucketAggs"]!.AsArray().Select(bucket => ((string)bucket!["id"]!, Bucket(bucket!))).ToList();
        List<string> fields =
        [
            .. DashboardQuery.FieldsOf(query),
            .. target["bucketAggs"]!.AsArray().Select(static bucket => (string)bucket!["field"]!),
            .. metrics.Where(static metric => metric!["pipelineAgg"] is null)
                .Select(static metric => (string?)metric!["field"]).OfType<string>(),
        ];
        return new DashboardQuery(
            $"Grafana: {panel}",
            Indices,
            new JsonObject
            {
                ["size"] = 0,
                ["query"] = DashboardQuery.Filter(query),
                ["aggs"] = DashboardQuery.Nest(buckets, () => Metrics(metrics)),
            },
            fields);
    });

    private static JsonNode Read(string name) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(RepositoryRoot.Path, "deploy", "grafana", name)))!;

    private static JsonObject Metrics(JsonArray metrics) => new(metrics
        .Where(static metric => (string)metric!["type"]! != "count")
        .Select(static metric => KeyValuePair.Create((string)metric!["id"]!, (JsonNode?)((string)metric["type"]! == "derivative"
            ? new JsonObject
            {
                ["derivative"] = new JsonObject
                {
                    ["buckets_path"] = (string)metric["pipelineAgg"]!,
                    ["unit"] = (string)metric["settings"]!["unit"]!,
                },
            }
            : new JsonObject { [(string)metric["type"]!] = new JsonObject { ["field"] = (string)metric["field"]! } }))));

    private static JsonObject Bucket(JsonNode bucket)
    {
        var field = (string)bucket["field"]!;
        var settings = bucket["settings"]!;
        return (string)bucket["type"]! == "date_histogram"
            ? new JsonObject
            {
                ["date_histogram"] = new JsonObject { ["field"] = field, ["fixed_interval"] = "1h", ["min_doc_count"] = 0 },
            }
            : new JsonObject
            {
                ["terms"] = new JsonObject
                {
                    ["field"] = field,
                    ["size"] = int.Parse((string)settings["size"]!, System.Globalization.CultureInfo.InvariantCulture),
                    ["order"] = new JsonObject
                    {
                        [(string)settings["orderBy"]! is "_term" ? "_key" : (string)settings["orderBy"]!] =
                            (string)settings["order"]!,
                    },
                },
            };
    }
}
