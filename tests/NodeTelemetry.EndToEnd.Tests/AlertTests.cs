using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.EndToEnd.Tests;

/// <summary>A real collector that notifies real channels, and that only authorized clients can change.</summary>
public sealed class AlertTests
{
    private const string Token = "0123456789abcdef0123456789abcdef";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    /// <summary>An agent is killed: the webhook is notified; the collector is restarted and repeats nothing; the agent returns: the webhook is
    /// notified of that as well.</summary>
    [Fact]
    public async Task A_killed_agent_and_its_return_are_each_notified_once_also_across_a_restart()
    {
        using var folder = new TempFolder();
        await using var webhook = await HttpRecorder.StartAsync();
        await WriteAsync(folder, $$"""
            { "Alerts": { "GroupWait": "0s", "GroupInterval": "1s", "Channels": { "people": { "Type": "webhook", "Address": "{{webhook.Address}}" } } } }
            """);
        var port = CollectorProcess.FreeUdpPort();
        var agent = AgentProcess.StartOnLoopback("pi-01", port, "--interval", "200ms");
        await using (var collector = await CollectorProcess.StartAsync(folder, port, "--config", folder["collector.json"]))
        {
            await collector.WaitForHealthAsync("pi-01", "up", Deadline);
            agent.Kill();
            await agent.DisposeAsync();
            await Eventually.TrueAsync(() => Task.FromResult(webhook.Requests.Count == 1), Deadline, () => collector.Process.Output);
            var lost = (await collector.GetAsync("api/alerts")).GetProperty("alerts")[0];
            Assert.Equal(("node-lost", "firing"), (lost.GetProperty("rule").GetString(), lost.GetProperty("state").GetString()));
            Assert.Equal(1, await collector.MetricAsync(
                "nodetelemetry_collector_alerts{alertname=\"node-lost\",severity=\"critical\",state=\"firing\"}"));
            Assert.Equal(1, await collector.MetricAsync("nodetelemetry_collector_notifications_sent_total{channel=\"people\"}"));
            Assert.Contains("Alert node-lost (critical): Node pi-01 is lost", collector.Process.Output, StringComparison.Ordinal);
            collector.Process.Terminate();
            Assert.Equal(0, await collector.Process.WaitForExitAsync(Deadline));
        }

        await using var again = await CollectorProcess.StartAsync(folder, port, "--config", folder["collector.json"]);
        Assert.Equal(1, (await again.GetAsync("api/status")).GetProperty("alerts").GetProperty("firing").GetInt32());
        await using var returned = AgentProcess.StartOnLoopback("pi-01", port, "--interval", "200ms");
        await Eventually.TrueAsync(() => Task.FromResult(webhook.Requests.Count > 1), Deadline, () => again.Process.Output);

        Assert.Equal(["firing", "resolved"], webhook.Requests.Select(Status));
        Assert.Contains("Node pi-01 is lost", Title(webhook.Requests[0]), StringComparison.Ordinal);
        Assert.StartsWith("Resolved: Node pi-01", Title(webhook.Requests[1]), StringComparison.Ordinal);
    }

