using System.Globalization;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Export;
using NodeTelemetry.Collector.Tests.Export;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Collector.Tests.OpenSearch;

/// <summary>
/// Every reading that was durably accepted is in a real index exactly once, after all faults of collector, server and
/// network meanwhile.
/// </summary>
/// <remarks>
/// Short by default. <c>NODETELEMETRY_ORACLE_KILLS=100</c> makes it long, <c>NODETELEMETRY_ORACLE_SEED</c> repeats one.
/// </remarks>
[Collection(OpenSearchCollection.Name)]
public class OracleTests
{
    private const int KillsByDefault = 6;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(180);

    private static int Kills =>
        int.TryParse(Environment.GetEnvironmentVariable("NODETELEMETRY_ORACLE_KILLS"), out var kills)
            ? kills
            : KillsByDefault;

    [Fact]
    public async Task Every_durably_accepted_reading_arrives_once_after_any_mix_of_faults_and_kills()
    {
        Assert.SkipWhen(OpenSearchServer.Find(out var reason) is null, reason);
        var seed = Seed();
        var random = new Random(seed);
        using var folder = new TempFolder();
        await using var server =
            await OpenSearchServer.StartAsync("thread_pool.write.size=1", "thread_pool.write.queue_size=1");
        var evidence = new OracleEvidence();
        var onTheWay = new FaultsOnTheWay(seed + 1);
        await using var proxy = await FaultProxy.StartAsync(() => server.Address, onTheWay.Next, evidence.Note);
        await using var collector = new CollectorUnderTest(folder, proxy.Address.ToString());
        await using var nodes = new OracleNodes(collector.UdpPort, seed);
        var oracle = new Oracle();
        var faults = new OracleFaults(server, proxy, nodes, evidence, random);

        // Every fault strikes at least once, in any order; the kills are spread over them.
        var kills = 0;
        var striking = StrikeAsync(server, faults, random, () => kills >= Kills || !nodes.HasDays);
        for (; kills < Kills || !striking.IsCompleted; kills++)
        {
            collector.Start();
            await Task.Delay(TimeSpan.FromSeconds(random.NextDouble() * 8), TestContext.Current.CancellationToken);
            await faults.UntilKillAsync();
            await collector.KillAsync();
            oracle.Note(collector.ReadOutbox());
        }

        var struck = await striking;
        collector.Start();
        await collector.UntilReadyAsync();
        await nodes.StopAsync();
        await UntilDrainedAsync(collector);
        Assert.Equal(0, await collector.MetricAsync("dead_letters "));
        Assert.Equal(0, await collector.MetricAsync("outbox_documents_dropped_total"));
        await collector.StopAsync();

        var documents = await oracle.CheckAsync(server, kills);
        Log($"struck: {string.Join(", ", struck.CountBy(static name => name).Select(static pair => $"{pair.Key} {pair.Value}x"))}; "
            + $"on the way: {onTheWay}; answered: {evidence}");
        Log($"seed {seed}: {nodes.Sent} sent, {documents} in the index, {oracle.Accepted} of them seen on the disk after "
            + $"{kills} kills; none lost, none twice");
        Assert.InRange(documents, 1, nodes.Sent);
        Assert.All(
            (string[])["201 beside 429", "201 beside 403", "201 beside 400", "201 beside 409", "502", "503", "0"],
            what => Assert.True(evidence.Count(what) > 0, $"The collector was never answered {what}: {evidence}"));
    }

    [Fact]
    public async Task Certificate_password_and_rights_may_all_be_wrong_first()
    {
        Assert.SkipWhen(OpenSearchServer.Find(out var reason) is null, reason);
        using var folder = new TempFolder();
        using var stranger = new TestAuthority();
        stranger.Write(folder["ca.pem"]);
        await File.WriteAllTextAsync(folder["password"], "wrong", TestContext.Current.CancellationToken);
        await using var server = await OpenSearchServer.StartSecureAsync();
        const string Password = "Blue-Tractor-71!";
        await server.AskAsync(
            HttpMethod.Put, "_plugins/_security/api/internalusers/writer", $$"""{"password":"{{Password}}"}""");
        await using var bench = new ExportBench(
            [server.Address],
            settings => settings with
            {
                CaFile = folder["ca.pem"],
                User = "writer",
                PasswordFile = folder["password"],
            },
            settings => settings with { BatchDocumentsMax = 100 });
        bench.Append(1000);
        bench.Exporter.Start();
        await UntilHeldAsync(bench, "not trusted");

        File.Copy(Path.Combine(server.Certificates, "ca.pem"), folder["ca.pem"], overwrite: true);
        await UntilHeldAsync(bench, "401");
        await File.WriteAllTextAsync(folder["password"], Password, TestContext.Current.CancellationToken);
        await UntilHeldAsync(bench, "security_exception");

        // Enough for the request, too little for the index: items are refused one by one.
        await GrantAsync(server, "other-*");
        await UntilHeldAsync(bench, "no permissions for [indices:");
        await GrantAsync(server, "nodetelemetry-*");
        await bench.UntilDrainedAsync();
        Assert.Empty(bench.Letters());
        Assert.Equal(1000, bench.Metrics.Export.Documents[ExportOutcome.Created].Value);

        await Client_certificate_alone_is_enough(server, folder);
        await server.AskAsync(HttpMethod.Post, "nodetelemetry-metrics-v1-*/_refresh");
        var count = await server.AskAsync(HttpMethod.Get, "nodetelemetry-metrics-v1-*/_count");
        Assert.Equal(1500, count.GetProperty("count").GetInt32());
    }

