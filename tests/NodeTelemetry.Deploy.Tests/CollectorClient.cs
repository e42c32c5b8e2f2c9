using System.Text.Json;
using NodeTelemetry.TestKit;

namespace NodeTelemetry.Deploy.Tests;

/// <summary>Requests to a collector from another host of a lab.</summary>
internal sealed class CollectorClient(NetworkLab lab, int host, Uri address) : IDisposable
{
    /// <summary>A node is up within seconds of the first datagram; images start in a second, services of a swarm take longer.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);

    private readonly HttpClient _client = lab.ClientOn(host);

    public Task<string> GetAsync(string path) => _client.GetStringAsync(new Uri(address, path));

    /// <summary>Gets the nodes by host name.</summary>
    public async Task<Dictionary<string, JsonElement>> GetNodesAsync() =>
        (await GetListAsync("api/nodes", "nodes")).ToDictionary(static node => node.GetProperty("hostname").GetString()!);

    /// <summary>Gets the kinds of all events, oldest first.</summary>
    public async Task<List<string>> GetEventsAsync() =>
        [.. (await GetListAsync("api/events", "events")).Select(static item => item.GetProperty("kind").GetString()!).Reverse()];

    public async Task<int> CountAlertsAsync() => (await GetListAsync("api/alerts", "alerts")).Count;

    /// <summary>Waits until nodes are up and fulfil a condition.</summary>
    public Task WaitForNodesAsync(IReadOnlyCollection<string> names, Func<JsonElement, bool> condition, Func<string>? describe = null) =>
        Eventually.TrueAsync(
            async () =>
            {
                var nodes = await GetNodesAsync();
                return names.All(name =>
                    nodes.TryGetValue(name, out var node) && node.GetProperty("health").GetString() == "up" && condition(node));
            },
            Deadline,
            describe);

    public void Dispose() => _client.Dispose();

    private async Task<List<JsonElement>> GetListAsync(string path, string name)
    {
        using var document = JsonDocument.Parse(await GetAsync(path));
        return [.. document.RootElement.GetProperty(name).EnumerateArray().Select(static item => item.Clone())];
    }
}
