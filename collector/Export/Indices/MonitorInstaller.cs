using System.Text.Json;

namespace NodeTelemetry.Collector.Export.Indices;

/// <summary>Installs the alerting monitor for node loss, if OpenSearch has the plugin.</summary>
/// <remarks>Creating a monitor is not idempotent: two can have the same name. It is searched by name first.</remarks>
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
                "OpenSearch has no alerting plugin, so the monitor for node loss is not installed. The collector's "
                + "alerts need no plugin.");
        }

        // The index of monitors does not exist before the first monitor.
        if (!found.IsSuccess && found.Status != 404)
        {
            return Refused(found);
        }

        if (found.IsSuccess && found.Json.GetProperty("hits").GetProperty("hits").GetArrayLength() > 0)
        {
            return new CheckFinding(
                CheckLevel.Ok, Subject, $"{name} exists and is not changed, nor are its recipients.");
        }

        var put = await api.SendAsync(HttpMethod.Post, Path, body, token);
        return put.IsSuccess
            ? new CheckFinding(
                CheckLevel.Ok, Subject, $"Created {name}.",
                "Add recipients to its trigger in OpenSearch Dashboards.")
            : Refused(put);
    }

    private static CheckFinding Refused(ApiResponse response) => new(
        CheckLevel.Problem, Subject, $"OpenSearch does not accept the monitor: {response.Describe()}.",
        "Grant the user the rights cluster:admin/opendistro/alerting/monitor/*, or import "
        + "deploy/opensearch/monitor-node-loss.json as another user.");
}
