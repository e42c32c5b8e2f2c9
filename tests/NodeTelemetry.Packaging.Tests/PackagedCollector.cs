using System.Text.Json;
using NodeTelemetry.TestKit;

namespace NodeTelemetry.Packaging.Tests;

/// <summary>The collector of a package, unpacked and running on a host of a lab.</summary>
internal sealed class PackagedCollector : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly TempFolder _folder = new();
    private readonly HttpClient _client;
    private TestProcess? _process;

    private PackagedCollector(NetworkLab lab, int host) => _client = lab.ClientOn(host);

    /// <summary>Gets what it has written.</summary>
    public string Output => _process?.Output ?? string.Empty;

    /// <summary>Unpacks and starts it.</summary>
    public static async Task<PackagedCollector> StartAsync(NetworkLab lab, int host, string package)
    {
        var collector = new PackagedCollector(lab, host);
        try
        {
            await Packages.RunAsync(["dpkg-deb", "--extract", package, collector._folder.Path]);
            collector._process = TestProcess.Start(
                [.. lab.On(host), collector._folder["usr/lib/nodetelemetry/collector/nodetelemetry-collector"], "--database-path", collector._folder["telemetry.db"]]);
            await Eventually.TrueAsync(
                async () => collector._process.HasExited
                    ? throw new InvalidOperationException($"The collector ended:\n{collector.Output}")
                    : (await collector._client.GetAsync(Address("readyz"))).IsSuccessStatusCode,
                Deadline,
                () => collector.Output);
            return collector;
        }
        catch
        {
            await collector.DisposeAsync();
            throw;
        }
    }

    /// <summary>Requests JSON from the API.</summary>
    public async Task<JsonElement> GetAsync(string path)
    {
        using var document = JsonDocument.Parse(await _client.GetStringAsync(Address(path)));
        return document.RootElement.Clone();
    }

    /// <summary>Finds a node by its host name.</summary>
    public async Task<JsonElement?> FindNodeAsync(string name) =>
        (await GetAsync("api/nodes")).GetProperty("nodes").EnumerateArray()
            .Where(node => node.GetProperty("hostname").GetString() == name).Select(static node => (JsonElement?)node).SingleOrDefault();

    /// <summary>Waits until a node is as wanted.</summary>
    public async Task<JsonElement> WaitForNodeAsync(string name, Func<JsonElement, bool> isWanted)
    {
        JsonElement? last = null;
        await Eventually.TrueAsync(
            async () =>
            {
                last = await FindNodeAsync(name);
                return last is { } node && isWanted(node);
            },
            Deadline,
            () => $"The node: {last}. The collector wrote:\n{Output}");
        return last!.Value;
    }

    /// <summary>Gets the events of a kind, oldest first.</summary>
    public async Task<List<JsonElement>> ListEventsAsync(params string[] kinds) =>
        [.. (await GetAsync($"api/events?kind={string.Join(',', kinds)}")).GetProperty("events").EnumerateArray().Reverse()];

    /// <summary>Gets the rules of the alerts that there are or were.</summary>
    public async Task<List<string>> ListAlertsAsync() =>
        [.. (await GetAsync("api/alerts")).GetProperty("alerts").EnumerateArray().Select(static alert => alert.GetProperty("rule").GetString()!)];

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await _process.DisposeAsync();
        }

        _client.Dispose();
        _folder.Dispose();
    }

    private static Uri Address(string path) => new($"http://127.0.0.1:8077/{path}");
}
