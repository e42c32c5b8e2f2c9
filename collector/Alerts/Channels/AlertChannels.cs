namespace NodeTelemetry.Collector.Alerts.Channels;

/// <summary>Creates channels.</summary>
internal static class AlertChannels
{
    /// <summary>Creates the channel that the settings describe.</summary>
    public static IAlertChannel Create(
        ChannelSettings settings, ILogger<LogAlertChannel> logger) => settings.Type switch
    {
        "webhook" => new WebhookAlertChannel(settings),
        "alertmanager" => new AlertmanagerChannel(settings),
        "ntfy" => new NtfyAlertChannel(settings),
        "smtp" => new SmtpAlertChannel(settings),
        _ => new LogAlertChannel(logger),
    };
}