    /// <summary>
    /// An agent with a key and a display (a file in place of a framebuffer) announces it, and receives a signed message when a rule fires;
    /// one without a display receives none.
    /// </summary>
    [Fact]
    public async Task A_node_with_a_display_receives_its_alert_level()
    {
        const string Level = "nodetelemetry_agent_displayed_alert_level";
        using var folder = new TempFolder();
        folder.Write("sys/class/graphics/fb0/name", "panel-mipi-dbid\n");
        folder.Write("sys/class/graphics/fb0/virtual_size", "160,80\n");
        folder.Write("sys/class/graphics/fb0/bits_per_pixel", "16\n");
        folder.Write("dev/fb0", string.Empty);
        await WriteAsync(folder, """
            { "Alerts": { "Rules": { "always": { "Reading": "load1", "Above": -1, "Severity": "critical", "Text": "as the test wants it" } } } }
            """);
        await using (var command = TestProcess.Start([Programs.Agent, "key", "new", folder["key"], "cluster"]))
        {
            Assert.Equal(0, await command.WaitForExitAsync(Deadline));
        }

        var port = CollectorProcess.FreeUdpPort();
        var pages = (With: CollectorProcess.FreeTcpPort(), Without: CollectorProcess.FreeTcpPort());
        await using var collector = await CollectorProcess.StartAsync(
            folder, port, "--config", folder["collector.json"], "--trust-signatures", "require", "--trust-keys-file", folder["key"]);
        await using var with = AgentProcess.StartOnLoopback(
            "with", port, "--interval", "1s", "--group4", "none", "--group6", "none", "--target", $"127.0.0.1:{port}", "--key-file", folder["key"],
            "--metrics-listen", $"127.0.0.1:{pages.With}", "--sys-root", folder["sys"], "--dev-root", folder["dev"]);
        await using var without = AgentProcess.StartOnLoopback(
            "without", port, "--interval", "1s", "--key-file", folder["key"], "--metrics-listen", $"127.0.0.1:{pages.Without}", "--display", "none");
        using var client = new HttpClient();
        await Eventually.TrueAsync(
            async () => (await PageAsync(pages.With)).Contains($"\n{Level} 2\n", StringComparison.Ordinal),
            TimeSpan.FromMinutes(3),
            () => $"{with.Output}\n{collector.Process.Output}");

        Assert.DoesNotContain(Level, await PageAsync(pages.Without), StringComparison.Ordinal);
        var nodes = await collector.NodesAsync();
        Assert.Equal("enviro", nodes["with"].GetProperty("about").GetProperty("display").GetString());
        Assert.False(nodes["without"].TryGetProperty("about", out var about) && about.TryGetProperty("display", out _));
        Assert.True(await collector.MetricAsync("nodetelemetry_collector_display_updates_sent_total") >= 1);

        async Task<string> PageAsync(int at)
        {
            try
            {
                return await client.GetStringAsync(new Uri($"http://127.0.0.1:{at}/metrics"));
            }
            catch (HttpRequestException)
            {
                // It is starting.
                return string.Empty;
            }
        }
    }