    [Fact]
    public async Task Three_nodes_restarted_in_turn_and_killed_lose_nothing()
    {
        Assert.SkipWhen(OpenSearchServer.Find(out var reason) is null, reason);
        Assert.SkipWhen(Kills <= KillsByDefault, "Three nodes take minutes: run with NODETELEMETRY_ORACLE_KILLS=100.");
        var seed = Seed();
        var random = new Random(seed);
        var cluster = await OpenSearchServer.StartClusterAsync(3);
        try
        {
            using var folder = new TempFolder();
            await using var collector =
                new CollectorUnderTest(folder, string.Join(',', cluster.Select(static node => node.Address)));
            await using var nodes = new OracleNodes(collector.UdpPort, seed);
            var oracle = new Oracle();
            collector.Start();
            await collector.UntilReadyAsync();
            for (var round = 0; round < 6; round++)
            {
                var node = cluster[round % 3];
                if (round < 3)
                {
                    await node.StopAsync();
                }
                else
                {
                    await node.KillAsync();
                }

                await Task.Delay(TimeSpan.FromSeconds(random.NextDouble() * 8), TestContext.Current.CancellationToken);
                await node.StartAgainAsync();

                // As in any rolling restart of a cluster: the only copy is not taken away.
                await Eventually.TrueAsync(
                    async () => (await node.AskAsync(HttpMethod.Get, "_cluster/health?wait_for_nodes=3&timeout=30s"))
                        .TryGetProperty("status", out var status) && status.GetString() == "green",
                    Deadline);
                await collector.KillAsync();
                oracle.Note(collector.ReadOutbox());
                collector.Start();
                await collector.UntilReadyAsync();
            }

            await nodes.StopAsync();
            await UntilDrainedAsync(collector);
            Assert.Equal(0, await collector.MetricAsync("dead_letters "));
            await collector.StopAsync();
            var documents = await oracle.CheckAsync(cluster[0], kills: 6);
            Log($"seed {seed}: {nodes.Sent} sent, {documents} in the index of three nodes, none lost, none twice");
        }
        finally
        {
            foreach (var node in cluster)
            {
                await node.DisposeAsync();
            }
        }
    }

    private static async Task Client_certificate_alone_is_enough(OpenSearchServer server, TempFolder folder)
    {
        await using var bench = new ExportBench(
            [server.Address],
            settings => settings with
            {
                CaFile = folder["ca.pem"],
                ClientCertificateFile = Path.Combine(server.Certificates, "admin.pem"),
                ClientKeyFile = Path.Combine(server.Certificates, "admin.key"),
            },
            sequence: 1000);
        bench.Append(500);
        bench.Exporter.Start();
        await bench.UntilDrainedAsync();
    }

    private static async Task GrantAsync(OpenSearchServer server, string pattern)
    {
        await server.AskAsync(HttpMethod.Put, "_plugins/_security/api/roles/writers", $$"""
            {"cluster_permissions":["cluster_composite_ops","cluster_manage_index_templates"],
             "index_permissions":[{"index_patterns":["{{pattern}}"],"allowed_actions":["crud","create_index"]}]}
            """);
        await server.AskAsync(
            HttpMethod.Put, "_plugins/_security/api/rolesmapping/writers", """{"users":["writer"]}""");
    }

    private static Task UntilHeldAsync(ExportBench bench, string problem) => bench.UntilAsync(
        () => bench.Exporter.Status is { Health: ExportHealth.Held, Problem: { } said }
            && said.Contains(problem, StringComparison.Ordinal),
        $"held with '{problem}'");

    private static async Task<List<string>> StrikeAsync(
        OpenSearchServer server, OracleFaults faults, Random random, Func<bool> isOver)
    {
        // A cluster that was read-only from the beginning would refuse the template, without which nothing is sent.
        await Eventually.TrueAsync(
            async () => (await server.AskAsync(HttpMethod.Get, "_cat/indices?h=index&format=json"))
                .GetRawText().Contains("nodetelemetry-metrics", StringComparison.Ordinal),
            TimeSpan.FromMinutes(2));
        var struck = new List<string>();
        do
        {
            var turn = faults.All.ToArray();
            random.Shuffle(turn);
            foreach (var (name, strike) in turn)
            {
                struck.Add(name);
                Log($"strikes: {name}");
                await strike();
                await Task.Delay(TimeSpan.FromSeconds(random.NextDouble()), TestContext.Current.CancellationToken);
            }
        }
        while (!isOver());

        return struck;
    }

    private static Task UntilDrainedAsync(CollectorUnderTest collector) => Eventually.TrueAsync(
        async () => await collector.MetricAsync("outbox_documents ") == 0
            && await collector.MetricAsync("datagram_queue_length ") == 0
            && await collector.MetricAsync("outbox_memory_bytes ") == 0,
        Deadline,
        () => collector.Output);

    private static int Seed()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("NODETELEMETRY_ORACLE_SEED"), out var given)
            ? given
            : Environment.TickCount;
        Log(string.Create(CultureInfo.InvariantCulture, $"NODETELEMETRY_ORACLE_SEED={seed}"));
        return seed;
    }

    private static void Log(string text) => TestContext.Current.TestOutputHelper?.WriteLine(text);
}
