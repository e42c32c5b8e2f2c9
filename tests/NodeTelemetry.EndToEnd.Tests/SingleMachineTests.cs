using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.EndToEnd.Tests;

/// <summary>Agent and collector on the loopback interface: from the files of a known host to every output.</summary>
public sealed class SingleMachineTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(45);

    /// <summary>Otherwise these tests run what was built, for a reason that is shown.</summary>
    [Fact]
    public async Task These_tests_run_the_programs_that_are_shipped()
    {
        Assert.SkipWhen(NativeAgent.ProgramObstacle is not null, NativeAgent.ProgramObstacle ?? string.Empty);
        Assert.SkipWhen(NativeCollector.Obstacle is not null, NativeCollector.Obstacle ?? string.Empty);
        foreach (var program in new[] { Programs.Agent, Programs.Collector })
        {
            Assert.False(File.Exists(program + ".dll"), $"{program} needs a runtime.");
            Assert.Equal(0, (await TestProcess.RunAsync([program, "--version"], Deadline)).ExitCode);
        }
    }

    /// <summary>A Raspberry Pi's files go in; the API, the metrics, the live stream and the history must show their values.</summary>
    [Fact]
    public async Task The_readings_of_a_known_host_come_out_everywhere()
    {
        using var folder = new TempFolder();
        var port = CollectorProcess.FreeUdpPort();
        await using var collector = await CollectorProcess.StartAsync(folder, port);
        await using var live = await collector.OpenLiveAsync();
        var host = RepositoryRoot.Fixture("hosts", "rpi4-bookworm");
        await using var agent = AgentProcess.StartOnLoopback(
            "pi-01", port, "--interval", "200ms",
            "--proc-root", Path.Combine(host, "proc"), "--sys-root", Path.Combine(host, "sys"), "--etc-root", Path.Combine(host, "etc"));
        await collector.WaitForHealthAsync("pi-01", "up", Deadline);

        // The description of the node is in another datagram of the first sample than the one that makes it up.
        await Eventually.TrueAsync(
            async () => (await collector.NodesAsync())["pi-01"].TryGetProperty("about", out _), Deadline);
        var node = (await collector.NodesAsync())["pi-01"];
        Assert.Contains("Raspberry Pi 4", node.GetProperty("about").GetProperty("board").GetString(), StringComparison.Ordinal);
        var celsius = node.GetProperty("readings").GetProperty("temperatureCelsius").GetDouble();
        var id = node.GetProperty("id").GetString();
        Assert.Equal(
            celsius, await collector.MetricAsync($"nodetelemetry_node_cpu_temperature_celsius{{node=\"{id}\",hostname=\"pi-01\"}}"));
        Assert.Equal(JsonValueKind.Object, (await collector.GetAsync($"api/nodes/{id}")).ValueKind);

        await WaitForEventAsync(live, "update", "pi-01");
        await Eventually.TrueAsync(
            async () => (await collector.GetAsync($"api/nodes/{id}/history")).GetProperty("readings").TryGetProperty("temperatureCelsius", out var history)
                && history.GetProperty("avg").EnumerateArray().Any(value => value.ValueKind == JsonValueKind.Number && Math.Abs(value.GetDouble() - celsius) < 0.01),
            Deadline);
        var overview = await collector.GetAsync("api/history?reading=load1");
        Assert.True(overview.GetProperty("nodes").TryGetProperty(id!, out _));
        Assert.Equal("ready\n", await collector.GetTextAsync("readyz"));
        Assert.Equal("ok\n", await collector.GetTextAsync("healthz"));
    }

    /// <summary>Invalid datagrams to the real socket are counted by reason and change nothing.</summary>
    [Fact]
    public async Task Garbage_is_counted_by_reason_and_changes_nothing()
    {
        using var folder = new TempFolder();
        var port = CollectorProcess.FreeUdpPort();
        await using var collector = await CollectorProcess.StartAsync(folder, port);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        var target = new IPEndPoint(IPAddress.Loopback, port);
        var cases = new (byte[] Datagram, string Reason)[]
        {
            ("garbage"u8.ToArray(), "not_json"),
            ("""{"hostname":"pi","cpuus"""u8.ToArray(), "not_json"),
            (Encoding.UTF8.GetBytes("{\"hostname\":\"" + new string('x', 9000) + "\"}"), "too_long"),
            (Encoding.UTF8.GetBytes("{\"hostname\":\"pi\",\"x\":" + new string('[', 40) + new string(']', 40) + "}"), "too_deep"),
            ("""{"hostname":"pi","cputemp":"warm"}"""u8.ToArray(), "wrong_type"),
            ([.. "{\"hostname\":\""u8, 0xFF, 0xFE, .. "\"}"u8], "not_utf8"),
            ([], "empty"),
        };
        foreach (var (datagram, _) in cases)
        {
            socket.SendTo(datagram, target);
        }

        foreach (var reason in cases.GroupBy(entry => entry.Reason))
        {
            await Eventually.TrueAsync(
                async () => await collector.MetricAsync($"nodetelemetry_collector_datagrams_rejected_total{{reason=\"{reason.Key}\"}}") == reason.Count(),
                Deadline,
                () => $"{reason.Key} should be {reason.Count()}.");
        }

        Assert.Empty(await collector.NodesAsync());
        Assert.Equal(0, await collector.MetricAsync("nodetelemetry_collector_datagrams_accepted_total"));
        Assert.Contains("Rejected 1 datagrams (NotJson); the last one came from 127.0.0.1:", collector.Process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_raspi_cluster_daemon_is_accepted_and_its_interval_is_learnt()
    {
        using var folder = new TempFolder();
        var port = CollectorProcess.FreeUdpPort();
        await using var collector = await CollectorProcess.StartAsync(folder, port);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        var datagram = """{"hostname":"old-pi","cpufreq":900,"cputemp":51.540000,"cpuusage":0.120000,"coreusage":[0.1,0.2],"loadavg":[0.1,0.2,0.3],"meminfo":{"MemTotal":1000,"MemFree":400,"Active(anon)":7}}"""u8.ToArray();
        await Eventually.TrueAsync(
            async () =>
            {
                socket.SendTo(datagram, new IPEndPoint(IPAddress.Loopback, port));
                var nodes = await collector.NodesAsync();
                return nodes.TryGetValue("old-pi", out var node) && node.GetProperty("received").GetInt64() > 20;
            },
            Deadline);

        var node = (await collector.NodesAsync())["old-pi"];
        Assert.Equal("old-pi", node.GetProperty("id").GetString());
        Assert.False(node.TryGetProperty("version", out _));
        Assert.InRange(node.GetProperty("interval").GetInt64(), 0, 1000);
        Assert.Equal(51.54, node.GetProperty("readings").GetProperty("temperatureCelsius").GetDouble());
    }

    [Fact]
    public async Task An_invalid_configuration_reports_every_problem_and_exits_78()
    {
        var (collectorCode, collectorOutput) = await TestProcess.RunAsync(
            [Programs.Collector, "--http-port", "0", "--listen-port", "x", "--nonsense", "1"], Deadline);
        Assert.Equal(78, collectorCode);
        Assert.Contains("--http-port: \"0\" is not accepted; give 1 to 65535.", collectorOutput, StringComparison.Ordinal);
        Assert.Contains("--listen-port: \"x\" is not accepted; give 1 to 65535.", collectorOutput, StringComparison.Ordinal);
        Assert.Contains("--nonsense: there is no such option", collectorOutput, StringComparison.Ordinal);

        var (agentCode, agentOutput) = await TestProcess.RunAsync(
            [Programs.Agent, "--interval", "50ms", "--port", "0", "--nonsense", "1"], Deadline);
        Assert.Equal(78, agentCode);
        Assert.Contains("100ms to 1h", agentOutput, StringComparison.Ordinal);
        Assert.Contains("1 to 65535", agentOutput, StringComparison.Ordinal);
        Assert.Contains("nonsense", agentOutput, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Completion_rejects_what_it_does_not_know()
    {
        foreach (var program in new[] { Programs.Collector, Programs.Agent })
        {
            var (code, output) = await TestProcess.RunAsync([program, "completion", "bash", "--nosuch"], Deadline);
            Assert.Equal(64, code);
            Assert.Contains("--nosuch: there is no such option", output, StringComparison.Ordinal);
            Assert.Equal(0, (await TestProcess.RunAsync([program, "completion", "bash"], Deadline)).ExitCode);
            Assert.Equal(64, (await TestProcess.RunAsync([program, "man", "--nosuch"], Deadline)).ExitCode);
            Assert.Equal(0, (await TestProcess.RunAsync([program, "man"], Deadline)).ExitCode);
        }
    }

    [Fact]
    public async Task An_invalid_configuration_file_is_named()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder["broken.json"], "{ \"Http\": ");
        await File.WriteAllTextAsync(folder["typo.json"], """{ "Http": { "Prot": 1 } }""");

        var (brokenCode, broken) = await TestProcess.RunAsync([Programs.Collector, "--config", folder["broken.json"]], Deadline);
        var (typoCode, typo) = await TestProcess.RunAsync([Programs.Collector, "--config", folder["typo.json"]], Deadline);
        var (missingCode, missing) = await TestProcess.RunAsync([Programs.Collector, "--config", folder["none.json"]], Deadline);

        Assert.Equal((78, 78, 78), (brokenCode, typoCode, missingCode));
        Assert.Contains(folder["broken.json"], broken, StringComparison.Ordinal);
        Assert.Contains("Http:Prot: there is no such option", typo, StringComparison.Ordinal);
        Assert.Contains($"{folder["none.json"]} cannot be read: there is no such file", missing, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_in_use_is_named_with_the_option_that_changes_it()
    {
        using var folder = new TempFolder();
        using var other = new TempFolder();
        var port = CollectorProcess.FreeUdpPort();
        await using var first = await CollectorProcess.StartAsync(folder, port);
        string[] common = ["--listen-interfaces", "lo", "--database-path", other["telemetry.db"]];

        var (udpCode, udp) = await TestProcess.RunAsync(
            [Programs.Collector, .. common, "--listen-port", port.ToString(CultureInfo.InvariantCulture)], Deadline);
        Assert.Equal(1, udpCode);
        Assert.Contains($"UDP port {port} is in use", udp, StringComparison.Ordinal);
        Assert.Contains("--listen-port", udp, StringComparison.Ordinal);

        var free = CollectorProcess.FreeUdpPort().ToString(CultureInfo.InvariantCulture);
        var (tcpCode, tcp) = await TestProcess.RunAsync(
            [Programs.Collector, .. common, "--listen-port", free, "--http-port", first.Address.Port.ToString(CultureInfo.InvariantCulture)],
            Deadline);
        Assert.Equal(1, tcpCode);
        Assert.Contains($"TCP port {first.Address.Port} is in use", tcp, StringComparison.Ordinal);
        Assert.Contains("--http-port", tcp, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Invalid_requests_get_a_helpful_error()
    {
        using var folder = new TempFolder();
        await using var collector = await CollectorProcess.StartAsync(folder, CollectorProcess.FreeUdpPort());
        using var client = new HttpClient { BaseAddress = collector.Address };

        using var unknown = await client.GetAsync(new Uri("api/nodes/missing", UriKind.Relative));
        using var reading = await client.GetAsync(new Uri("api/history?reading=x", UriKind.Relative));
        using var range = await client.GetAsync(new Uri("api/history?reading=load1&points=7", UriKind.Relative));

        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
        Assert.Contains("There is no node 'missing'", await unknown.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, reading.StatusCode);
        Assert.Contains("cpuRatio", await reading.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, range.StatusCode);
        Assert.Contains("10 to 5000", await range.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static async Task WaitForEventAsync(Stream live, string name, string text)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        using var reader = new StreamReader(live);
        var isWanted = false;
        while (await reader.ReadLineAsync(deadline.Token) is { } line)
        {
            if (isWanted && line.Contains(text, StringComparison.Ordinal))
            {
                return;
            }

            isWanted = line == $"event: {name}" || (isWanted && !line.StartsWith("event:", StringComparison.Ordinal));
        }

        Assert.Fail("The live stream ended.");
    }
}
