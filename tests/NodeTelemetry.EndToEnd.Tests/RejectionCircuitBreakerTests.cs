using System.Text.Json;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.EndToEnd.Tests;

/// <summary>An index template that rejects everything, from the view of an operator.</summary>
public sealed class RejectionCircuitBreakerTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    /// <summary>
    /// The export stops and alerts, nothing is a dead letter, the node is shown as before; after the repair everything arrives and the
    /// alert ends by itself. By default the alert waits for 45 s; here it does not.
    /// </summary>
    [Fact]
    public async Task A_fully_rejected_export_alerts_loses_nothing_and_resumes_by_itself()
    {
        await using var server = await FakeOpenSearch.StartAsync();
        var isWrong = true;
        server.ItemFault = (index, _, _) => isWrong && index.Contains("-metrics-", StringComparison.Ordinal)
            ? new ItemError(400, "strict_dynamic_mapping_exception", "mapping set to strict")
            : null;
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(
            folder["collector.json"], """{ "Alerts": { "Rules": { "opensearch": { "For": "0s" } } } }""");
        var port = CollectorProcess.FreeUdpPort();
        await using var collector = await CollectorProcess.StartAsync(
            folder, port, "--config", folder["collector.json"], "--opensearch-nodes", server.Address.ToString(),
            "--opensearch-linger", "200ms", "--opensearch-retry-delay-max", "1s");
        await using var agent = AgentProcess.StartOnLoopback("pi-01", port, "--interval", "200ms");
        await collector.WaitForHealthAsync("pi-01", "up", Deadline);
        await Eventually.TrueAsync(
            async () => await AlertAsync(collector) is ("firing", var summary)
                && summary.Contains("strict_dynamic_mapping_exception", StringComparison.Ordinal),
            Deadline,
            () => collector.Process.Output);
        var bulks = server.Bulks;
        await Eventually.TrueAsync(() => Task.FromResult(server.Bulks > bulks + 5), Deadline, () => collector.Process.Output);
        Assert.Equal(0, await collector.MetricAsync("nodetelemetry_collector_dead_letters"));
        Assert.Equal("up", (await collector.NodesAsync())["pi-01"].GetProperty("health").GetString());

        isWrong = false;
        await Eventually.TrueAsync(
            async () => server.Count > 0
                && await collector.MetricAsync("nodetelemetry_collector_outbox_documents") < 20
                && await AlertAsync(collector) is ("resolved" or "", _),
            Deadline,
            () => collector.Process.Output);
        Assert.Equal(0, await collector.MetricAsync("nodetelemetry_collector_dead_letters"));
    }

    private static async Task<(string State, string Summary)> AlertAsync(CollectorProcess collector)
    {
        var alert = (await collector.GetAsync("api/alerts")).GetProperty("alerts").EnumerateArray()
            .FirstOrDefault(static alert => alert.GetProperty("rule").GetString() == "opensearch");
        return alert.ValueKind == JsonValueKind.Undefined
            ? (string.Empty, string.Empty)
            : (alert.GetProperty("state").GetString()!, alert.GetProperty("summary").GetString()!);
    }
}