    [Fact]
    public async Task Only_authorized_clients_create_silences()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder["token"], Token + "\n");
        await using var collector = await CollectorProcess.StartAsync(
            folder, CollectorProcess.FreeUdpPort(), "--http-token-file", folder["token"]);
        using var client = new HttpClient { BaseAddress = collector.Address };
        const string Body = """{"matchers":{"hostname":"pi-*"},"until":"2099-01-01T00:00:00Z","author":"me","comment":"new fans"}""";
        var body = Body.Replace("2099-01-01T00:00:00Z", TimeProvider.System.GetUtcNow().AddHours(1).ToString("o"), StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.Unauthorized, (await PostAsync(client, body)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await PostAsync(client, body, "x" + Token)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.DeleteAsync("api/silences/x")).StatusCode);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await PostAsync(client, body, Token, type: "text/plain")).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync(client, body, Token, ("Origin", "http://evil.example"))).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync(client, body, Token, ("Sec-Fetch-Site", "cross-site"))).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(client, "{", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(client, Body, Token)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(client, """{"matchers":{}}""", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(client, """{"comment":"\ud800"}""", Token)).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync(client, "{\"comment\":\"" + new string('x', 100_000) + "\"}", Token)).StatusCode);
        Assert.Empty((await collector.GetAsync("api/silences")).GetProperty("silences").EnumerateArray());

        var made = await PostAsync(client, body, Token, ("Origin", collector.Address.GetLeftPart(UriPartial.Authority)));
        Assert.Equal(HttpStatusCode.Created, made.StatusCode);
        var silence = (await collector.GetAsync("api/silences")).GetProperty("silences")[0];
        Assert.Equal("new fans", silence.GetProperty("comment").GetString());
        Assert.Equal(1, await collector.MetricAsync("nodetelemetry_collector_silences"));
        Assert.True(await collector.MetricAsync("nodetelemetry_collector_http_requests_refused_total") >= 6);

        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
        Assert.Equal(HttpStatusCode.NoContent, (await client.DeleteAsync(made.Headers.Location)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await client.DeleteAsync(made.Headers.Location)).StatusCode);
    }

    [Fact]
    public async Task Without_a_token_or_password_nothing_can_be_changed()
    {
        using var folder = new TempFolder();
        await using var collector = await CollectorProcess.StartAsync(folder, CollectorProcess.FreeUdpPort());
        using var client = new HttpClient { BaseAddress = collector.Address };
        var answer = await PostAsync(client, "{}");
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("Http:TokenFile", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        foreach (var method in new[] { HttpMethod.Put, HttpMethod.Patch, HttpMethod.Delete, HttpMethod.Options, new HttpMethod("FROB") })
        {
            using var request = new HttpRequestMessage(method, "api/nodes");
            Assert.Equal(HttpStatusCode.Forbidden, (await client.SendAsync(request)).StatusCode);
        }

        Assert.NotEmpty((await collector.GetAsync("api/rules")).GetProperty("rules").EnumerateArray());
    }

    [Fact]
    public async Task Reading_may_require_a_password_over_TLS()
    {
        using var folder = new TempFolder();
        using var certificate = TestCertificate.Make();
        await File.WriteAllTextAsync(folder["server.pem"], certificate.ExportCertificatePem());
        await File.WriteAllTextAsync(folder["key.pem"], KeyPem(certificate));
        await File.WriteAllTextAsync(folder["password"], "pass wörd\n");
        var port = CollectorProcess.FreeTcpPort();
        await using var process = TestProcess.Start(
        [
            Programs.Collector, "--listen-interfaces", "lo", "--listen-port", $"{CollectorProcess.FreeUdpPort()}", "--http-port", $"{port}",
            "--http-user", "me", "--http-password-file", folder["password"], "--http-require-authentication", "--http-certificate-file",
            folder["server.pem"], "--http-certificate-key-file", folder["key.pem"], "--database-path", folder["telemetry.db"], "--http-address", "0.0.0.0",
        ]);
        await process.WaitForOutputAsync("The collector is ready: https://", Deadline);
        Assert.DoesNotContain("is not encrypted", process.Output, StringComparison.Ordinal);
        using var handler = new HttpClientHandler
        {
            ServerCertificateCustomValidationCallback = (_, actual, _, _) => actual?.Thumbprint == certificate.Thumbprint,
        };
        using var client = new HttpClient(handler) { BaseAddress = new Uri($"https://127.0.0.1:{port}/") };
        foreach (var path in new[] { "", "api/nodes", "api/live", "metrics", "api/status" })
        {
            var refused = await client.GetAsync(path);
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
            Assert.StartsWith("Basic", refused.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        }

        Assert.Equal("ok\n", await client.GetStringAsync("healthz"));
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes("me:pass wörd")));
        Assert.Contains("nodetelemetry_collector_build_info", await client.GetStringAsync("metrics"), StringComparison.Ordinal);

        // A renewed certificate is used for new connections; one that does not fit its key is not.
        using var renewed = TestCertificate.Make();
        await File.WriteAllTextAsync(folder["server.pem"], renewed.ExportCertificatePem());
        await process.WaitForOutputAsync("cannot be used with its key", Deadline);
        await File.WriteAllTextAsync(folder["key.pem"], KeyPem(renewed));
        await process.WaitForOutputAsync("has changed and is used for new connections", Deadline);
        using var other = new HttpClientHandler
        {
            ServerCertificateCustomValidationCallback = (_, actual, _, _) => actual?.Thumbprint == renewed.Thumbprint,
        };
        using var again = new HttpClient(other) { BaseAddress = client.BaseAddress };
        Assert.Equal("ok\n", await again.GetStringAsync("healthz"));
    }

    [Fact]
    public async Task A_client_that_guesses_passwords_has_to_wait()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder["token"], Token + "\n");
        await using var collector = await CollectorProcess.StartAsync(
            folder, CollectorProcess.FreeUdpPort(), "--http-token-file", folder["token"]);
        using var client = new HttpClient { BaseAddress = collector.Address };
        for (var guess = 0; guess < 10; guess++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, (await PostAsync(client, "{}")).StatusCode);
        }

        // Until the wait begins, however slow the machine is: each wait is twice as long as the one before.
        HttpResponseMessage answer;
        var wrong = 0;
        while ((answer = await PostAsync(client, "{}", "x" + Token)).StatusCode == HttpStatusCode.Unauthorized)
        {
            Assert.True(++wrong < 20, "Twenty wrong tokens were looked at.");
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
        Assert.True(wrong > 5);
        Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 300);
        Assert.Equal(wrong, await collector.MetricAsync("nodetelemetry_collector_http_logins_failed_total"));
        Assert.NotEmpty((await collector.GetAsync("api/rules")).GetProperty("rules").EnumerateArray());
    }

    [Fact]
    public async Task Beyond_loopback_without_password_and_TLS_there_is_a_warning()
    {
        using var folder = new TempFolder();
        await using var process = TestProcess.Start(
        [
            Programs.Collector, "--listen-interfaces", "lo", "--listen-port", $"{CollectorProcess.FreeUdpPort()}", "--http-port",
            $"{CollectorProcess.FreeTcpPort()}", "--database-path", folder["telemetry.db"], "--http-address", "0.0.0.0",
        ]);
        await process.WaitForOutputAsync("is not encrypted", Deadline);
        Assert.Contains("can read the page, the API and the metrics", process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_test_command_reports_the_response_of_every_channel()
    {
        using var folder = new TempFolder();
        await using var webhook = await HttpRecorder.StartAsync();
        await using var refusing = await HttpRecorder.StartAsync();
        await using var mail = MailServer.Start();
        refusing.Enqueue(401);
        await WriteAsync(folder, $$"""
            { "Alerts": { "Channels": {
                "good": { "Type": "webhook", "Address": "{{webhook.Address}}" },
                "bad": { "Type": "ntfy", "Address": "{{refusing.Address}}topic" },
                "gone": { "Type": "alertmanager", "Address": "http://127.0.0.1:1" },
                "mail": { "Type": "smtp", "Host": "127.0.0.1", "Port": {{mail.Port}}, "From": "a@example.org", "To": "b@example.org", "StartTls": false }
            } } }
            """);

        var (code, output) = await TestProcess.RunAsync(
            [Programs.Collector, "test-alert", "--config", folder["collector.json"]], Deadline);
        Assert.Equal(1, code);
        Assert.Contains("good (webhook): ok: 200 OK", output, StringComparison.Ordinal);
        Assert.Contains("bad (ntfy): FAILED: http://127.0.0.1", output, StringComparison.Ordinal);
        Assert.Contains("responded 401 Unauthorized. Check the channel's token", output, StringComparison.Ordinal);
        Assert.Contains("gone (alertmanager): FAILED: http://127.0.0.1:1 cannot be reached", output, StringComparison.Ordinal);
        Assert.Contains("mail (smtp): ok:", output, StringComparison.Ordinal);
        Assert.Contains("log (log): ok: written to the log", output, StringComparison.Ordinal);
        Assert.Equal(["firing", "resolved"], webhook.Requests.Select(Status));
        Assert.Contains("Subject: Test: This is a test alert", mail.Mails[0].Text, StringComparison.Ordinal);

        var (oneCode, one) = await TestProcess.RunAsync(
            [Programs.Collector, "test-alert", "good", "--config", folder["collector.json"]], Deadline);
        Assert.Equal((0, false), (oneCode, one.Contains("gone", StringComparison.Ordinal)));
        var (unknownCode, unknown) = await TestProcess.RunAsync([Programs.Collector, "test-alert", "pager"], Deadline);
        Assert.Equal(64, unknownCode);
        Assert.Contains("There is no channel pager; there are log.", unknown, StringComparison.Ordinal);
    }

    private static string KeyPem(X509Certificate2 certificate)
    {
        using var key = certificate.GetECDsaPrivateKey();
        return key!.ExportPkcs8PrivateKeyPem();
    }

    private static Task WriteAsync(TempFolder folder, string json) => File.WriteAllTextAsync(folder["collector.json"], json);

    private static string? Status(RecordedRequest request) => Text(request, "status");

    private static string? Title(RecordedRequest request) => Text(request, "title");

    private static string? Text(RecordedRequest request, string name)
    {
        using var body = JsonDocument.Parse(request.Body);
        return body.RootElement.GetProperty(name).GetString();
    }

    private static async Task<HttpResponseMessage> PostAsync(
        HttpClient client, string body, string? token = null, (string Name, string Value)? header = null, string type = "application/json")
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/silences");
        request.Content = new StringContent(body, Encoding.UTF8, type);
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        if (header is { } extra)
        {
            request.Headers.TryAddWithoutValidation(extra.Name, extra.Value);
        }

        return await client.SendAsync(request);
    }
}
