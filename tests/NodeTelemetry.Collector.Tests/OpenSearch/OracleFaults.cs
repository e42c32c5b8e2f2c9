using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using NodeTelemetry.TestKit;

namespace NodeTelemetry.Collector.Tests.OpenSearch;

/// <summary>What may happen to a real OpenSearch and on the way to it; each is there for a while and then gone.</summary>
internal sealed class OracleFaults(OpenSearchServer server, FaultProxy proxy, Random random)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan While = TimeSpan.FromSeconds(2);

    /// <summary>Gets the names, each with what it does.</summary>
    public IReadOnlyList<(string Name, Func<Task> Strike)> All =>
    [
        ("server killed", KillAsync),
        ("server stopped", StopAsync),
        ("disk flood", () => BlockAsync("read_only_allow_delete")),
        ("index read-only", () => BlockAsync("write")),
        ("index closed", CloseAsync),
        ("primary shard away", LoseShardAsync),
        ("cluster read-only", () => SetAsync("cluster.blocks.read_only", "true")),
        ("auto-create off", () => SetAsync("action.auto_create_index", "\"false\"")),
        ("shard limit", () => SetAsync("cluster.max_shards_per_node", "1")),
        ("memory breaker", () => SetAsync("network.breaker.inflight_requests.limit", "\"30kb\"")),
        ("429 storm", StormAsync),
        ("413", () => WithAsync(() => proxy.ContentLengthMax = 600, () => proxy.ContentLengthMax = long.MaxValue)),
        ("gzip refused", () => WithAsync(() => proxy.RefusesGzip = true, () => proxy.RefusesGzip = false)),
    ];

    private static string Today => string.Create(
        CultureInfo.InvariantCulture, $"nodetelemetry-metrics-v1-{DateTime.UtcNow:yyyy.MM.dd}");

    private static async Task WithAsync(Action begin, Action end)
    {
        begin();
        await Task.Delay(While);
        end();
    }

    private async Task KillAsync()
    {
        await server.KillAsync();
        await server.StartAgainAsync();
    }

    private async Task StopAsync()
    {
        await server.StopAsync();
        await server.StartAgainAsync();
    }

    private async Task BlockAsync(string block)
    {
        await PutAsync($"{Today}/_settings", $$"""{"index.blocks.{{block}}":true}""");
        await Task.Delay(While);
        await PutAsync($"{Today}/_settings", $$"""{"index.blocks.{{block}}":null}""");
    }

    private async Task CloseAsync()
    {
        await DoAsync(HttpMethod.Post, $"{Today}/_close");
        await Task.Delay(While);
        await DoAsync(HttpMethod.Post, $"{Today}/_open");
    }

    // An index that is opened where no node may have it: its shard is nowhere.
    private async Task LoseShardAsync()
    {
        await DoAsync(HttpMethod.Post, $"{Today}/_close");
        await PutAsync($"{Today}/_settings", """{"index.routing.allocation.require.box":"none"}""");
        await DoAsync(HttpMethod.Post, $"{Today}/_open?wait_for_active_shards=0");
        await Task.Delay(While);
        await PutAsync($"{Today}/_settings", """{"index.routing.allocation.require.box":null}""");
    }

    private async Task SetAsync(string name, string value)
    {
        await PutAsync("_cluster/settings", $"{{\"transient\":{{\"{name}\":{value}}}}}");
        await Task.Delay(While);
        await PutAsync("_cluster/settings", $"{{\"transient\":{{\"{name}\":null}}}}");
    }

    private Task PutAsync(string path, string body) => DoAsync(HttpMethod.Put, path, body);

    // Until it is done: on a busy machine the server gives up on changes of its own state, and a fault would stay. An
    // index that is not there yet has nothing to be done to.
    private Task DoAsync(HttpMethod method, string path, string? body = null) => Eventually.TrueAsync(
        async () => await server.AskAsync(method, path, body) is var answer
            && (answer.TryGetProperty("acknowledged", out var done)
                ? done.GetBoolean()
                : answer.TryGetProperty("status", out var status) && status.GetInt32() == 404),
        Deadline);

    // Many writers at once, more than the server's queue has room for.
    private async Task StormAsync()
    {
        using var client = new HttpClient { BaseAddress = server.Address };
        var end = DateTime.UtcNow + While;
        var body = string.Concat(Enumerable.Range(0, 500).Select(_ => $"{{\"index\":{{\"_index\":\"storm\"}}}}\n{{\"value\":{random.Next()}}}\n"));
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            while (DateTime.UtcNow < end)
            {
                using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
                content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
                using var answer = await client.PostAsync(new Uri("_bulk", UriKind.Relative), content);
            }
        }));
        await server.AskAsync(HttpMethod.Delete, "storm");
    }
}
