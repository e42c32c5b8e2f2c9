using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace NodeTelemetry.TestKit;

/// <summary>
/// The part of <see cref="FakeOpenSearch"/> that is not bulk: templates, indices, and, where the plugins are said to be
/// installed, index state management and alerting.
/// </summary>
/// <remarks>
/// It answers as OpenSearch 2.19.1 was recorded to. Rejections are real: a policy is only replaced with the right
/// sequence number, a codec is only known with its plugin.
/// </remarks>
public sealed class FakeIndexApis
{
    private readonly Func<IEnumerable<string>> _indices;
    private readonly Action<string> _delete;
    private int _sequence;

    internal FakeIndexApis(Func<IEnumerable<string>> indices, Action<string> delete)
    {
        _indices = indices;
        _delete = delete;
    }

    /// <summary>Gets or sets a value indicating whether index state management is installed.</summary>
    public bool HasIndexManagement { get; set; }

    /// <summary>Gets or sets a value indicating whether alerting is installed.</summary>
    public bool HasAlerting { get; set; }

    /// <summary>Gets or sets a value indicating whether the custom codecs are installed.</summary>
    public bool HasCodecs { get; set; }

    /// <summary>Gets or sets the permission without which everything here is refused; <see langword="null"/> to
    /// allow.</summary>
    public string? MissingPermission { get; set; }

    /// <summary>Gets or sets the server's clock.</summary>
    public DateTimeOffset Now { get; set; } = TimeProvider.System.GetUtcNow();

    /// <summary>Gets the templates that were put, by name.</summary>
    public ConcurrentDictionary<string, string> Templates { get; } = [];

    /// <summary>Gets the policies by name: sequence number and body.</summary>
    public ConcurrentDictionary<string, (int Sequence, JsonNode Body)> Policies { get; } = [];

    /// <summary>Gets the monitors by identity.</summary>
    public ConcurrentDictionary<string, JsonNode> Monitors { get; } = [];

    /// <summary>Gets which policy each index has.</summary>
    public ConcurrentDictionary<string, string> Managed { get; } = [];

    /// <summary>Gets the indices that are no collector's: their mapping does not say so.</summary>
    public ConcurrentDictionary<string, bool> Foreign { get; } = [];

    /// <summary>Gets the saved objects that were imported, as if it were OpenSearch Dashboards.</summary>
    public ConcurrentQueue<string> Imported { get; } = [];

    /// <summary>Gets every request, as <c>METHOD path</c>.</summary>
    public ConcurrentQueue<string> Requests { get; } = [];

    /// <summary>Answers a request, or says that it is another part's.</summary>
    internal async Task<(int Status, string Body)?> AnswerAsync(HttpRequest request)
    {
        var path = (request.Path.Value ?? string.Empty).TrimStart('/');
        Requests.Enqueue($"{request.Method} {path}");
        if (MissingPermission is { } permission)
        {
            return Error(403, "security_exception", $"no permissions for [{permission}] and User [name=writer]");
        }

        using var reader = new StreamReader(request.Body);
        var text = await reader.ReadToEndAsync();
        if (path == "api/saved_objects/_import")
        {
            return Import(request, text);
        }

        var body = text.Length == 0 ? null : JsonNode.Parse(text);
        var parts = path.Split('/');
        return (request.Method, parts) switch
        {
            ("GET", [""]) => (200, """{"name":"fake","version":{"distribution":"opensearch","number":"2.19.1"}}"""),
            ("GET", ["_cat", "plugins"]) => (200, Plugins()),
            ("GET", ["_cat", "health"]) => (200, $$"""[{"epoch":"{{Now.ToUnixTimeSeconds()}}","status":"green"}]"""),
            ("GET", ["_cat", "indices", var pattern]) => (200, CatIndices(pattern)),
            ("PUT", ["_index_template", var name]) => PutTemplate(name, text, body!),
            ("GET", ["_index_template", var name]) => GetTemplate(name),
            (_, ["_plugins", "_ism", ..]) when HasIndexManagement => Ism(request, parts, body),
            (_, ["_plugins", "_alerting", ..]) when HasAlerting => Alerting(request.Method, parts, body),
            ("GET", [var index, "_mapping"]) when !index.StartsWith('_') => GetMapping(index),
            ("PUT", [_, "_mapping"]) => (200, """{"acknowledged":true}"""),
            ("DELETE", [var index]) => DeleteIndex(index),
            _ => null,
        };
    }

