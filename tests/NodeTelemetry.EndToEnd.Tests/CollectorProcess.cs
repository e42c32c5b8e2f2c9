using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using NodeTelemetry.TestKit;

namespace NodeTelemetry.EndToEnd.Tests;

/// <summary>A real collector with its own database, and requests to it.</summary>
internal sealed class CollectorProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(60);

    private readonly TestProcess _process;
    private readonly HttpClient _client;

    private CollectorProcess(TestProcess process, HttpClient client, Uri address)
    {
        _process = process;
        _client = client;
        Address = address;
    }

    /// <summary>Gets the page's address.</summary>
    public Uri Address { get; }

    public TestProcess Process => _process;

    /// <summary>Starts a collector on this machine's loopback interface.</summary>
    public static Task<CollectorProcess> StartAsync(TempFolder folder, int udpPort, params string[] options) =>
        StartAsync([Programs.Collector], folder, udpPort, options);

    /// <summary>Starts a collector on this machine's loopback interface by a command of the test.</summary>
    public static Task<CollectorProcess> StartAsync(
        IReadOnlyList<string> program, TempFolder folder, int udpPort, params string[] options)
    {
        var http = FreeTcpPort();
        return StartAsync(
            [.. program, "--listen-interfaces", "lo", "--listen-port", Text(udpPort), "--http-port", Text(http), .. options],
            folder,
            new HttpClient(),
            new Uri($"http://127.0.0.1:{http}/"));
    }

    /// <summary>Starts a collector on a host of a lab.</summary>
    public static Task<CollectorProcess> StartAsync(TempFolder folder, NetworkLab lab, int host, params string[] options) =>
        StartAsync([.. lab.On(host), Programs.Collector, .. options], folder, lab.ClientOn(host), new Uri("http://127.0.0.1:8077/"));

    /// <summary>Gets a UDP port that is currently unused.</summary>
    public static int FreeUdpPort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Any, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    /// <summary>Gets a TCP port that is currently unused.</summary>
    public static int FreeTcpPort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    /// <summary>Requests JSON from the API.</summary>
    public async Task<JsonElement> GetAsync(string path)
    {
        using var document = JsonDocument.Parse(await _client.GetStringAsync(new Uri(Address, path)));
        return document.RootElement.Clone();
    }

    /// <summary>Requests a text.</summary>
    public Task<string> GetTextAsync(string path) => _client.GetStringAsync(new Uri(Address, path));

    /// <summary>Opens the live stream.</summary>
    public Task<Stream> OpenLiveAsync() => _client.GetStreamAsync(new Uri(Address, "api/live"));

    /// <summary>Gets the value of a metric that has exactly this name and labels.</summary>
    public async Task<double> MetricAsync(string nameAndLabels)
    {
        var text = await GetTextAsync("metrics");
        var line = text.Split('\n').FirstOrDefault(line => line.StartsWith(nameAndLabels + " ", StringComparison.Ordinal))
            ?? throw new KeyNotFoundException($"No metric {nameAndLabels}.");
        return double.Parse(line[(nameAndLabels.Length + 1)..], CultureInfo.InvariantCulture);
    }

    /// <summary>Gets the nodes by host name.</summary>
    public async Task<Dictionary<string, JsonElement>> NodesAsync()
    {
        var answer = await GetAsync("api/nodes");
        return answer.GetProperty("nodes").EnumerateArray().ToDictionary(node => node.GetProperty("hostname").GetString()!);
    }

    /// <summary>Waits until a node has a health.</summary>
    public Task WaitForHealthAsync(string hostname, string health, TimeSpan deadline) => Eventually.TrueAsync(
        async () => (await NodesAsync()).TryGetValue(hostname, out var node) && node.GetProperty("health").GetString() == health,
        deadline,
        () => $"{hostname} should be {health}. The collector wrote:\n{_process.Output}");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _process.DisposeAsync();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static async Task<CollectorProcess> StartAsync(
        IReadOnlyList<string> command, TempFolder folder, HttpClient client, Uri address)
    {
        var process = TestProcess.Start([.. command, "--database-path", folder["telemetry.db"]]);
        var collector = new CollectorProcess(process, client, address);
        try
        {
            await Eventually.TrueAsync(
                async () => process.HasExited
                    ? throw new InvalidOperationException($"The collector ended:\n{process.Output}")
                    : (await client.GetAsync(new Uri(address, "readyz"))).IsSuccessStatusCode,
                StartDeadline,
                () => process.Output);
            return collector;
        }
        catch
        {
            await collector.DisposeAsync();
            throw;
        }
    }
}
