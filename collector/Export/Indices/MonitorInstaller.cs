using System.Text.Json;

namespace NodeTelemetry.Collector.Export.Indices;

/// <summary>Puts the alerting monitor for node loss, where OpenSearch has the plugin.</summary>
/// <remarks>
/// Making a monitor is not idempotent: two of one name can be there. It is looked for by its name first.
/// </remarks>
internal sealed class MonitorInstaller(OpenSearchApi api)
{
    private const string Path = "_plugins/_alerting/monitors";
    private const string Subject = "monitor";

    /// <summary>Creates the monitor unless it exists: it may have been changed and have recipients.</summary>
    public async Task<CheckFinding> PutAsync(CancellationToken token)
    {
        var body = DeployedFiles.Monitor();
        using var monitor = JsonDocument.Parse(body);
        var name = monitor.RootElement.GetProperty("name").GetString()!;
        var found = await api.SendAsync(
            HttpMethod.Post,
            $"{Path}/_search",
            $"{{\"query\":{{\"match_phrase\":{{\"monitor.name\":\"{name}\"}}}}}}",
            token);
        if (found.IsPluginMissing)
        {
            return new CheckFinding(
                CheckLevel.Note, Subject,
                "It has no alerting plugin: the monitor for node loss is left out. The collector's own alerts need "
                + "none.");
        }

        // Before the first monitor there is no index of them.
        if (!found.IsSuccess && found.Status != 404)
        {
            return Refused(found);
        }

        if (found.IsSuccess && found.Json.GetProperty("hits").GetProperty("hits").GetArrayLength() > 0)
        {
            return new CheckFinding(
                CheckLevel.Ok, Subject, $"{name} is there; it is left as it is, with whom it tells.");
        }

        var put = await api.SendAsync(HttpMethod.Post, Path, body, token);
        return put.IsSuccess
            ? new CheckFinding(
                CheckLevel.Ok, Subject, $"{name} is made.",
                "Add to its trigger whom it tells, in OpenSearch Dashboards.")
            : Refused(put);
    }

    private static CheckFinding Refused(ApiResponse response) => new(
        CheckLevel.Problem, Subject, $"The monitor is not accepted: {response.Describe()}.",
        "Grant the user the rights cluster:admin/opendistro/alerting/monitor/*, or import "
        + "deploy/opensearch/monitor-node-loss.json as another one.");
}
