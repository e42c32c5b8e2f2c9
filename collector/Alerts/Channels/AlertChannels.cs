namespace NodeTelemetry.Collector.Alerts.Channels;

/// <summary>Makes channels.</summary>
internal static class AlertChannels
{
    /// <summary>Makes the channel that the settings describe.</summary>
    public static IAlertChannel Make(ChannelSettings settings, ILogger<LogAlertChannel> logger) => settings.Type switch
    {
        "webhook" => new WebhookAlertChannel(settings),
        "alertmanager" => new AlertmanagerChannel(settings),
        "ntfy" => new NtfyAlertChannel(settings),
        "smtp" => new SmtpAlertChannel(settings),
        _ => new LogAlertChannel(logger),
    };
}
