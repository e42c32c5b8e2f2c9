using System.Buffers;
using System.Text;
using System.Text.Json;
using NodeTelemetry.Collector.Alerts.Rules;

namespace NodeTelemetry.Collector.Alerts.Channels;

/// <summary>Sends alerts to a Prometheus Alertmanager, which groups, silences and routes them itself.</summary>
/// <remarks>
/// Source: Alertmanager's API v2, <c>POST /api/v2/alerts</c>.
/// It resolves an alert at <c>endsAt</c> unless the alert is sent again in time.
/// So all firing alerts are sent every <see cref="ResendInterval"/> with an end four intervals later,
/// as Prometheus does: the alerts of a failed collector end.
/// </remarks>
internal sealed class AlertmanagerChannel(HttpChannelSettings settings) : IAlertChannel
{
    /// <summary>How often firing alerts are sent again.</summary>
    public static readonly TimeSpan ResendInterval = TimeSpan.FromMinutes(1);

    /// <summary>An Alertmanager groups by itself; this only keeps a burst from being many requests.</summary>
    private static readonly TimeSpan BurstInterval = TimeSpan.FromSeconds(5);

    private const int LifeIntervals = 4;

    /// <summary>Maximum alerts of a request, as of Prometheus; proxies have limits on the size of one.</summary>
    private const int BatchMax = 256;

    /// <summary>Gets the type.</summary>
    public static AlertChannelType Type { get; } = HttpChannelSettings.CreateType<HttpChannelSettings>(
        "alertmanager",
        static settings => new AlertmanagerChannel(settings),
        static settings =>
        {
            settings.GroupWait = TimeSpan.Zero;
            settings.GroupInterval = BurstInterval;
            settings.RepeatInterval = ResendInterval;
            settings.MustRefresh = true;
        });

    private readonly HttpAlertClient _client = new(settings, "/api/v2/alerts");

    /// <inheritdoc/>
    public async Task<string> SendAsync(AlertNotification notification, CancellationToken cancellation)
    {
        if (notification.Active.Count + notification.Resolved.Count > BatchMax)
        {
            return await SendHalvesAsync(notification, cancellation);
        }

        try
        {
            return await _client.PostAsync(
                Write(notification, settings.RepeatInterval), "application/json", [], cancellation);
        }
        catch (AlertDeliveryException error) when (
            error.IsTooLong && notification.Active.Count + notification.Resolved.Count > 1)
        {
            return await SendHalvesAsync(notification, cancellation);
        }
    }

    private async Task<string> SendHalvesAsync(AlertNotification notification, CancellationToken cancellation)
    {
        var response = string.Empty;
        foreach (var half in notification.Divide(isActiveDivided: true))
        {
            response = await SendAsync(half, cancellation);
        }

        return response;
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    /// <summary>Writes the body.</summary>
    internal static ReadOnlyMemory<byte> Write(AlertNotification notification, TimeSpan resendInterval)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartArray();
        foreach (var alert in notification.Active)
        {
            Write(writer, alert, notification.At + (resendInterval * LifeIntervals), notification.Page);
        }

        foreach (var alert in notification.Resolved)
        {
            Write(writer, alert, alert.ResolvedAt ?? notification.At, notification.Page);
        }

        writer.WriteEndArray();
        writer.Flush();
        return buffer.WrittenMemory;
    }

    private static void Write(Utf8JsonWriter writer, Alert alert, DateTimeOffset end, Uri page)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in alert.Labels)
        {
            labels[CreateLabelName(name)] = value;
        }

        // The alert's labels take precedence over the node's.
        labels[AlertLabels.Rule] = alert.Rule;
        labels[AlertLabels.Severity] = alert.Severity.Name();
        Set(labels, AlertLabels.Node, alert.Node);
        Set(labels, AlertLabels.Hostname, alert.Hostname);
        Set(labels, AlertLabels.Entry, alert.Entry);
        labels["source"] = "nodetelemetry";

        writer.WriteStartObject();
        writer.WriteStartObject("labels"u8);
        foreach (var (name, value) in labels.OrderBy(static label => label.Key, StringComparer.Ordinal))
        {
            writer.WriteString(name, value);
        }

        writer.WriteEndObject();
        writer.WriteStartObject("annotations"u8);
        writer.WriteString("summary"u8, alert.Summary);
        writer.WriteEndObject();
        writer.WriteString("startsAt"u8, alert.FiredAt ?? alert.Since);
        writer.WriteString("endsAt"u8, end);
        writer.WriteString("generatorURL"u8, page.AbsoluteUri);
        writer.WriteEndObject();
    }

    private static void Set(Dictionary<string, string> labels, string name, string? value)
    {
        // Alertmanager treats an empty label as missing.
        if (string.IsNullOrEmpty(value))
        {
            labels.Remove(name);
        }
        else
        {
            labels[name] = value;
        }
    }

    /// <summary>Creates a label name that Alertmanager accepts: letters, digits and underscores,
    /// with no leading digit.</summary>
    private static string CreateLabelName(string name)
    {
        var text = new StringBuilder(name.Length + 1);
        foreach (var character in name)
        {
            text.Append(char.IsAsciiLetterOrDigit(character) ? character : '_');
        }

        return text.Length == 0 || char.IsAsciiDigit(text[0]) ? "_" + text : text.ToString();
    }
}
