namespace NodeTelemetry.Collector.Alerts.Channels;

/// <summary>A way to tell people or programs of alerts.</summary>
internal interface IAlertChannel : IDisposable
{
    /// <summary>Sends a notification once; whoever calls repeats it.</summary>
    /// <returns>What the other side answered, in a few words.</returns>
    /// <exception cref="AlertDeliveryException">It was not taken.</exception>
    Task<string> SendAsync(AlertNotification notification, CancellationToken cancellation);
}
