using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.EndToEnd.Tests;

/// <summary>From five real agents through a real collector into a real OpenSearch.</summary>
public sealed class OpenSearchTests
{
    private const int AgentCount = 5;

    /// <summary>The maximum size of a sample of this machine.</summary>
    private const int DatagramsPerSample = 3;
    private const int IntervalMilliseconds = 200;
    private const string Index = "nodetelemetry-metrics-v1-*";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);

    /// <summary>Five agents for twenty seconds: the index holds as many documents as datagrams were accepted, each reading once.</summary>
    [Fact]
    public async Task As_many_documents_as_accepted_datagrams()
    {
        Assert.SkipWhen(OpenSearchServer.Find(out var reason) is null, reason);
        using var folder = new TempFolder();
        await using var server = await OpenSearchServer.StartAsync();
        var port = CollectorProcess.FreeUdpPort();
        await using var collector = await StartCollectorAsync(folder, port, server);
        var agents = StartAgents(port);
        try
        {
            const int Datagrams = AgentCount * 20_000 / IntervalMilliseconds;
            await Eventually.TrueAsync(
                async () => await AcceptedAsync(collector) >= Datagrams, Deadline, () => collector.Process.Output);
        }
        finally
        {
            await StopAsync(agents);
        }

        var accepted = await AcceptedAsync(collector);
        await Eventually.TrueAsync(
            async () => await CountAsync(server) >= accepted, Deadline, () => $"{accepted} were accepted.\n{collector.Process.Output}");
        Assert.Equal(accepted, await AcceptedAsync(collector));
        Assert.Equal(accepted, await CountAsync(server));
        Assert.Equal(accepted, (await ReadingsAsync(server)).Distinct().Count());
        var status = await collector.GetAsync("api/status");
        Assert.Equal("ok", status.GetProperty("openSearch").GetProperty("state").GetString());

        // Each reading is a document, and so are disks, interfaces and events.
        Assert.True(status.GetProperty("openSearch").GetProperty("exportedDocuments").GetInt64() >= accepted);
    }

    /// <summary>
    /// The collector is killed with -9 and started again while five agents continue to send. No reading may be in the index twice,
    /// and of what was accepted before the kill only the last linger may be missing.
    /// </summary>
    [Fact]
    public async Task A_killed_collector_loses_at_most_one_linger_and_duplicates_nothing()
    {
        Assert.SkipWhen(OpenSearchServer.Find(out var reason) is null, reason);
        using var folder = new TempFolder();
        await using var server = await OpenSearchServer.StartAsync();
        var port = CollectorProcess.FreeUdpPort();
        var agents = StartAgents(port);
        try
        {
            double acceptedBefore;
            await using (var first = await StartCollectorAsync(folder, port, server))
            {
                await Eventually.TrueAsync(async () => await AcceptedAsync(first) >= 600, Deadline, () => first.Process.Output);
                acceptedBefore = await AcceptedAsync(first);
                first.Process.Kill();
                await first.Process.WaitForExitAsync(Deadline);
            }

            await using var second = await StartCollectorAsync(folder, port, server);
            await Eventually.TrueAsync(async () => await AcceptedAsync(second) >= 600, Deadline, () => second.Process.Output);
            await StopAsync(agents);
            var acceptedAfter = await AcceptedAsync(second);

            // Linger, one round of the database writer and the moment between asking and killing.
            var lossMax = AgentCount * DatagramsPerSample * 3000 / IntervalMilliseconds;
            await Eventually.TrueAsync(
                async () => (await ReadingsAsync(server)).Count >= acceptedBefore - lossMax + acceptedAfter
                    && await BacklogAsync(second) == 0,
                Deadline,
                () => $"{acceptedBefore} + {acceptedAfter} were accepted.\n{second.Process.Output}");
            var readings = await ReadingsAsync(server);
            Assert.Equal(readings.Count, readings.Distinct().Count());
            Assert.InRange(readings.Count, acceptedBefore - lossMax + acceptedAfter, acceptedBefore + lossMax + acceptedAfter);

            // Each agent has one gap: the kill. Nothing else was lost before or after it.
            foreach (var agent in readings.GroupBy(entry => entry.Host))
            {
                var sequences = agent.Select(entry => entry.Sequence).Distinct().Order().ToList();
                Assert.InRange(sequences.Zip(sequences.Skip(1)).Count(pair => pair.Second != pair.First + 1), 0, 1);
            }
        }
        finally
        {
            await StopAsync(agents);
        }
    }

    private static Task<CollectorProcess> StartCollectorAsync(TempFolder folder, int port, OpenSearchServer server) =>
        CollectorProcess.StartAsync(folder, port, "--opensearch-nodes", server.Address.ToString());

    private static List<TestProcess> StartAgents(int port) =>
        [.. Enumerable.Range(1, AgentCount).Select(number =>
            AgentProcess.StartOnLoopback($"agent-{number}", port, "--interval", $"{IntervalMilliseconds}ms"))];

    private static async Task StopAsync(List<TestProcess> agents)
    {
        foreach (var agent in agents.Where(static agent => !agent.HasExited))
        {
            agent.Terminate();
        }

        foreach (var agent in agents)
        {
            await agent.WaitForExitAsync(Deadline);
            await agent.DisposeAsync();
        }

        agents.Clear();
    }

    private static Task<double> AcceptedAsync(CollectorProcess collector) =>
        collector.MetricAsync("nodetelemetry_collector_datagrams_accepted_total");

    private static Task<double> BacklogAsync(CollectorProcess collector) =>
        collector.MetricAsync("nodetelemetry_collector_outbox_documents");

    private static async Task<double> CountAsync(OpenSearchServer server)
    {
        await server.AskAsync(HttpMethod.Post, $"/{Index}/_refresh");
        return (await server.AskAsync(HttpMethod.Get, $"/{Index}/_count?q=metricset.name:node")).GetProperty("count").GetDouble();
    }

    /// <summary>A sample in several datagrams is one document for each.</summary>
    private static async Task<List<(string Host, long Sequence, int Part)>> ReadingsAsync(OpenSearchServer server)
    {
        await server.AskAsync(HttpMethod.Post, $"/{Index}/_refresh");
        var answer = await server.AskAsync(
            HttpMethod.Post, $"/{Index}/_search", """{"size":10000,"query":{"term":{"metricset.name":"node"}},"_source":["host.name","event.sequence","nodetelemetry.part.index"]}""");
        return
        [
            .. answer.GetProperty("hits").GetProperty("hits").EnumerateArray().Select(static hit =>
            {
                var source = hit.GetProperty("_source");
                return (
                    source.GetProperty("host").GetProperty("name").GetString()!,
                    source.GetProperty("event").GetProperty("sequence").GetInt64(),
                    source.TryGetProperty("nodetelemetry", out var own) && own.TryGetProperty("part", out var part)
                        ? part.GetProperty("index").GetInt32()
                        : 0);
            }),
        ];
    }
}
