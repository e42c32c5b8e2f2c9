namespace NodeTelemetry.Collector.Alerts.Channels;

/// <summary>Posts JSON made from a template to any address.</summary>
internal sealed class WebhookAlertChannel(ChannelSettings settings) : IAlertChannel
{
    private readonly HttpAlertClient _client = new(settings);

    /// <inheritdoc/>
    public Task<string> SendAsync(AlertNotification notification, CancellationToken cancellation) =>
        _client.PostAsync(
            settings.Template.Fill(notification), "application/json; charset=utf-8", [], cancellation);

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();
}
