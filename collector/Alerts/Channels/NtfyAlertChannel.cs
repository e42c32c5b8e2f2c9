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
    private const int MessageBytesMax = 4096;

    private readonly HttpAlertClient _client = new(settings);

    /// <inheritdoc/>
    public Task<string> SendAsync(AlertNotification notification, CancellationToken cancellation)
    {
        var isResolved = notification.Status == "resolved";
        return _client.PostAsync(
            Cut(notification.Body),
            "text/plain; charset=utf-8",
            [
                ("Title", Header(notification.Title)),
                ("Priority", isResolved ? "default" : Priority(notification.Severity)),
                ("Tags", isResolved ? "white_check_mark" : Tag(notification.Severity)),
                ("Click", notification.Page.ToString()),
            ],
            cancellation);
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

    private static string Header(string text) => Ascii.IsValid(text)
        ? text
        : $"=?UTF-8?B?{Convert.ToBase64String(Encoding.UTF8.GetBytes(text))}?=";

    private static byte[] Cut(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        if (bytes.Length <= MessageBytesMax)
        {
            return bytes;
        }

        // Do not cut a UTF-8 character: continuation bytes have the form 10xxxxxx.
        var length = MessageBytesMax;
        while ((bytes[length] & 0xC0) == 0x80)
        {
            length--;
        }

        return bytes[..length];
    }
}
