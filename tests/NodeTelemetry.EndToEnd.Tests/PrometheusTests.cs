using System.Globalization;
using System.Text.Json;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.EndToEnd.Tests;

/// <summary>A real Prometheus and a real Alertmanager, as Debian packages them, on loopback ports of their own.</summary>
public sealed class PrometheusTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private static readonly string Folder = Path.Combine(RepositoryRoot.Path, "deploy", "prometheus");

    [Fact]
    public async Task The_shipped_configuration_and_rules_are_valid()
    {
        Need("promtool");
        var (configCode, config) = await TestProcess.RunAsync(
            ["promtool", "check", "config", Path.Combine(Folder, "prometheus.yml")], Deadline);
        Assert.True(configCode == 0, config);
        var (testCode, test) = await TestProcess.RunAsync(
            ["promtool", "test", "rules", Path.Combine(Folder, "tests.yml")], Deadline);
        Assert.True(testCode == 0, test);
    }

    /// <summary>
    /// Prometheus scrapes a real collector with a real agent, as OpenMetrics. The agent is killed: the shipped rule fires and reaches the
    /// Alertmanager, our own alert reaches it directly, and both notify the webhook. The agent returns: everything resolves.
    /// </summary>
    [Fact]
    public async Task A_lost_node_and_its_return_reach_the_Alertmanager_on_both_paths()
    {
        Need("prometheus");
        Need("prometheus-alertmanager");
        Need("promtool");
        using var folder = new TempFolder();
        await using var webhook = await HttpRecorder.StartAsync();
        var (alertmanagerPort, prometheusPort) = (CollectorProcess.FreeTcpPort(), CollectorProcess.FreeTcpPort());
        await using var alertmanager = await StartAlertmanagerAsync(folder, alertmanagerPort, webhook);
        await File.WriteAllTextAsync(folder["collector.json"], $$"""
            { "Alerts": { "GroupWait": "0s", "GroupInterval": "1s", "Channels": {
                "manager": { "Type": "alertmanager", "Address": "http://127.0.0.1:{{alertmanagerPort}}", "GroupInterval": "1s" },
                "people": { "Type": "webhook", "Address": "{{new Uri(webhook.Address, "direct")}}" } } } }
            """);
        var port = CollectorProcess.FreeUdpPort();
        await using var collector = await CollectorProcess.StartAsync(folder, port, "--config", folder["collector.json"]);
        var agent = AgentProcess.StartOnLoopback("pi-01", port, "--interval", "500ms");
        await collector.WaitForHealthAsync("pi-01", "up", Deadline);
        await CheckMetricsAsync(collector, folder);

        await using var prometheus = await StartPrometheusAsync(folder, prometheusPort, alertmanagerPort, collector);
        using var client = new HttpClient();
        Task<JsonElement> Ask(string query) =>
            AskAsync(client, $"http://127.0.0.1:{prometheusPort}/api/v1/query?query={Uri.EscapeDataString(query)}");
        await Eventually.TrueAsync(
            async () => Value(await Ask("nodetelemetry_node_up{hostname=\"pi-01\"}")) == 1, Deadline, () => prometheus.Output);
        Assert.Equal(1, Value(await Ask("up{job=\"nodetelemetry\"}")));

        agent.Kill();
        await agent.DisposeAsync();
        var alerts = $"http://127.0.0.1:{alertmanagerPort}/api/v2/alerts";
        await Eventually.TrueAsync(
            async () => Names(await AskAsync(client, alerts)).SequenceEqual(["NodeTelemetryNodeLost", "node-lost"]), Deadline,
            () => $"{prometheus.Output}\n{alertmanager.Output}\n{collector.Process.Output}");
        await ReceivedAsync(webhook, "/direct", "\"status\":\"firing\"");
        await ReceivedAsync(webhook, "/manager", "\"alertname\":\"node-lost\"");
        await ReceivedAsync(webhook, "/manager", "\"alertname\":\"NodeTelemetryNodeLost\"");

        await using var returned = AgentProcess.StartOnLoopback("pi-01", port, "--interval", "500ms");
        await Eventually.TrueAsync(
            async () => (await AskAsync(client, alerts)).GetArrayLength() == 0, Deadline, () => collector.Process.Output);
        await ReceivedAsync(webhook, "/direct", "\"status\":\"resolved\"");
        await Eventually.TrueAsync(
            () => Task.FromResult(Resolved(webhook).Order(StringComparer.Ordinal).SequenceEqual(["NodeTelemetryNodeLost", "node-lost"])), Deadline,
            () => alertmanager.Output);
    }

    internal static void Need(string program)
    {
        var isThere = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
            .Split(Path.PathSeparator)
            .Any(folder => File.Exists(Path.Combine(folder, program)));
        Assert.SkipUnless(isThere, $"{program} is missing; install it with: apt-get install prometheus prometheus-alertmanager");
    }

    private static async Task CheckMetricsAsync(CollectorProcess collector, TempFolder folder)
    {
        await File.WriteAllTextAsync(folder["metrics.txt"], await collector.GetTextAsync("metrics"));
        var (code, output) = await TestProcess.RunAsync(["sh", "-c", $"promtool check metrics < '{folder["metrics.txt"]}'"], Deadline);
        Assert.True(code == 0, output);
        Assert.Empty(output);
    }

    private static async Task<TestProcess> StartAlertmanagerAsync(TempFolder folder, int port, HttpRecorder webhook)
    {
        await File.WriteAllTextAsync(folder["alertmanager.yml"], $$"""
            route: { receiver: hook, group_by: [alertname], group_wait: 0s, group_interval: 1s }
            receivers:
              - name: hook
                webhook_configs: [{ url: "{{new Uri(webhook.Address, "manager")}}", send_resolved: true }]
            """);
        return await ReadyAsync(
            TestProcess.Start(
            [
                "prometheus-alertmanager", $"--config.file={folder["alertmanager.yml"]}", $"--storage.path={folder["alertmanager"]}",
                $"--web.listen-address=127.0.0.1:{Text(port)}", "--cluster.listen-address=",
            ]),
            port);
    }

    internal static async Task<TestProcess> StartPrometheusAsync(TempFolder folder, int port, int alertmanagerPort, CollectorProcess collector)
    {
        // The shipped files, with other ports and shorter times.
        var configuration = (await File.ReadAllTextAsync(Path.Combine(Folder, "prometheus.yml")))
            .Replace("127.0.0.1:9093", $"127.0.0.1:{Text(alertmanagerPort)}", StringComparison.Ordinal)
            .Replace("127.0.0.1:8077", collector.Address.Authority, StringComparison.Ordinal)
            .Replace("interval: 15s", "interval: 1s", StringComparison.Ordinal);
        Assert.DoesNotContain("15s", configuration, StringComparison.Ordinal);
        await File.WriteAllTextAsync(folder["prometheus.yml"], configuration);
        File.Copy(Path.Combine(Folder, "rules.yml"), folder["rules.yml"]);
        return await ReadyAsync(
            TestProcess.Start(
            [
                "prometheus", $"--config.file={folder["prometheus.yml"]}", $"--storage.tsdb.path={folder["tsdb"]}",
                $"--web.listen-address=127.0.0.1:{Text(port)}", "--web.console.templates=", "--web.console.libraries=",
                "--rules.alert.resend-delay=1s",
            ]),
            port);
    }

    private static async Task<TestProcess> ReadyAsync(TestProcess process, int port)
    {
        using var client = new HttpClient();
        await Eventually.TrueAsync(
            async () => process.HasExited
                ? throw new InvalidOperationException(process.Output)
                : (await client.GetAsync($"http://127.0.0.1:{port}/-/ready")).IsSuccessStatusCode,
            Deadline,
            () => process.Output);
        return process;
    }

    private static async Task<JsonElement> AskAsync(HttpClient client, string address)
    {
        using var document = JsonDocument.Parse(await client.GetStringAsync(address));
        return document.RootElement.Clone();
    }

    private static double? Value(JsonElement answer)
    {
        var result = answer.GetProperty("data").GetProperty("result");
        return result.GetArrayLength() == 0 ? null
            : double.Parse(result[0].GetProperty("value")[1].GetString()!, CultureInfo.InvariantCulture);
    }

    private static IEnumerable<string?> Names(JsonElement alerts) => alerts.EnumerateArray()
        .Select(static alert => alert.GetProperty("labels").GetProperty("alertname").GetString())
        .Order(StringComparer.Ordinal);

    private static Task ReceivedAsync(HttpRecorder webhook, string path, string text) => Eventually.TrueAsync(
        () => Task.FromResult(webhook.Requests.Any(request =>
            request.Path == path && request.Body.Contains(text, StringComparison.Ordinal))),
        Deadline,
        () => $"{text} should have come to {path}:\n{string.Join('\n', webhook.Requests.Select(static request => request.Body))}");

    private static HashSet<string> Resolved(HttpRecorder webhook)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var request in webhook.Requests.Where(static request => request.Path == "/manager"))
        {
            using var body = JsonDocument.Parse(request.Body);
            if (body.RootElement.GetProperty("status").GetString() == "resolved")
            {
                names.Add(body.RootElement.GetProperty("groupLabels").GetProperty("alertname").GetString()!);
            }
        }

        return names;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
