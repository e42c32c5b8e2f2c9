using System.Text;
using NodeTelemetry.Collector.Alerts.Rules;

namespace NodeTelemetry.Collector.Alerts.Channels;

/// <summary>Publishes to a topic of ntfy, which shows it on telephones.</summary>
/// <remarks>Source: ntfy's documentation, "Publishing": the body is the message, headers give title, priority and tags.
/// Other characters than ASCII are allowed in headers in RFC 2047's encoding.</remarks>
internal sealed class NtfyAlertChannel(HttpChannelSettings settings) : IAlertChannel
{
    /// <summary>Gets the type.</summary>
    public static AlertChannelType Type { get; } = CreateType();

    /// <summary>Bytes of a message: ntfy makes an attachment of a longer one.</summary>
    private const int MessageBytesMax = 4096;

    private readonly HttpAlertClient _client = new(settings);

    /// <inheritdoc/>
    public Task<string> SendAsync(AlertNotification notification, CancellationToken cancellation)
    {
        var isOver = notification.Status == "resolved";
        return _client.PostAsync(
            Cut(notification.Body),
            "text/plain; charset=utf-8",
            [
                ("Title", Header(notification.Title)),
                ("Priority", isOver ? "default" : Priority(notification.Severity)),
                ("Tags", isOver ? "white_check_mark" : Tag(notification.Severity)),
                ("Click", notification.Page.ToString()),
            ],
            cancellation);
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private static AlertChannelType<HttpChannelSettings> CreateType()
    {
        var type = new AlertChannelType<HttpChannelSettings>(
            "ntfy", static (settings, _) => new NtfyAlertChannel(settings)) { Check = HttpChannelSettings.Check };
        HttpChannelSettings.AddOptions(type.Options);
        return type;
    }

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

        // Not in the middle of a character: those go on with bytes of the form 10xxxxxx.
        var length = MessageBytesMax;
        while ((bytes[length] & 0xC0) == 0x80)
        {
            length--;
        }

        return bytes[..length];
    }
}