    private static (int Status, string Body) Error(int status, string type, string reason)
    {
        var cause = $"\"type\":{Json(type)},\"reason\":{Json(reason)}";
        return (status, $"{{\"error\":{{\"root_cause\":[{{{cause}}}],{cause}}},\"status\":{status}}}");
    }

    private static string Json(string text) => $"\"{JsonEncodedText.Encode(text)}\"";

    private static bool IsMatch(string pattern, string name) => pattern.Split(',').Any(part =>
        Regex.IsMatch(name, "^" + Regex.Escape(part).Replace("\\*", ".*", StringComparison.Ordinal) + "$"));

    private (int Status, string Body) Import(HttpRequest request, string text)
    {
        if (request.Headers["osd-xsrf"].Count == 0)
        {
            return (400, """{"statusCode":400,"error":"Bad Request","message":"Request must contain a osd-xsrf header."}""");
        }

        if (!Regex.IsMatch(text, "filename=\"[^\"]+\\.ndjson\""))
        {
            return (400, """{"statusCode":400,"error":"Bad Request","message":"Invalid file extension"}""");
        }

        var lines = text.Split('\n').Select(static line => line.Trim()).Where(static line => line.StartsWith('{')).ToList();
        lines.ForEach(Imported.Enqueue);
        return (200, $$"""{"success":true,"successCount":{{lines.Count}}}""");
    }

