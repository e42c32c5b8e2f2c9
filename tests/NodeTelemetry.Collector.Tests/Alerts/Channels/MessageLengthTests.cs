using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using NodeTelemetry.Collector.Alerts.Channels;
using NodeTelemetry.Collector.Alerts.Rules;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Alerts.Channels;

/// <summary>Every service has a limit on the length of a message, and loses what is longer.</summary>
public sealed class MessageLengthTests
{
    private const string Chat = """{"content":"**{{title}}**\n{{body}}"}""";

    private static readonly string Long =
        "pi-storage-01: the file system /srv/storage/volumes/archive-äöü-🚀 is full (98 %). " + new string('x', 400);

    /// <summary>The limits of services, in characters or bytes (b) of one member.</summary>
    [Theory]
    [InlineData("/api/webhooks/1/x", Chat, "content", "2000")]
    [InlineData("/api/webhooks/1/x", """{"embeds":[{"description":"{{body}}"}]}""", "embeds.0.description", "4096")]
    [InlineData("/api/webhooks/1/x", """{"embeds":[{"title":"{{body}}"}]}""", "embeds.0.title", "256")]
    [InlineData("/api/webhooks/1/x", """{"embeds":[{"fields":[{"name":"a","value":"{{body}}"}]}]}""", "embeds.0.fields.0.value", "1024")]
    [InlineData("/api/webhooks/1/x/slack", """{"text":"{{body}}"}""", "text", "2000")]
    [InlineData("/bot123:ABC/sendMessage", """{"chat_id":"1","text":"{{title}}\n{{body}}"}""", "text", "4096")]
    [InlineData("/services/T0/B0/abc", """{"blocks":[{"type":"section","text":{"type":"mrkdwn","text":"{{body}}"}}]}""", "blocks.0.text.text", "3000")]
    [InlineData("/services/T0/B0/abc", """{"blocks":[{"type":"header","text":{"type":"plain_text","text":"{{body}}"}}]}""", "blocks.0.text.text", "150")]
    [InlineData("/hooks/abc/def", """{"text":"{{body}}"}""", "text", "5000")]
    [InlineData("/v1/spaces/A/messages", """{"text":"{{body}}"}""", "text", "4096")]
    [InlineData("/v1/webhooks/incoming/a", """{"markdown":"{{body}}"}""", "markdown", "7439b")]
    [InlineData("/1/messages.json", """{"token":"a","message":"{{body}}"}""", "message", "1024")]
    [InlineData("/v2/enqueue", """{"payload":{"summary":"{{body}}"}}""", "payload.summary", "1024")]
    [InlineData("/cgi-bin/webhook/send", """{"text":{"content":"{{body}}"}}""", "text.content", "2048b")]
    [InlineData("/", """{"topic":"t","title":"{{title}}","message":"{{body}}"}""", "message", "4096b")]
    public async Task A_text_is_within_the_limit_of_its_service(string path, string template, string member, string limit)
    {
        await using var server = await HttpRecorder.StartAsync();
        using var channel = new WebhookAlertChannel(ChannelSamples.Webhook(server, path, template));
        await channel.SendAsync(ChannelSamples.Notification(60, Long), default);

        using var body = JsonDocument.Parse(Assert.Single(server.Requests).Body);
        var text = Find(body.RootElement, member);
        var max = new TextLimit(int.Parse(limit.TrimEnd('b'), null), limit.EndsWith('b'));
        Assert.True(max.Accepts(text), $"{text.Length}");

        // No more is omitted than need be.
        Assert.True(max.Measure(text) > max.Max - 700, $"{text.Length}");
        Assert.DoesNotContain('\uFFFD', text);
    }

    [Fact]
    public void What_surrounds_the_text_stays_and_the_omitted_alerts_are_counted()
    {
        var template = WebhookTemplate.Read("""{"content":"<b>{{title}}</b><pre>{{body}}</pre>"}""", out _)!;
        var service = template.FindService(new Uri("https://discord.com/api/webhooks/1/x"));
        using var filled = JsonDocument.Parse(template.Fill(ChannelSamples.Notification(20, Long), service, int.MaxValue));
        var text = filled.RootElement.GetProperty("content").GetString()!;

        Assert.InRange(text.Length, 1300, 2000);
        Assert.StartsWith("<b>20 firing: 20 × disk</b><pre>Firing:\n- [warning] 0: pi-storage-01", text, StringComparison.Ordinal);
        Assert.Matches("- and 1[0-9] more\nhttp://collector:8077/\n</pre>$", text);
    }

