namespace NodeTelemetry.Collector.Alerts.Channels;

/// <summary>A channel that delivers alert notifications.</summary>
internal interface IAlertChannel : IDisposable
{
    /// <summary>Sends a notification once; the caller retries.</summary>
    /// <returns>What the other side answered, in a few words.</returns>
    /// <exception cref="AlertDeliveryException">It was not taken.</exception>
    Task<string> SendAsync(AlertNotification notification, CancellationToken cancellation);
}
