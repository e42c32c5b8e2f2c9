using System.Text.Json.Nodes;

namespace NodeTelemetry.Collector.Tests.Deploy;

/// <summary>One search that a panel of a dashboard makes.</summary>
/// <param name="Name">Dashboard and panel.</param>
/// <param name="Index">The pattern of the indices.</param>
/// <param name="Body">What is searched for, as OpenSearch takes it.</param>
/// <param name="Fields">Every field that is named.</param>
internal sealed record DashboardQuery(string Name, string Index, JsonObject Body, IReadOnlyList<string> Fields)
{
    /// <summary>Makes a filter of a query in the Kibana Query Language or Lucene's, of which both use the same part.</summary>
    public static JsonObject Filter(params IEnumerable<string> queries) => new()
    {
        ["bool"] = new JsonObject
        {
            ["filter"] = new JsonArray([.. queries.Where(static query => query.Length > 0).Select(static query =>
                (JsonNode)new JsonObject
                {
                    ["query_string"] = new JsonObject
                    {
                        ["query"] = query.Replace(" and ", " AND ", StringComparison.Ordinal)
                            .Replace(" not ", " NOT ", StringComparison.Ordinal)
                            .Replace("$node", "*", StringComparison.Ordinal),
                    },
                })]),
        },
    };

    /// <summary>Lists the fields that a query names.</summary>
    public static IEnumerable<string> FieldsOf(string query) =>
        System.Text.RegularExpressions.Regex.Matches(query, @"([@\w.]+):").Select(static match => match.Groups[1].Value);

    /// <summary>
    /// Puts buckets into each other, the metrics in every one, because an order may be by them.
    /// </summary>
    public static JsonObject Nest(IReadOnlyList<(string Id, JsonObject Bucket)> buckets, Func<JsonObject> metrics)
    {
        var inner = metrics();
        foreach (var (id, bucket) in buckets.Reverse())
        {
            var isTime = bucket.ContainsKey("date_histogram");
            bucket["aggs"] = inner;
            inner = new JsonObject { [id] = bucket };
            foreach (var (name, metric) in isTime ? [] : metrics().Where(static pair => !IsPipeline(pair.Value!)))
            {
                inner[name] = metric!.DeepClone();
            }
        }

        return inner;
    }

    /// <summary>Determines whether the response to the search has a number, which every panel is to show.</summary>
    public static bool HasValue(JsonNode? node) => node switch
    {
        JsonObject members when members.ContainsKey("value") => members["value"] is not null,
        JsonObject members when members["buckets"] is JsonArray buckets =>
            buckets.Any(static bucket => Values(bucket!.AsObject()).DefaultIfEmpty(true).Any(static has => has)),
        _ => false,
    };

    private static IEnumerable<bool> Values(JsonObject bucket) => bucket
        .Where(static pair => pair.Value is JsonObject inner && (inner.ContainsKey("value") || inner.ContainsKey("buckets")))
        .Select(static pair => HasValue(pair.Value));

    private static bool IsPipeline(JsonNode metric) => metric.AsObject().ContainsKey("derivative");
}
