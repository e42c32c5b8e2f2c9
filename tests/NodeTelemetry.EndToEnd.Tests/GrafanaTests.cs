using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.Protocol.Wire;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.EndToEnd.Tests;

/// <summary>The shipped Grafana dashboard against a real Prometheus that scrapes a real collector.</summary>
public sealed class GrafanaTests
{
    // Several scrapes, as Grafana makes it of the interval of the data source.
    private const string RateInterval = "30s";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);

    /// <summary>A node that has everything sends sample after sample; every expression of every panel returns data.</summary>
    [Fact]
    public async Task Every_panel_shows_something()
    {
        PrometheusTests.Need("prometheus");
        using var folder = new TempFolder();
        var port = CollectorProcess.FreeUdpPort();
        await using var collector = await CollectorProcess.StartAsync(folder, port);
        using var stop = new CancellationTokenSource();
        var sending = SendAsync(port, stop.Token);
        await collector.WaitForHealthAsync("pi4-01", "up", Deadline);
        var prometheusPort = CollectorProcess.FreeTcpPort();
        await using var prometheus = await PrometheusTests.StartPrometheusAsync(
            folder, prometheusPort, CollectorProcess.FreeTcpPort(), collector);
        using var client = new HttpClient();
        var expressions = Expressions();
        Assert.True(expressions.Count > 10, $"Only {expressions.Count} expressions were found.");
        foreach (var expression in expressions)
        {
            var address = $"http://127.0.0.1:{prometheusPort}/api/v1/query?query={Uri.EscapeDataString(expression)}";
            await Eventually.TrueAsync(
                async () => Finds(await client.GetStringAsync(new Uri(address))), Deadline, () => $"{expression} shows nothing.");
        }

        var hosts = await client.GetStringAsync(new Uri(
            $"http://127.0.0.1:{prometheusPort}/api/v1/label/hostname/values?match[]={Variable()}"));
        Assert.Contains("\"pi4-01\"", hosts, StringComparison.Ordinal);
        await stop.CancelAsync();
        await sending;
    }

    private static JsonNode Dashboard() => JsonNode.Parse(File.ReadAllText(
        Path.Combine(RepositoryRoot.Path, "deploy", "grafana", "nodetelemetry-prometheus.json")))!;

    private static List<string> Expressions() => [.. Dashboard()["panels"]!.AsArray()
        .SelectMany(static panel => panel!["targets"]!.AsArray())
        .Select(static target => ((string)target!["expr"]!)
            .Replace("$node", ".*", StringComparison.Ordinal)
            .Replace("$__rate_interval", RateInterval, StringComparison.Ordinal))];

    // What the dashboard's own variable is filled from: label_values(METRIC, hostname).
    private static string Variable()
    {
        var query = (string)Dashboard()["templating"]!["list"]![0]!["query"]!;
        Assert.EndsWith(", hostname)", query, StringComparison.Ordinal);
        return query["label_values(".Length..query.IndexOf(',', StringComparison.Ordinal)];
    }

    private static bool Finds(string answer)
    {
        using var json = JsonDocument.Parse(answer);
        Assert.Equal("success", json.RootElement.GetProperty("status").GetString());
        return json.RootElement.GetProperty("data").GetProperty("result").GetArrayLength() > 0;
    }

    private static async Task SendAsync(int port, CancellationToken token)
    {
        var decoded = new SnapshotDecoder().Decode(
            await File.ReadAllBytesAsync(
                Path.Combine(RepositoryRoot.Path, "tests", "fixtures", "datagrams", "valid", "full.json"), token),
            out var snapshot);
        Assert.Equal(DecodeError.None, decoded);

        // The small numbers of filled sections would round to no memory at all in kilobytes.
        SectionReading[] sections =
        [
            .. snapshot!.Sections.Where(static section => section.Definition.PrecedesHeader),
            .. FilledSections.All.Where(static section => !section.Definition.PrecedesHeader),
        ];
        using var socket = new UdpClient(AddressFamily.InterNetwork);
        socket.Connect("127.0.0.1", port);
        using var encoder = new SnapshotEncoder();
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        try
        {
            for (var sequence = 0; await timer.WaitForNextTickAsync(token); sequence++)
            {
                var sample = snapshot with
                {
                    Header = snapshot.Header! with { Sequence = sequence },
                    Sections = sections,
                };
                for (int count = encoder.Encode(sample), index = 0; index < count; index++)
                {
                    await socket.SendAsync(encoder.Datagram(index), token);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The test ends.
        }
    }
}