    private string Plugins()
    {
        List<string> names = ["org.opensearch.index.mapper.MapperExtrasPlugin"];
        names.AddRange(HasIndexManagement ? ["opensearch-index-management"] : []);
        names.AddRange(HasAlerting ? ["opensearch-alerting"] : []);
        names.AddRange(HasCodecs ? ["opensearch-custom-codecs"] : []);
        return $"[{string.Join(',', names.Select(name => $"{{\"name\":\"fake\",\"component\":{Json(name)}}}"))}]";
    }

    private string CatIndices(string pattern) => "["
        + string.Join(',', _indices().Where(name => IsMatch(pattern, name)).Select(name =>
            $"{{\"index\":{Json(name)},\"health\":\"green\",\"docs.count\":\"1\",\"store.size\":\"1000\"}}"))
        + "]";

    private (int Status, string Body) PutTemplate(string name, string text, JsonNode body)
    {
        var codec = (string?)body["template"]?["settings"]?["index"]?["codec"];
        if (codec is "zstd" or "zstd_no_dict" && !HasCodecs)
        {
            return Error(
                400,
                "invalid_index_template_exception",
                $"index_template [{name}] invalid, cause [Validation Failed: 1: unknown value for [index.codec] must be "
                + $"one of [default, lz4, best_compression, zlib] but was: {codec};]");
        }

        Templates[name] = text;
        return (200, """{"acknowledged":true}""");
    }

    private (int Status, string Body) GetTemplate(string name) => Templates.TryGetValue(name, out var text)
        ? (200, $$$"""{"index_templates":[{"name":{{{Json(name)}}},"index_template":{{{text}}}}]}""")
        : Error(404, "resource_not_found_exception", $"index template matching [{name}] not found");

    private (int Status, string Body) GetMapping(string index)
    {
        var names = _indices().Where(name => IsMatch(index, name)).ToList();
        return names.Count == 0
            ? Error(404, "index_not_found_exception", $"no such index [{index}]")
            : (200, "{" + string.Join(',', names.Select(name => Foreign.ContainsKey(name)
                ? $"{Json(name)}:{{\"mappings\":{{}}}}"
                : $"{Json(name)}:{{\"mappings\":{{\"_meta\":{{\"managed_by\":\"nodetelemetry\"}}}}}}")) + "}");
    }

    private (int Status, string Body) DeleteIndex(string index)
    {
        if (!_indices().Contains(index))
        {
            return Error(404, "index_not_found_exception", $"no such index [{index}]");
        }

        _delete(index);
        return (200, """{"acknowledged":true}""");
    }

    private (int Status, string Body) Ism(HttpRequest request, string[] parts, JsonNode? body)
    {
        if (parts is [_, _, "add", var pattern])
        {
            return AddPolicy(pattern, (string)body!["policy_id"]!);
        }

        var name = parts[^1];
        var isThere = Policies.TryGetValue(name, out var present);
        if (request.Method == "GET")
        {
            return isThere
                ? (200, $$"""{"_id":{{Json(name)}},"_version":1,"_seq_no":{{present.Sequence}},"_primary_term":1,"""
                    + $"\"policy\":{present.Body.ToJsonString()}}}")
                : Error(404, "status_exception", "Policy not found");
        }

        var asked = request.Query["if_seq_no"].ToString();
        if (isThere && asked != present.Sequence.ToString(CultureInfo.InvariantCulture))
        {
            return Error(
                409,
                "version_conflict_engine_exception",
                $"[{name}]: version conflict, document already exists (current version [1])");
        }

        // The real one adds its defaults to every action.
        var policy = body!["policy"]!.DeepClone();
        foreach (var action in policy["states"]!.AsArray().SelectMany(static state => state!["actions"]!.AsArray()))
        {
            action!["retry"] = JsonNode.Parse("""{"count":3,"backoff":"exponential","delay":"1m"}""");
        }

        policy["policy_id"] = name;
        Policies[name] = (++_sequence, policy);
        return (isThere ? 200 : 201, $$"""{"_id":{{Json(name)}},"_seq_no":{{_sequence}},"_primary_term":1}""");
    }

    private (int Status, string Body) AddPolicy(string pattern, string policy)
    {
        var names = _indices().Where(name => IsMatch(pattern, name)).ToList();
        var added = names.Where(name => Managed.TryAdd(name, policy)).ToList();
        var failed = names.Except(added).Select(static name =>
            $"{{\"index_name\":{Json(name)},\"reason\":\"This index already has a policy\"}}").ToList();
        return (200, $$"""{"updated_indices":{{added.Count}},"failures":{{(failed.Count > 0 ? "true" : "false")}},"""
            + $"\"failed_indices\":[{string.Join(',', failed)}]}}");
    }

    private (int Status, string Body) Alerting(string method, string[] parts, JsonNode? body)
    {
        switch (method, parts)
        {
            case ("POST", [_, _, "monitors", "_search"]):
                var wanted = (string)body!["query"]!["match_phrase"]!["monitor.name"]!;
                var hits = Monitors.Where(pair => (string)pair.Value["name"]! == wanted)
                    .Select(pair => $$$"""{"_id":{{{Json(pair.Key)}}},"_source":{{{pair.Value.ToJsonString()}}}}""").ToList();
                return (200, $$$"""{"hits":{"total":{"value":{{{hits.Count}}}},"hits":[{{{string.Join(',', hits)}}}]}}""");
            case ("POST", [_, _, "monitors"]):
                var id = $"monitor-{++_sequence}";
                Monitors[id] = body!;
                return (201, $$$"""{"_id":{{{Json(id)}}},"_version":1,"monitor":{{{body!.ToJsonString()}}}}""");
            case ("PUT", [_, _, "monitors", var known]) when Monitors.ContainsKey(known):
                Monitors[known] = body!;
                return (200, $$"""{"_id":{{Json(known)}},"_version":2}""");
            default:
                return Error(404, "alerting_exception", "Monitor not found.");
        }
    }
}