    [Fact]
    public void The_worst_alerts_are_kept()
    {
        var notification = ChannelSamples.Notification(
            [.. Enumerable.Range(0, 20).Select(number => ChannelSamples.Alert(
                number, $"{number}: {Long}", number == 17 ? AlertSeverity.Critical : AlertSeverity.Warning))]);
        Assert.StartsWith(
            "Firing:\n- [critical] 17: pi", notification.FitBody(new TextLimit(700)), StringComparison.Ordinal);
    }

    [Fact]
    public void All_texts_of_an_embed_share_a_limit()
    {
        var template = WebhookTemplate.Read(
            """{"embeds":[{"description":"{{body}}","fields":[{"name":"a","value":"{{body}}"},{"name":"b","value":"{{body}}"},{"name":"c","value":"{{body}}"}]}]}""",
            out _)!;
        var service = template.FindService(new Uri("https://discord.com/api/webhooks/1/x"));
        using var filled = JsonDocument.Parse(template.Fill(ChannelSamples.Notification(20, Long), service, int.MaxValue));
        var embed = filled.RootElement.GetProperty("embeds")[0];
        var total = embed.GetProperty("description").GetString()!.Length
            + embed.GetProperty("fields").EnumerateArray().Sum(static field => 1 + field.GetProperty("value").GetString()!.Length);
        Assert.InRange(total, 3000, 6000);
    }

    /// <summary>Teams limits the whole request, in which each emoji is 12 bytes.</summary>
    [Fact]
    public async Task A_request_is_within_the_limit_of_its_service()
    {
        await using var server = await HttpRecorder.StartAsync();
        using var channel = new WebhookAlertChannel(ChannelSamples.Webhook(
            server, "/webhookb2/x", """{"a":"{{body}}","b":"{{body}}","c":"{{body}}","d":"{{body}}","e":"{{body}}","f":"{{body}}"}"""));
        await channel.SendAsync(ChannelSamples.Notification(20, string.Concat(Enumerable.Repeat("🚀", 150))), default);
        Assert.InRange(Assert.Single(server.Requests).Body.Length, 10_000, 28_000);
    }

    [Theory]
    [InlineData(413, "<html>413 Request Entity Too Large</html>")]
    [InlineData(400, """{"content":["Must be 2000 or fewer in length."]}""")]
    [InlineData(400, """{"ok":false,"description":"Bad Request: message is too long"}""")]
    [InlineData(400, "invalid_blocks")]
    [InlineData(422, """{"detail":"String should have at most 2000 characters"}""")]
    public async Task An_unknown_service_gets_shorter_messages_until_it_accepts_one(int status, string answer)
    {
        await using var server = await HttpRecorder.StartAsync();
        server.ChooseStatus = body => body.Length > 2500 ? status : 200;
        server.Answer = answer;
        using var channel = new WebhookAlertChannel(ChannelSamples.Webhook(server, "/other", """{"text":"{{body}}"}"""));
        var response = await channel.SendAsync(ChannelSamples.Notification(20, Long), default);

        Assert.Contains("shortened from", response, StringComparison.Ordinal);
        var lengths = server.Requests.Select(static request => request.Body.Length).ToList();
        Assert.Equal(lengths.OrderDescending().Distinct(), lengths);
        Assert.InRange(lengths[^1], 1000, 2500);
    }

    [Fact]
    public async Task Ntfy_with_a_smaller_limit_gets_a_shorter_message()
    {
        await using var server = await HttpRecorder.StartAsync();
        server.ChooseStatus = static body => body.Length > 1500 ? 413 : 200;
        using var channel = new NtfyAlertChannel(ChannelSamples.Webhook(server, "/topic", Chat));
        await channel.SendAsync(ChannelSamples.Notification(20, Long), default);
        Assert.InRange(server.Requests.Count, 2, 5);
        Assert.InRange(server.Requests[^1].Body.Length, 500, 1500);
    }

    /// <summary>Lists are data: they are continued in another request, never cut.</summary>
    [Fact]
    public async Task A_list_of_alerts_is_divided_and_arrives_whole()
    {
        await using var server = await HttpRecorder.StartAsync();
        server.ChooseStatus = static body => body.Length > 20_000 ? 413 : 200;
        using var channel = new WebhookAlertChannel(ChannelSamples.Webhook(server, "/other", """{"text":"{{body}}","all":"{{firing}}"}"""));
        await channel.SendAsync(ChannelSamples.Notification(99, Long), default);

        var numbers = server.Requests.Where(static request => request.Body.Length <= 20_000)
            .SelectMany(static request => JsonDocument.Parse(request.Body).RootElement.GetProperty("all").EnumerateArray()
                .Select(static alert => alert.GetProperty("summary").GetString()!.Split(':')[0]));
        Assert.Equal(99, numbers.Distinct().Count());
    }

