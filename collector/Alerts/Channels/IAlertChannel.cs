namespace NodeTelemetry.Collector.Alerts.Channels;

/// <summary>A channel that delivers alert notifications.</summary>
internal interface IAlertChannel : IDisposable
{
    /// <summary>Sends a notification once; the caller retries.</summary>
    /// <returns>The response of the server, in a few words.</returns>
    /// <exception cref="AlertDeliveryException">It was not delivered.</exception>
    Task<string> SendAsync(AlertNotification notification, CancellationToken cancellation);
}
