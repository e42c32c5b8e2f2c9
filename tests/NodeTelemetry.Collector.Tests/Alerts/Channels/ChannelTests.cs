using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using MimeKit.Utils;
using NodeTelemetry.Collector.Alerts.Channels;
using NodeTelemetry.Collector.Alerts.Rules;
using NodeTelemetry.Collector.Alerts.Storage;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Tests.Alerts.Engine;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Alerts.Channels;

/// <summary>Every channel against a real server on loopback: what arrives, and what is reported on failure.</summary>
public sealed class ChannelTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private static readonly DateTimeOffset At = new(2026, 11, 3, 10, 0, 0, TimeSpan.Zero);

    private static readonly Alert Firing = new()
    {
        Id = "hot\taa\t",
        Rule = "hot",
        Severity = AlertSeverity.Critical,
        Node = "00000000000000aa",
        Hostname = "pi-01",
        Labels = [new("rack", "a\"b"), new("a-b", "x"), new("severity", "forged")],
        Phase = AlertPhase.Firing,
        Since = At,
        FiredAt = At.AddMinutes(1),
        Value = 85.5,
        Summary = "pi-01: der Prozessor ist heiß (85.5 °C).",
    };

    private static readonly Alert Over = Firing with
    {
        Id = "memory\taa\t",
        Rule = "memory",
        Phase = AlertPhase.Resolved,
        ResolvedAt = At.AddMinutes(2),
        Ending = "The node has left.",
    };

    private static AlertNotification Notification => new([Firing], [Over], [Firing], At.AddMinutes(3), "host", AlertBench.Page);

    [Fact]
    public async Task The_webhook_posts_the_default_template()
    {
        await using var server = await HttpRecorder.StartAsync();
        using var channel = new WebhookAlertChannel(Http(server, "webhook") with { Token = "secret-token" });
        Assert.Equal("200 OK", await channel.SendAsync(Notification, default));

        var request = Assert.Single(server.Requests);
        Assert.Equal("Bearer secret-token", request.Headers["Authorization"]);
        using var body = JsonDocument.Parse(request.Body);
        var root = body.RootElement;
        Assert.Equal("1 firing, 1 resolved: hot, memory", root.GetProperty("title").GetString());
        Assert.Equal("firing", root.GetProperty("status").GetString());
        Assert.Equal("critical", root.GetProperty("severity").GetString());
        Assert.Equal(1, root.GetProperty("activeCount").GetInt32());
        var firing = root.GetProperty("firing")[0];
        Assert.Equal("pi-01", firing.GetProperty("hostname").GetString());
        Assert.Equal(85.5, firing.GetProperty("value").GetDouble());
        Assert.Equal("a\"b", firing.GetProperty("labels").GetProperty("rack").GetString());
        Assert.Equal("The node has left.", root.GetProperty("resolved")[0].GetProperty("ending").GetString());
    }

    /// <summary>No host name can leave its JSON string.</summary>
    [Fact]
    public async Task A_custom_template_is_filled_and_keeps_its_structure()
    {
        await using var server = await HttpRecorder.StartAsync();
        var template = WebhookTemplate.Read(
            """{"msgtype":"m.text","n":1,"list":["{{ title }} at {{page}}",{"all":"{{active}}"}],"count":"{{firingCount}}","as text":"n={{firingCount}}"}""",
            out var problem);
        Assert.Null(problem);
        using var channel = new WebhookAlertChannel(Http(server, "webhook") with { Template = template! });
        var hostile = Firing with { Summary = "\"},{\"x\":\"{{page}}\\" };
        await channel.SendAsync(Notification with { Firing = [hostile], Resolved = [], Active = [hostile] }, default);

        using var body = JsonDocument.Parse(Assert.Single(server.Requests).Body);
        var root = body.RootElement;
        Assert.Equal(5, root.EnumerateObject().Count());
        Assert.Equal("\"},{\"x\":\"{{page}}\\ at http://collector:8077/", root.GetProperty("list")[0].GetString());
        Assert.Equal(1, root.GetProperty("list")[1].GetProperty("all").GetArrayLength());
        Assert.Equal(1, root.GetProperty("count").GetInt32());
        Assert.Equal("n={{firingCount}}", root.GetProperty("as text").GetString());
    }

    [Theory]
    [InlineData("{", "it is not JSON")]
    [InlineData("""{"a":"{{titel}}"}""", "there is no placeholder '{{titel}}'; there are title, body")]
    public void A_bad_template_is_rejected_with_the_reason(string text, string problem)
    {
        Assert.Null(WebhookTemplate.Read(text, out var actual));
        Assert.Contains(problem, actual, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_Alertmanager_gets_labels_and_ends_in_the_future()
    {
        await using var server = await HttpRecorder.StartAsync();
        using var channel = new AlertmanagerChannel(
            Http(server, "alertmanager") with { User = "u", Password = "p", RepeatInterval = TimeSpan.FromMinutes(1) });
        await channel.SendAsync(Notification, default);

        var request = Assert.Single(server.Requests);
        Assert.Equal("/api/v2/alerts", request.Path);
        Assert.Equal("Basic " + Convert.ToBase64String("u:p"u8), request.Headers["Authorization"]);
        using var body = JsonDocument.Parse(request.Body);
        var (firing, over) = (body.RootElement[0], body.RootElement[1]);
        var labels = firing.GetProperty("labels").EnumerateObject().Select(static label => (label.Name, label.Value.GetString()));
        Assert.Equal(
            [
                ("a_b", "x"), ("alertname", "hot"), ("hostname", "pi-01"), ("node", "00000000000000aa"), ("rack", "a\"b"),
                ("severity", "critical"), ("source", "nodetelemetry"),
            ],
            labels);
        Assert.Equal(At.AddMinutes(1), firing.GetProperty("startsAt").GetDateTimeOffset());
        Assert.Equal(At.AddMinutes(7), firing.GetProperty("endsAt").GetDateTimeOffset());
        Assert.Equal(At.AddMinutes(2), over.GetProperty("endsAt").GetDateTimeOffset());
    }

    [Fact]
    public async Task Ntfy_gets_title_priority_and_text()
    {
        await using var server = await HttpRecorder.StartAsync();
        using var channel = new NtfyAlertChannel(Http(server, "ntfy", "/cluster"));
        var one = Notification with { Resolved = [] };
        await channel.SendAsync(one, default);

        var request = Assert.Single(server.Requests);
        Assert.Equal("/cluster", request.Path);
        Assert.Equal("urgent", request.Headers["Priority"]);
        Assert.Equal("rotating_light", request.Headers["Tags"]);
        Assert.Equal("http://collector:8077/", request.Headers["Click"]);
        Assert.Equal(
            Firing.Summary,
            Rfc2047.DecodeText(Encoding.ASCII.GetBytes(request.Headers["Title"])));
        Assert.Equal(one.Body, request.Body);
    }

    [Fact]
    public async Task Ntfy_never_gets_more_than_fits_a_message()
    {
        await using var server = await HttpRecorder.StartAsync();
        using var channel = new NtfyAlertChannel(Http(server, "ntfy", "/cluster"));
        var loud = Firing with { Summary = new string('ß', 300) };
        await channel.SendAsync(Notification with { Firing = [.. Enumerable.Repeat(loud, 20)] }, default);

        var body = Assert.Single(server.Requests).Body;
        Assert.InRange(Encoding.UTF8.GetByteCount(body), 3400, 4096);
        Assert.DoesNotContain('\uFFFD', body);
    }

    [Theory]
    [InlineData("http://127.0.0.1:1", "cannot be reached")]
    [InlineData("http://nowhere.invalid", "cannot be reached")]
    public async Task An_unreachable_server_is_a_temporary_failure(string address, string reason)
    {
        var settings = new WebhookAlertChannel.Settings { Name = "x", Type = "webhook", Address = new Uri(address) };
        using var channel = new WebhookAlertChannel(settings);
        var failure = await Assert.ThrowsAsync<AlertDeliveryException>(() => channel.SendAsync(Notification, default));
        Assert.True(failure.IsTemporary);
        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(500, true, "responded 500 Internal Server Error: no room.")]
    [InlineData(429, true, "responded 429 Too Many Requests: no room.")]
    [InlineData(401, false, "Check the channel's token, user and password.")]
    [InlineData(404, false, "Check the channel's address.")]
    [InlineData(302, false, "redirections are not followed.")]
    public async Task An_error_response_says_what_to_do(int status, bool isTemporary, string reason)
    {
        await using var server = await HttpRecorder.StartAsync();
        server.Enqueue(status);
        server.Answer = "no room\n";
        using var channel = new WebhookAlertChannel(Http(server, "webhook"));
        var failure = await Assert.ThrowsAsync<AlertDeliveryException>(() => channel.SendAsync(Notification, default));
        Assert.Equal(isTemporary, failure.IsTemporary);
        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(200)]
    [InlineData(401)]
    public async Task A_long_response_changes_nothing(int status)
    {
        await using var server = await HttpRecorder.StartAsync();
        server.Enqueue(status);
        server.Answer = new string('x', 300_000);
        using var channel = new WebhookAlertChannel(Http(server, "webhook"));
        if (status == 200)
        {
            Assert.Equal("200 OK", await channel.SendAsync(Notification, default));
            return;
        }

        var failure = await Assert.ThrowsAsync<AlertDeliveryException>(() => channel.SendAsync(Notification, default));
        Assert.Contains("xxx…. Check the channel's token", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_must_be_signed_by_the_given_authority()
    {
        using var folder = new TempFolder();
        using var certificate = TestCertificate.Make();
        await File.WriteAllTextAsync(folder["ca.pem"], certificate.ExportCertificatePem());
        await using var server = await HttpRecorder.StartAsync(certificate);

        using var trusting = new WebhookAlertChannel(Http(server, "webhook") with { CaFile = folder["ca.pem"] });
        Assert.Equal("200 OK", await trusting.SendAsync(Notification, default));

        using var wary = new WebhookAlertChannel(Http(server, "webhook"));
        var failure = await Assert.ThrowsAsync<AlertDeliveryException>(() => wary.SendAsync(Notification, default));
        Assert.Contains("certificate", failure.Message, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>All in real time: refused, 500, silence and finally a response.</summary>
    [Fact]
    public async Task A_sender_retries_until_the_server_accepts()
    {
        await using var server = await HttpRecorder.StartAsync();
        var settings = Http(server, "webhook") with
        {
            GroupWait = TimeSpan.Zero,
            GroupInterval = TimeSpan.FromMilliseconds(50),
            RetryDelay = TimeSpan.FromMilliseconds(20),
            Timeout = TimeSpan.FromSeconds(1),
            AttemptCount = 2,
        };
        await server.StopAsync();
        var metrics = new CollectorMetrics().Alerts;
        using var sender = new ChannelSender(
            settings, new WebhookAlertChannel(settings), () => new AlertBoard(1, [Firing]), new AlertStore(), metrics,
            AlertBench.Page, TimeProvider.System, NullLogger.Instance);
        using var stop = new CancellationTokenSource();
        var running = sender.RunAsync(stop.Token);

        await ProblemAsync(sender, "cannot be reached");
        server.Enqueue(500, 500, 500);
        server.Answer = "out of order";
        await server.RestartAsync();
        await ProblemAsync(sender, "out of order");
        await Eventually.TrueAsync(() => Task.FromResult(sender.Status.Problem is null && metrics.Sent.WithLabels("x").Value == 1), Deadline);
        Assert.True(metrics.Retried.WithLabels("x").Value > 0);
        Assert.Equal(4, server.Requests.Count);
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task A_send_to_an_unresponsive_server_times_out()
    {
        await using var server = await HttpRecorder.StartAsync();
        server.IsMute = true;
        var settings = Http(server, "webhook") with
        {
            GroupWait = TimeSpan.Zero,
            RetryDelay = TimeSpan.FromMilliseconds(1),
            Timeout = TimeSpan.FromMilliseconds(100),
            AttemptCount = 2,
        };
        var metrics = new CollectorMetrics().Alerts;
        using var sender = new ChannelSender(
            settings, new WebhookAlertChannel(settings), () => new AlertBoard(1, [Firing]), new AlertStore(), metrics,
            AlertBench.Page, TimeProvider.System, NullLogger.Instance);
        await sender.StepAsync(default);
        Assert.Equal("No response within 0.1 s.", sender.Status.Problem);
        Assert.Equal(1, metrics.Failed.WithLabels("x").Value);
    }

    private static Task ProblemAsync(ChannelSender sender, string text) => Eventually.TrueAsync(
        () => Task.FromResult(sender.Status.Problem?.Contains(text, StringComparison.Ordinal) is true),
        Deadline,
        () => $"The problem is '{sender.Status.Problem}'.");

    private static WebhookAlertChannel.Settings Http(HttpRecorder server, string type, string path = "") => new()
    {
        Name = "x",
        Type = type,
        Address = new Uri(server.Address, path),
    };
}