    [Fact]
    public async Task An_Alertmanager_gets_batches_and_smaller_ones_when_it_rejects_them()
    {
        await using var server = await HttpRecorder.StartAsync();
        server.ChooseStatus = static body => body.Length > 40_000 ? 413 : 200;
        using var channel = new AlertmanagerChannel(ChannelSamples.Webhook(server, "/", Chat));
        var resolved = ChannelSamples.Alert(1000, "over") with { Phase = AlertPhase.Resolved };
        await channel.SendAsync(ChannelSamples.Notification(700, Long) with { Resolved = [resolved] }, default);

        var batches = server.Requests.Select(static request => JsonDocument.Parse(request.Body).RootElement.GetArrayLength());
        Assert.All(batches, static count => Assert.InRange(count, 1, 256));
        Assert.Equal(701, server.Requests.Where(static request => request.Body.Length <= 40_000)
            .Sum(static request => JsonDocument.Parse(request.Body).RootElement.GetArrayLength()));
    }

    /// <summary>A rejected message is not sent again until there is something else to send.</summary>
    [Fact]
    public async Task Rejected_content_is_not_sent_again_unchanged()
    {
        await using var server = await HttpRecorder.StartAsync();
        server.ChooseStatus = static _ => 413;
        var settings = ChannelSamples.Webhook(server, "/other", Chat) with
        {
            GroupWait = TimeSpan.Zero,
            GroupInterval = TimeSpan.FromSeconds(1),
            RetryDelay = TimeSpan.FromMilliseconds(1),
        };
        IReadOnlyList<Alert> alerts = [ChannelSamples.Alert(1, "one")];
        var time = new ManualTimeProvider();
        using var sender = new ChannelSender(
            settings, new WebhookAlertChannel(settings), () => new(1, alerts), new(), new CollectorMetrics().Alerts, Engine.AlertBench.Page, time, NullLogger.Instance);
        await sender.StepAsync(default);
        time.Advance(TimeSpan.FromMinutes(10));
        await sender.StepAsync(default);
        Assert.Equal(server.Requests.Select(static request => request.Body).Distinct().Count(), server.Requests.Count);
        Assert.Contains("raise the limit", sender.Status.Problem, StringComparison.Ordinal);

        alerts = [.. alerts, ChannelSamples.Alert(2, "two")];
        server.ChooseStatus = static _ => 200;
        await sender.StepAsync(default);
        Assert.Null(sender.Status.Problem);
    }

    [Fact]
    public async Task A_service_that_limits_the_rate_is_asked_again_when_it_says()
    {
        await using var server = await HttpRecorder.StartAsync();
        server.Enqueue(429);
        server.RetryAfter = "20";
        using var channel = new WebhookAlertChannel(ChannelSamples.Webhook(server, "/api/webhooks/1/x", Chat));
        var failure = await Assert.ThrowsAsync<AlertDeliveryException>(
            () => channel.SendAsync(ChannelSamples.Notification(1, "x"), default));
        Assert.Equal((true, false, TimeSpan.FromSeconds(20)), (failure.IsTemporary, failure.IsRejected, failure.RetryAfter));
    }

    [Fact]
    public void A_title_is_cut_between_characters()
    {
        var title = ChannelSamples.Notification(ChannelSamples.Alert(1, new string('a', 198) + "🚀🚀")).Title;
        Assert.Equal(new string('a', 198) + "…", title);
    }

    [Fact]
    public async Task A_long_title_in_any_script_is_split_into_encoded_words()
    {
        await using var server = await HttpRecorder.StartAsync();
        using var channel = new NtfyAlertChannel(ChannelSamples.Webhook(server, "/topic", Chat));
        var notification = ChannelSamples.Notification(ChannelSamples.Alert(1, string.Concat(Enumerable.Repeat("küche-π-🚀 ", 20))));
        await channel.SendAsync(notification, default);

        var title = server.Requests[0].Headers["Title"];
        Assert.True(Ascii.IsValid(title));
        Assert.All(title.Split(' '), static word => Assert.InRange(word.Length, 1, 75));
        Assert.Equal(notification.Title, MimeKit.Utils.Rfc2047.DecodeText(Encoding.ASCII.GetBytes(title)));
    }

    private static string Find(JsonElement root, string member) => member.Split('.')
        .Aggregate(root, static (element, part) => int.TryParse(part, out var index) ? element[index] : element.GetProperty(part))
        .GetString()!;
}
