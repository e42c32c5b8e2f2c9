using System.Globalization;
using System.Text;
using System.Text.Json;
using NodeTelemetry.Collector.Export.Http;
using NodeTelemetry.Collector.Export.Settings;

namespace NodeTelemetry.Collector.Export.Indices;

/// <summary>Checks whether the collector can use an OpenSearch. Changes nothing.</summary>
internal sealed class OpenSearchCheck(
    OpenSearchConnection connection, ExportSettings settings, TimeProvider time, ILogger logger)
{
    // Earlier versions lack what the bulk requests need: https://opensearch.org/docs/latest/version-history/
    private static readonly Version OldestVersion = new(1, 0);

    // 2.17.0 misreads compressed bulk requests: https://github.com/opensearch-project/OpenSearch/issues/16020
    private static readonly Version MisreadsGzip = new(2, 17, 0);

    // By default a node of OpenSearch holds 1000 shards; from here on, weekly instead of daily indices are advisable.
    private const int IndicesMany = 300;

    // The largest integer that is exact in JSON; the sequence numbers of an index count its writes.
    private const long NoSequence = 9_007_199_254_740_991;

    // OpenSearch omits the type of an object that has fields.
    private const string ObjectTypePath = "properties.labels.type";

    // Indices are deleted by both clocks; a smaller difference does not matter for ages in days.
    private static readonly TimeSpan ClockDifferenceMax = TimeSpan.FromMinutes(5);

    private readonly OpenSearchApi _api = new(connection);
    private readonly List<CheckFinding> _findings = [];

    /// <summary>Checks everything.</summary>
    /// <returns>The findings, in the order of the checks.</returns>
    public async Task<IReadOnlyList<CheckFinding>> RunAsync(CancellationToken token)
    {
        _findings.Clear();
        if (await CheckVersionAsync(token))
        {
            await CheckUserAsync(token);
            await CheckClockAsync(token);
            await CheckTemplatesAsync(token);
            await CheckRetentionAsync(token);
            await CheckIndicesAsync(token);
            await CheckWritingAsync(token);
            await CheckPluginsAsync(token);
        }

        return _findings;
    }

    private void Add(CheckLevel level, string subject, string text, string? advice = null) =>
        _findings.Add(new CheckFinding(level, subject, text, advice));

    private async Task<bool> CheckVersionAsync(CancellationToken token)
    {
        ApiResponse response;
        try
        {
            response = await _api.GetAsync(string.Empty, token);
        }
        catch (Exception exception) when (OpenSearchConnection.IsHostFailure(exception))
        {
            Add(
                CheckLevel.Problem, "reachable", HostFailure.Classify(exception, settings).Problem,
                "Check OpenSearch:Nodes, whether the server runs, and whether a firewall blocks it.");
            return false;
        }

        if (response.Status is 401 or 403)
        {
            Add(
                CheckLevel.Problem, "user", $"{response.Host} refuses the user: {response.Describe()}.",
                "Check OpenSearch:User and the content of OpenSearch:PasswordFile.");
            return false;
        }

        var number = response.IsSuccess
            && response.Json.ValueKind == JsonValueKind.Object
            && response.Json.TryGetProperty("version", out var version)
            && version.TryGetProperty("number", out var text) ? text.GetString() : null;
        if (number is null || !Version.TryParse(number.Split('-')[0], out var parsed))
        {
            Add(
                CheckLevel.Problem, "reachable", $"{response.Host} responds {response.Status}, but is not OpenSearch.",
                "Check the address in OpenSearch:Nodes: behind a proxy it may need a path.");
            return false;
        }

        var distribution = response.Json.GetProperty("version").TryGetProperty("distribution", out var name)
            ? name.GetString()
            : "elasticsearch";
        if (distribution != "opensearch" || parsed < OldestVersion)
        {
            Add(
                CheckLevel.Note, "version", $"{response.Host} is {distribution} {number}, which is not tested.",
                "The collector is tested with OpenSearch 2.19.");
        }
        else if (parsed == MisreadsGzip && settings.Compress)
        {
            Add(
                CheckLevel.Note, "version", $"OpenSearch {number} misreads compressed requests.",
                "The collector detects this and sends plain ones; set OpenSearch:Compress to false, or upgrade.");
        }
        else
        {
            Add(CheckLevel.Ok, "version", $"{response.Host} is OpenSearch {number}.");
        }

        return true;
    }

    private async Task CheckUserAsync(CancellationToken token)
    {
        var response = await _api.GetAsync("_plugins/_security/authinfo", token);
        if (response.IsSuccess && response.Json.TryGetProperty("user_name", out var user))
        {
            var roles = response.Json.TryGetProperty("roles", out var list)
                ? string.Join(", ", list.EnumerateArray().Select(static role => role.GetString()))
                : "none";
            Add(CheckLevel.Ok, "user", $"The collector is authenticated as {user}, with the roles {roles}.");
        }
        else if (response.IsPluginMissing)
        {
            Add(
                CheckLevel.Note, "user",
                "OpenSearch has no security plugin: every client that reaches it can change everything.",
                "Keep it on a trusted network.");
        }
    }

    private async Task CheckClockAsync(CancellationToken token)
    {
        var response = await _api.GetAsync("_cat/health?format=json&h=epoch,status", token);
        if (!response.IsSuccess)
        {
            Add(
                CheckLevel.Note, "health", $"The health of the cluster cannot be read: {response.Describe()}.",
                "Grant the user the right cluster:monitor/health.");
            return;
        }

        var row = response.Json[0];
        var clock = DateTimeOffset.FromUnixTimeSeconds(
            long.Parse(row.GetProperty("epoch").GetString()!, CultureInfo.InvariantCulture));
        var difference = (time.GetUtcNow() - clock).Duration();
        if (difference > ClockDifferenceMax)
        {
            Add(
                CheckLevel.Problem, "clock",
                $"The server's clock is {clock:u}, this machine's is {time.GetUtcNow():u}.",
                "Synchronize the wrong one with NTP: the slower clock decides when old indices are deleted.");
        }

        if (row.TryGetProperty("status", out var status))
        {
            var isRed = status.GetString() == "red";
            Add(
                isRed ? CheckLevel.Problem : CheckLevel.Ok, "health", $"The cluster is {status.GetString()}.",
                isRed ? "See GET /_cluster/allocation/explain." : null);
        }
    }

    private async Task CheckTemplatesAsync(CancellationToken token)
    {
        var installer = new TemplateInstaller(connection, settings, logger);
        foreach (var template in IndexTemplate.All(settings.Indices.Naming))
        {
            AddTemplate(template, await installer.ReadAsync(template, token));
        }

        await CheckOverlapAsync(token);
    }

    private void AddTemplate(IndexTemplate template, InstalledTemplate state)
    {
        const string Setup = "Run 'nodetelemetry-collector opensearch setup'.";
        switch (state.Kind)
        {
            case TemplateKind.Current:
                Add(CheckLevel.Ok, "template", $"{template.Name} is installed, version {IndexTemplate.Version}.");
                break;
            case TemplateKind.Missing when settings.ManageTemplate:
                Add(
                    CheckLevel.Note, "template",
                    $"{template.Name} is missing; the collector installs it when it runs.");
                break;
            case TemplateKind.Missing:
                Add(
                    CheckLevel.Problem, "template",
                    $"{template.Name} is missing, and OpenSearch:ManageTemplate is false: the next index would have "
                    + "guessed types.",
                    Setup);
                break;
            case TemplateKind.Older:
                Add(
                    settings.ManageTemplate ? CheckLevel.Note : CheckLevel.Problem, "template",
                    $"{template.Name} has version {state.Version}; this collector's is {IndexTemplate.Version}.",
                    settings.ManageTemplate ? "The collector replaces it when it runs." : Setup);
                break;
            case TemplateKind.Newer:
                Add(
                    CheckLevel.Note, "template",
                    $"{template.Name} has version {state.Version}, newer than this collector's "
                    + $"{IndexTemplate.Version}.",
                    "Upgrade this collector as well.");
                break;
            case TemplateKind.Changed:
                Add(
                    CheckLevel.Problem, "template",
                    $"{template.Name} has been changed: {string.Join("; ", state.Differences)}.",
                    $"{Setup} If the change is wanted, set OpenSearch:ManageTemplate to false.");
                break;
            default:
                Add(
                    CheckLevel.Problem, "template",
                    $"{template.Name} cannot be read: {state.Response.Describe()}.",
                    "Grant the user the right indices:admin/index_template/get, and .../put to install it.");
                break;
        }
    }

    // Another template of a higher priority would silently replace it.
    private async Task CheckOverlapAsync(CancellationToken token)
    {
        var index = IndexNames.ForMetrics(settings.Indices.Naming, time.GetUtcNow());
        var response = await _api.SendAsync(
            HttpMethod.Post, $"_index_template/_simulate_index/{index}", null, token);
        if (!response.IsSuccess
            || !response.Json.TryGetProperty("template", out var resolved)
            || !resolved.TryGetProperty("mappings", out var mappings))
        {
            return;
        }

        var isOurs = mappings.TryGetProperty("_meta", out var meta)
            && meta.TryGetProperty("managed_by", out var by) && by.GetString() == IndexTemplate.ManagedBy;
        var state = await new TemplateInstaller(connection, settings, logger)
            .ReadAsync(IndexTemplate.Metrics(settings.Indices.Naming), token);
        if (!isOurs && state.Kind is TemplateKind.Current)
        {
            Add(
                CheckLevel.Problem, "template",
                $"A template with a higher priority than {IndexNames.Metrics} applies to the index {index}.",
                $"Find it with GET /_index_template and narrow its pattern, so that it does not match "
                + $"{IndexNames.Metrics}-*.");
        }
    }

    private async Task CheckRetentionAsync(CancellationToken token)
    {
        if (!settings.Indices.ManageRetention)
        {
            Add(CheckLevel.Ok, "retention", "OpenSearch:ManageRetention is false: old indices are not deleted.");
            return;
        }

        var policies = new PolicyInstaller(_api, settings.Indices, logger);
        var (response, differences) = await policies.ReadAsync(token);
        if (response.IsPluginMissing)
        {
            Add(
                CheckLevel.Ok, "retention",
                "OpenSearch has no index state management: the collector deletes indices of readings itself, after "
                + $"{settings.Indices.DeleteAfter.TotalDays:0.#} days.");
        }
        else if (response.Status == 404)
        {
            Add(
                CheckLevel.Note, "retention",
                $"The policy {IndexNames.Policy} is missing; the collector installs it when it runs.");
        }
        else if (!response.IsSuccess)
        {
            Add(
                CheckLevel.Problem, "retention",
                $"The policy {IndexNames.Policy} cannot be read: {response.Describe()}. Old indices are not deleted.",
                "Grant the user the rights cluster:admin/opendistro/ism/policy/*, or set OpenSearch:ManageRetention to "
                + "false.");
        }
        else if (differences.Count > 0)
        {
            Add(
                CheckLevel.Problem, "retention",
                $"The policy {IndexNames.Policy} is not as configured: {string.Join("; ", differences)}.",
                "Run 'nodetelemetry-collector opensearch setup', or start the collector, which replaces it.");
        }
        else
        {
            Add(CheckLevel.Ok, "retention", $"{RetentionPolicy.Description(settings.Indices)}.");
        }
    }

    private async Task CheckIndicesAsync(CancellationToken token)
    {
        var response = await _api.GetAsync(
            $"_cat/indices/nodetelemetry-*?format=json&bytes=b&h=index,health,docs.count,store.size", token);
        if (!response.IsSuccess)
        {
            Add(
                CheckLevel.Note, "indices", $"The indices cannot be listed: {response.Describe()}.",
                "Grant the user the right indices:monitor/* on nodetelemetry-*.");
            return;
        }

        var rows = response.Json.EnumerateArray().ToList();
        var bytes = rows.Sum(static row => Number(row, "store.size"));
        var documents = rows.Sum(static row => Number(row, "docs.count"));
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{rows.Count} indices with {documents} documents in {bytes / 1e6:0.0} MB.");
        Add(
            rows.Count > IndicesMany ? CheckLevel.Note : CheckLevel.Ok, "indices", text,
            rows.Count > IndicesMany
                ? "A node of OpenSearch holds 1000 shards by default: consider OpenSearch:Indices weekly, or an "
                    + "earlier OpenSearch:DeleteAfter."
                : null);
        foreach (var red in rows.Where(static row => Text(row, "health") == "red"))
        {
            Add(
                CheckLevel.Problem, "indices", $"{Text(red, "index")} is red: it can be neither written nor read.",
                "See GET /_cluster/allocation/explain.");
        }
    }

    // Writes on condition of a sequence number that no document has: OpenSearch checks rights, blocks and the index as
    // for any other write, but never writes.
    private async Task CheckWritingAsync(CancellationToken token)
    {
        var index = IndexNames.ForMetrics(settings.Indices.Naming, time.GetUtcNow());
        var listed = await _api.GetAsync($"_cat/indices/{index}?format=json&h=index", token);
        if (!listed.IsSuccess || listed.Json.GetArrayLength() == 0)
        {
            Add(CheckLevel.Ok, "writing", $"{index} does not exist yet, so writing to it cannot be tested.");
            return;
        }

        var newest = await CheckMappingAsync(index, token);
        var body = $$$"""
            {"index":{"_index":"{{{newest}}}","_id":"check","if_seq_no":{{{NoSequence}}},"if_primary_term":1}}
            {"@timestamp":"{{{time.GetUtcNow():yyyy-MM-ddTHH:mm:ssZ}}}"}

            """;
        var response = await connection.SendAsync(
            HttpMethod.Post, "_bulk", Encoding.UTF8.GetBytes(body), "application/x-ndjson", isCompressed: false, token);
        var items = new List<BulkItem>();
        if (!response.IsSuccess || !BulkResponseReader.TryRead(response.Body, 1, items))
        {
            var (type, reason) = BulkResponseReader.ReadError(response.Body);
            Add(
                CheckLevel.Problem, "writing", $"Bulk requests are refused: {response.Status} {type} {reason}",
                "Grant the user the rights indices:data/write/bulk and cluster_composite_ops.");
        }
        else if (items[0].Class == BulkItemClass.Duplicate)
        {
            Add(CheckLevel.Ok, "writing", $"{index} accepts documents.");
        }
        else
        {
            Add(
                CheckLevel.Problem, "writing",
                $"{index} accepts no documents: {items[0].Status} {items[0].ErrorType} {items[0].ErrorReason}",
                items[0].ErrorType == "security_exception"
                    ? $"Grant the user the rights of index and create_index on {IndexNames.Metrics}-*, "
                        + $"{IndexNames.Events}-* and {IndexNames.Nodes}."
                    : "Repair the index; the backlog is then sent.");
        }
    }

    // An index keeps the mapping of the template that was installed at its creation. Returns the index that is written.
    private async Task<string> CheckMappingAsync(string index, CancellationToken token)
    {
        var response = await _api.GetAsync($"{index}/_mapping", token);
        if (!response.IsSuccess)
        {
            return index;
        }

        // The response for a data stream lists all its indices; the last one is written.
        var newest = response.Json.EnumerateObject().Last();
        using var wanted = JsonDocument.Parse(IndexTemplate.CreateMappings());
        var differences = newest.Value.TryGetProperty("mappings", out var mappings)
            ? JsonDifference.Find(wanted.RootElement, mappings, ObjectTypePath)
            : [];
        if (differences.Count > 0)
        {
            Add(
                CheckLevel.Problem, "mapping",
                $"{newest.Name} was created by another template: {differences[0]}"
                + (differences.Count > 1 ? $", and {differences.Count - 1} more." : "."),
                "Run 'nodetelemetry-collector opensearch setup': it adds the missing fields. A field of another "
                + "type keeps it until the next index.");
        }

        return newest.Name;
    }

    private async Task CheckPluginsAsync(CancellationToken token)
    {
        var response = await _api.GetAsync("_cat/plugins?format=json&h=component", token);
        if (!response.IsSuccess)
        {
            Add(CheckLevel.Note, "plugins", $"The plugins cannot be listed: {response.Describe()}.");
            return;
        }

        var names = response.Json.EnumerateArray().Select(static row => Text(row, "component")).ToHashSet();
        foreach (var (plugin, use) in (ReadOnlySpan<(string, string)>)
        [
            ("opensearch-index-management", "hourly rollups; the collector deletes old indices itself"),
            ("opensearch-alerting", "alerting monitor; the collector's alerts need no plugin"),
            ("opensearch-custom-codecs", "codec zstd; indices use best_compression"),
        ])
        {
            Add(
                CheckLevel.Ok, "plugins",
                names.Contains(plugin)
                    ? $"{plugin} is installed."
                    : $"{plugin} is not installed. Without it: no {use}.");
        }
    }

    private static string Text(JsonElement row, string name) =>
        row.TryGetProperty(name, out var value) ? value.GetString() ?? string.Empty : string.Empty;

    private static long Number(JsonElement row, string name) =>
        long.TryParse(Text(row, name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
