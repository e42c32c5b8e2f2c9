using System.Text.Json;
using System.Text.RegularExpressions;

namespace NodeTelemetry.Collector.Alerts.Channels;

/// <summary>A service behind a webhook, recognised by its address, and the lengths that it accepts.</summary>
/// <remarks>
/// Sources: the services' own documentation, as of November 2026. A member of a template is named by its path;
/// items of a list that have a type are named with it, as in <c>blocks:header.text.text</c>.
/// </remarks>
internal sealed partial class WebhookService
{
    private static readonly WebhookService[] All =
    [
        new("discord", Discord(), [
            new("content", 2000), new("username", 80), new("thread_name", 100), new("embeds.title", 256),
            new("embeds.description", 4096), new("embeds.author.name", 256), new("embeds.footer.text", 2048),
            new("embeds.fields.name", 256), new("embeds.fields.value", 1024),

            // With /slack appended to the address.
            new("text", 2000), new("attachments.text", 2000),
        ]) { Total = new("embeds", 6000) },
        new("telegram", Telegram(), [new("text", 4096), new("caption", 1024)]),
        new("slack", Slack(), [
            new("text", 40_000), new("blocks:header.text.text", 150), new("blocks:section.text.text", 3000),
            new("blocks:section.fields.text", 2000), new("blocks:context.elements.text", 2000),
            new("blocks:markdown.text", 12_000), new("attachments.blocks:section.text.text", 3000),
            new("attachments.text", 8000),
        ]),
        new("rocketchat", RocketChat(), [new("text", 5000), new("attachments.text", 5000)]),
        new("mattermost", Mattermost(), [new("text", 16_383), new("attachments.text", 16_383)]) { BytesMax = 300_000 },
        new("teams", Teams(), []) { BytesMax = 28_000 },
        new("googlechat", GoogleChat(), [new("text", 4096)]) { BytesMax = 32_000 },
        new("webex", Webex(), [new("text", 7439, true), new("markdown", 7439, true)]),
        new("pushover", Pushover(), [new("message", 1024), new("title", 250), new("url", 512)]),
        new("pagerduty", PagerDuty(), [new("payload.summary", 1024), new("dedup_key", 255)]) { BytesMax = 512_000 },
        new("opsgenie", Opsgenie(), [
            new("message", 130), new("description", 15_000), new("alias", 512), new("note", 25_000),
        ]),
        new("wecom", WeCom(), [new("text.content", 2048, true), new("markdown.content", 4096, true)]),
        new("dingtalk", DingTalk(), []) { BytesMax = 20_000 },
        new("feishu", Feishu(), []) { BytesMax = 20_000 },
        new("line", Line(), [new("messages:text.text", 5000)]),
        new("matrix", Matrix(), []) { BytesMax = 60_000 },
        new("zulip", Zulip(), [new("content", 10_000), new("topic", 60)]),
    ];

    /// <summary>ntfy accepts JSON at the root of any server, so its template identifies it.</summary>
    private static readonly WebhookService Ntfy = new(
        "ntfy", Nothing(), [new("message", NtfyAlertChannel.MessageBytesMax, true)]);

    private readonly Regex _address;
    private readonly Dictionary<string, TextLimit> _texts;

    private WebhookService(string name, Regex address, IEnumerable<Text> texts)
    {
        Name = name;
        _address = address;
        _texts = texts.ToDictionary(
            static text => text.Path, static text => new TextLimit(text.Max, text.IsBytes), StringComparer.Ordinal);
    }

    /// <summary>Gets any other server: nothing is known about its limits.</summary>
    public static WebhookService Other { get; } = new(string.Empty, Nothing(), []);

    /// <summary>Gets the name.</summary>
    public string Name { get; }

    /// <summary>Gets the maximum bytes of a request.</summary>
    public int BytesMax { get; private init; } = int.MaxValue;

    /// <summary>Gets the maximum characters of all texts of a member together.</summary>
    public (string Member, int Max)? Total { get; private init; }

    /// <summary>Finds the service of a webhook.</summary>
    /// <param name="address">The address.</param>
    /// <param name="template">The template of the body.</param>
    public static WebhookService Find(Uri address, JsonElement template) =>
        Array.Find(All, service => service._address.IsMatch(address.Host + address.AbsolutePath))
        ?? (template.ValueKind == JsonValueKind.Object && template.TryGetProperty("topic", out _)
            && template.TryGetProperty("message", out _)
            ? Ntfy
            : Other);

    /// <summary>Gets the limit of a text.</summary>
    /// <param name="path">The path of its member.</param>
    public TextLimit GetLimit(string path) => _texts.GetValueOrDefault(path, TextLimit.None);

    // Host and path, so that a proxy with another name is recognised by the path of the service.
    [GeneratedRegex(@"(^|\.)discord(app)?\.com/|/api/webhooks/\d+/")]
    private static partial Regex Discord();

    [GeneratedRegex(@"^api\.telegram\.org/|/bot[^/]+/send\w+$")]
    private static partial Regex Telegram();

    [GeneratedRegex(@"^hooks\.slack(-gov)?\.com/|/api/chat\.postMessage$|/services/T\w+/B\w+/\w+$")]
    private static partial Regex Slack();

    [GeneratedRegex(@"/hooks/\w+/\w+$")]
    private static partial Regex RocketChat();

    [GeneratedRegex(@"/hooks/\w+$")]
    private static partial Regex Mattermost();

    [GeneratedRegex(@"\.webhook\.office\.com/|\.logic\.azure\.com/|\.powerplatform\.com/|/webhookb2/")]
    private static partial Regex Teams();

    [GeneratedRegex(@"^chat\.googleapis\.com/|/v1/spaces/[^/]+/messages$")]
    private static partial Regex GoogleChat();

    [GeneratedRegex(@"^(webexapis|api\.ciscospark)\.com/|/v1/webhooks/incoming/")]
    private static partial Regex Webex();

    [GeneratedRegex(@"^api\.pushover\.net/|/1/messages\.json$")]
    private static partial Regex Pushover();

    [GeneratedRegex(@"^events(\.eu)?\.pagerduty\.com/|/v2/enqueue$")]
    private static partial Regex PagerDuty();

    [GeneratedRegex(@"^api(\.\w+)?\.opsgenie\.com/")]
    private static partial Regex Opsgenie();

    [GeneratedRegex(@"^qyapi\.weixin\.qq\.com/|/cgi-bin/webhook/send$")]
    private static partial Regex WeCom();

    [GeneratedRegex(@"\.dingtalk\.com/")]
    private static partial Regex DingTalk();

    [GeneratedRegex(@"^open\.(feishu\.cn|larksuite\.com)/|/open-apis/bot/v\d/hook/")]
    private static partial Regex Feishu();

    [GeneratedRegex(@"^api\.line\.me/")]
    private static partial Regex Line();

    [GeneratedRegex(@"/_matrix/")]
    private static partial Regex Matrix();

    [GeneratedRegex(@"\.zulipchat\.com/|/api/v1/(messages|external/)")]
    private static partial Regex Zulip();

    [GeneratedRegex("(?!)")]
    private static partial Regex Nothing();

    private sealed record Text(string Path, int Max, bool IsBytes = false);
}
