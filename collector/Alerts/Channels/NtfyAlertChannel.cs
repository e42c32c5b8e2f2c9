using System.Text;
using NodeTelemetry.Collector.Alerts.Rules;

namespace NodeTelemetry.Collector.Alerts.Channels;

/// <summary>Publishes to an ntfy topic, which shows it on phones.</summary>
/// <remarks>
/// Source: ntfy's documentation, "Publishing": the body is the message, headers give title, priority and tags.
/// Headers encode non-ASCII characters as in RFC 2047.
/// </remarks>
internal sealed class NtfyAlertChannel(HttpChannelSettings settings) : IAlertChannel
{
    /// <summary>Gets the type.</summary>
    public static AlertChannelType Type { get; } = HttpChannelSettings.CreateType<HttpChannelSettings>(
        "ntfy", static settings => new NtfyAlertChannel(settings));

    /// <summary>Maximum bytes of a message: ntfy turns a longer one into an attachment.</summary>
    public const int MessageBytesMax = 4096;

    private readonly HttpAlertClient _client = new(settings);

    /// <inheritdoc/>
    public Task<string> SendAsync(AlertNotification notification, CancellationToken cancellation)
    {
        var isResolved = notification.Status == "resolved";
        IReadOnlyList<(string, string)> headers =
        [
            ("Title", string.Join(' ', EncodedWords.Encode(notification.Title))),
            ("Priority", isResolved ? "default" : Priority(notification.Severity)),
            ("Tags", isResolved ? "white_check_mark" : Tag(notification.Severity)),
            ("Click", notification.Page.AbsoluteUri),
        ];
        var limit = new TextLimit(MessageBytesMax, IsBytes: true);
        return MessageShortener.SendAsync(
            length => Encoding.UTF8.GetBytes(notification.FitBody(limit.AtMost(length))),
            int.MaxValue,
            body => _client.PostAsync(body, "text/plain; charset=utf-8", headers, cancellation));
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private static string Priority(AlertSeverity severity) => severity switch
    {
        AlertSeverity.Critical => "urgent",
        AlertSeverity.Warning => "high",
        _ => "default",
    };

    private static string Tag(AlertSeverity severity) => severity switch
    {
        AlertSeverity.Critical => "rotating_light",
        AlertSeverity.Warning => "warning",
        _ => "information_source",
    };
}
