using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using NodeTelemetry.TestKit;

namespace NodeTelemetry.Collector.Tests.OpenSearch;

/// <summary>
/// The faults of a real OpenSearch and of the connection to it; each stays until it took effect, and is then repaired.
/// </summary>
internal sealed class OracleFaults(
    OpenSearchServer server, FaultProxy proxy, OracleNodes nodes, OracleEvidence evidence, Random random)
{
    // Generous: several such tests may have the machine at once.
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(300);

    // A fault stays a little longer after it took effect, so that batches are started under it as well.
    private static readonly TimeSpan While = TimeSpan.FromSeconds(1);

    // A collector that is killed again and again would never see a fault that takes a while.
    private const int KillsBeforeFelt = 2;

    private volatile int _kills;

    /// <summary>Gets the names, each with what it does.</summary>
    public IReadOnlyList<(string Name, Func<Task> Strike)> All =>
    [
        ("server killed", () => StrikeAsync(server.KillAsync, server.StartAgainAsync, "0")),
        ("server stopped", () => StrikeAsync(server.StopAsync, server.StartAgainAsync, "0")),
        ("disk flood", () => BlockAsync("read_only_allow_delete", "item 429 cluster_block_exception")),
        ("index read-only", () => BlockAsync("write", "item 403 cluster_block_exception")),
        ("index closed", () => StrikeAsync(
            () => DoAsync(HttpMethod.Post, $"{Today}/_close"),
            () => DoAsync(HttpMethod.Post, $"{Today}/_open"),
            "item 400 index_closed_exception")),
        ("primary shard away", LoseShardAsync),
        ("cluster read-only", () => SetAsync("cluster.blocks.read_only", "true", "403 cluster_block_exception")),
        ("auto-create off", () => SetAsync(
            "action.auto_create_index", "\"false\"", "item 404 index_not_found_exception", isOfNewIndices: true)),
        ("shard limit", () => SetAsync(
            "cluster.max_shards_per_node", "1", "item 400 validation_exception", isOfNewIndices: true)),
        ("memory breaker", () => SetAsync(
            "network.breaker.inflight_requests.limit", "\"30kb\"", "429 circuit_breaking_exception")),
        ("429 storm", StormAsync),
        ("413", () => StrikeAsync(
            () => Now(() => proxy.ContentLengthMax = 600), () => Now(() => proxy.ContentLengthMax = long.MaxValue), "413")),
        ("gzip refused", () => StrikeAsync(
            () => Now(() => proxy.RefusesGzip = true),
            () => Now(() => proxy.RefusesGzip = false),
            "400 illegal_argument_exception")),
    ];

    /// <summary>Waits until the collector may be killed: sometimes before a fault is felt, always afterwards.</summary>
    public Task UntilKillAsync() => Eventually.TrueAsync(() => Task.FromResult(Interlocked.Decrement(ref _kills) >= 0), Deadline);

    private static string Today => IndexOf(DateTime.UtcNow);

    private static string IndexOf(DateTime day) =>
        string.Create(CultureInfo.InvariantCulture, $"nodetelemetry-metrics-v1-{day:yyyy.MM.dd}");

    private static Task Now(Action action)
    {
        action();
        return Task.CompletedTask;
    }

    private async Task StrikeAsync(Func<Task> begin, Func<Task> end, params string[] isFelt)
    {
        _kills = KillsBeforeFelt;
        try
        {
            var before = isFelt.Sum(evidence.Count);
            await begin();
            await Eventually.TrueAsync(
                () => Task.FromResult(isFelt.Sum(evidence.Count) > before),
                Deadline,
                () => $"The collector should have been answered {string.Join(" or ", isFelt)}, and was: {evidence}");
        }
        finally
        {
            _kills = int.MaxValue;
        }

        await Task.Delay(While);
        await end();
    }

    private Task BlockAsync(string block, string isFelt) => StrikeAsync(
        () => PutAsync($"{Today}/_settings", $$"""{"index.blocks.{{block}}":true}"""),
        () => PutAsync($"{Today}/_settings", $$"""{"index.blocks.{{block}}":null}"""),
        isFelt);

    // An index that no node may hold: its shard is unassigned. An existing index would recover nevertheless,
    // because a node with a copy gets the shard regardless of the rules.
    private Task LoseShardAsync()
    {
        var index = IndexOf(nodes.NextDay);
        return StrikeAsync(
            async () =>
            {
                await PutAsync(
                    $"{index}?wait_for_active_shards=0",
                    """{"settings":{"index.routing.allocation.require.box":"none"}}""");
                nodes.BeginDay();
            },
            () => PutAsync($"{index}/_settings", """{"index.routing.allocation.require.box":null}"""),
            "item 503 unavailable_shards_exception");
    }

    private Task SetAsync(string name, string value, string isFelt, bool isOfNewIndices = false) => StrikeAsync(
        async () =>
        {
            await PutAsync("_cluster/settings", $"{{\"transient\":{{\"{name}\":{value}}}}}");
            if (isOfNewIndices)
            {
                nodes.BeginDay();
            }
        },
        () => PutAsync("_cluster/settings", $"{{\"transient\":{{\"{name}\":null}}}}"),
        isFelt);

    private Task PutAsync(string path, string body) => DoAsync(HttpMethod.Put, path, body);

    // Until it is done: on a busy machine the server gives up on changes of its own state, and a fault would stay; and
    // an index is only there when the first document for it has come.
    private Task DoAsync(HttpMethod method, string path, string? body = null) => Eventually.TrueAsync(
        async () => await server.AskAsync(method, path, body) is var answer
            && answer.TryGetProperty("acknowledged", out var done) && done.GetBoolean(),
        Deadline);

    // Many writers at once, more than the server's queue has room for.
    private async Task StormAsync()
    {
        using var stop = new CancellationTokenSource();
        Task[] writers = [];
        await StrikeAsync(
            () => Now(() => writers = [.. Enumerable.Range(0, 8).Select(_ => WriteAsync(stop.Token))]),
            async () =>
            {
                await stop.CancelAsync();
                await Task.WhenAll(writers);
                await server.AskAsync(HttpMethod.Delete, "storm");
            },
            "429 rejected_execution_exception",
            "item 429 rejected_execution_exception");
    }

    private async Task WriteAsync(CancellationToken token)
    {
        using var client = new HttpClient { BaseAddress = server.Address };
        var body = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 500).Select(
            _ => $"{{\"index\":{{\"_index\":\"storm\"}}}}\n{{\"value\":{random.Next()}}}\n")));
        while (!token.IsCancellationRequested)
        {
            using var content = new ByteArrayContent(body);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
            using var answer = await client.PostAsync(new Uri("_bulk", UriKind.Relative), content, CancellationToken.None);
        }
    }
}
