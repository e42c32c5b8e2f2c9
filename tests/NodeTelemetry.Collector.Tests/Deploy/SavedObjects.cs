using System.Text.Json.Nodes;
using NodeTelemetry.TestKit;

namespace NodeTelemetry.Collector.Tests.Deploy;

/// <summary>Reads deploy/opensearch/dashboards.ndjson, and turns its panels into the searches that they make.</summary>
internal static class SavedObjects
{
    public static IReadOnlyList<JsonObject> All { get; } =
        [.. File.ReadLines(Path.Combine(RepositoryRoot.Path, "deploy", "opensearch", "dashboards.ndjson"))
            .Where(static line => line.Length > 0)
            .Select(static line => JsonNode.Parse(line)!.AsObject())];

    public static string Id(JsonObject saved) => $"{saved["type"]}:{saved["id"]}";

    public static IEnumerable<(string Name, string Id)> References(JsonObject saved) =>
        saved["references"]!.AsArray().Select(static reference =>
            ((string)reference!["name"]!, $"{reference["type"]}:{reference["id"]}"));

    /// <summary>Reads the JSON that stands as text within the attributes.</summary>
    public static JsonNode Inner(JsonObject saved, string attribute)
    {
        var attributes = saved["attributes"]!;
        var within = attribute == "searchSourceJSON" ? attributes["kibanaSavedObjectMeta"]! : attributes;
        return JsonNode.Parse(within[attribute]!.GetValue<string>())!;
    }

    public static IEnumerable<DashboardQuery> Queries() => All.SelectMany(Queries);

    private static IEnumerable<DashboardQuery> Queries(JsonObject saved)
    {
        var name = (string)saved["attributes"]!["title"]!;
        switch ((string)saved["type"]!)
        {
            case "search":
                string[] columns = [.. saved["attributes"]!["columns"]!.AsArray().Select(static column => (string)column!)];
                yield return new DashboardQuery(
                    name, Index(saved), new JsonObject { ["size"] = 10, ["query"] = DashboardQuery.Filter() }, columns);
                break;
            case "visualization":
                var state = Inner(saved, "visState");
                var queries = (string)state["type"]! switch
                {
                    "metrics" => TimeSeries(name, state["params"]!),
                    "input_control_vis" => Control(name, saved, state["params"]!),
                    _ => [Aggregated(name, saved, state["aggs"]!.AsArray())],
                };
                foreach (var query in queries)
                {
                    yield return query;
                }

                break;
            default:
                break;
        }
    }

    private static string Index(JsonObject saved, string? reference = null)
    {
        var id = References(saved).First(pair => reference is null || pair.Name == reference).Id;
        return (string)All.First(other => Id(other) == id)["attributes"]!["title"]!;
    }

    private static IEnumerable<DashboardQuery> Control(string name, JsonObject saved, JsonNode parameters) =>
        parameters["controls"]!.AsArray().Select(control =>
        {
            var field = (string)control!["fieldName"]!;
            var buckets = new JsonObject { ["control"] = new JsonObject { ["terms"] = new JsonObject { ["field"] = field } } };
            return new DashboardQuery(
                name,
                Index(saved, (string)control["indexPatternRefName"]!),
                new JsonObject { ["size"] = 0, ["aggs"] = buckets },
                [field]);
        });

    // TSVB: one search for each series.
    private static IEnumerable<DashboardQuery> TimeSeries(string name, JsonNode parameters)
    {
        foreach (var series in parameters["series"]!.AsArray())
        {
            string[] queries = [(string)parameters["filter"]!["query"]!, (string)series!["filter"]!["query"]!];
            var metrics = series["metrics"]!.AsArray();
            var fields = queries.SelectMany(DashboardQuery.FieldsOf).ToList();
            fields.AddRange(metrics.Select(static metric => (string?)metric!["field"]).OfType<string>()
                .Where(field => !metrics.Any(metric => (string)metric!["id"]! == field)));
            var buckets = new List<(string, JsonObject)>();
            if ((string)series["split_mode"]! == "terms")
            {
                var field = (string)series["terms_field"]!;
                fields.Add(field);
                buckets.Add(("split", new JsonObject { ["terms"] = new JsonObject { ["field"] = field, ["size"] = 25 } }));
            }

            buckets.Add(("time", Hours((string)parameters["time_field"]!)));
            yield return new DashboardQuery(
                $"{name}, {series["label"]}",
                (string)parameters["index_pattern"]!,
                new JsonObject
                {
                    ["size"] = 0,
                    ["query"] = DashboardQuery.Filter(queries),
                    ["aggs"] = DashboardQuery.Nest(buckets, () => Metrics(metrics)),
                },
                fields);
        }
    }

    private static JsonObject Metrics(JsonArray metrics)
    {
        var made = new JsonObject();
        foreach (var metric in metrics)
        {
            var (id, type) = ((string)metric!["id"]!, (string)metric["type"]!);
            if (type == "derivative")
            {
                made[id] = new JsonObject
                {
                    [type] = new JsonObject { ["buckets_path"] = (string)metric["field"]!, ["unit"] = (string)metric["unit"]! },
                };
            }
            else if (type != "positive_only") // Done by Dashboards itself.
            {
                made[id] = new JsonObject { [type] = new JsonObject { ["field"] = (string)metric["field"]! } };
            }
        }

        return made;
    }

    private static DashboardQuery Aggregated(string name, JsonObject saved, JsonArray aggs)
    {
        var query = (string)Inner(saved, "searchSourceJSON")["query"]!["query"]!;
        var metrics = aggs.Where(static agg => (string)agg!["schema"]! == "metric").ToList();
        var buckets = aggs.Where(static agg => (string)agg!["schema"]! != "metric")
            .Select(agg => ((string)agg!["id"]!, Bucket(agg!, metrics!)))
            .ToList();
        return new DashboardQuery(
            name,
            Index(saved),
            new JsonObject
            {
                ["size"] = 0,
                ["query"] = DashboardQuery.Filter(query),
                ["aggs"] = DashboardQuery.Nest(buckets, () => new JsonObject(metrics
                    .Where(static metric => (string)metric!["type"]! != "count")
                    .Select(static metric => KeyValuePair.Create(
                        (string)metric!["id"]!,
                        (JsonNode?)new JsonObject
                        {
                            [(string)metric["type"]!] = new JsonObject { ["field"] = (string)metric["params"]!["field"]! },
                        })))),
            },
            [.. DashboardQuery.FieldsOf(query), .. aggs.Select(static agg => (string?)agg!["params"]!["field"]).OfType<string>()]);
    }

    private static JsonObject Bucket(JsonNode agg, List<JsonNode?> metrics)
    {
        var parameters = agg["params"]!;
        var field = (string)parameters["field"]!;
        if ((string)agg["type"]! == "date_histogram")
        {
            return Hours(field);
        }

        var orderBy = (string)parameters["orderBy"]!;
        var isCount = metrics.Any(metric => (string)metric!["id"]! == orderBy && (string)metric["type"]! == "count");
        return new JsonObject
        {
            ["terms"] = new JsonObject
            {
                ["field"] = field,
                ["size"] = (int)parameters["size"]!,
                ["order"] = new JsonObject { [isCount ? "_count" : orderBy] = (string)parameters["order"]! },
            },
        };
    }

    private static JsonObject Hours(string field) => new()
    {
        ["date_histogram"] = new JsonObject { ["field"] = field, ["fixed_interval"] = "1h", ["min_doc_count"] = 0 },
    };
}
