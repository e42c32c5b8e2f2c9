using System.Text;
using NodeTelemetry.Collector.Export.Http;

namespace NodeTelemetry.Collector.Export.Indices;

/// <summary>Imports the collector's dashboards into OpenSearch Dashboards.</summary>
/// <remarks>
/// Source: <c>import.ts</c> of OpenSearch Dashboards.
/// The file's name must end in <c>.ndjson</c>, and the header <c>osd-xsrf</c> is required.
/// </remarks>
internal sealed class DashboardsImporter(HostClient client, Uri dashboards, TimeSpan timeout, TimeProvider time)
{
    // Any text that is not in the file.
    private const string Boundary = "nodetelemetry-saved-objects";

    /// <summary>Imports the dashboards, and overwrites those of an earlier version.</summary>
    public async Task<CheckFinding> ImportAsync(CancellationToken token)
    {
        const string Subject = "dashboards";
        var body = Encoding.UTF8.GetBytes(
            $"--{Boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"nodetelemetry.ndjson\"\r\n"
            + $"Content-Type: application/ndjson\r\n\r\n{DeployedFiles.Dashboards()}\r\n--{Boundary}--\r\n");
        using var tooLong = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(token, tooLong.Token);
        ApiResponse response;
        try
        {
            response = OpenSearchApi.Read(await client.SendAsync(
                dashboards,
                HttpMethod.Post,
                "api/saved_objects/_import?overwrite=true",
                body,
                $"multipart/form-data; boundary={Boundary}",
                isCompressed: false,
                either.Token));
        }
        catch (OperationCanceledException) when (!token.IsCancellationRequested)
        {
            return new CheckFinding(
                CheckLevel.Problem, Subject, $"{dashboards} did not respond within {timeout.TotalSeconds:0} s.",
                "Check OpenSearch:Dashboards, and whether the server is still starting. The timeout is "
                + "OpenSearch:RequestTimeout.");
        }
        catch (Exception exception) when (OpenSearchConnection.IsHostFailure(exception))
        {
            return new CheckFinding(
                CheckLevel.Problem, Subject, $"{dashboards} cannot be reached: {exception.GetBaseException().Message}",
                "Check OpenSearch:Dashboards.");
        }

        if (!response.IsSuccess || !response.Json.TryGetProperty("success", out var success))
        {
            return new CheckFinding(
                CheckLevel.Problem, Subject, $"{dashboards} did not import the dashboards: {response.Describe()}.",
                "Check the address, and whether the user may write saved objects.");
        }

        var count = response.Json.TryGetProperty("successCount", out var number) ? number.GetRawText() : "0";
        return success.GetBoolean()
            ? new CheckFinding(CheckLevel.Ok, Subject, $"Imported {count} objects into {dashboards}.")
            : new CheckFinding(
                CheckLevel.Problem, Subject,
                $"{dashboards} imported only {count} objects: "
                + (response.Json.TryGetProperty("errors", out var errors) ? errors.GetRawText() : "no reason given"));
    }
}
