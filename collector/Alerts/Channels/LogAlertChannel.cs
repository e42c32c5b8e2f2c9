using NodeTelemetry.Collector.Alerts.Rules;

namespace NodeTelemetry.Collector.Alerts.Channels;

/// <summary>Logs every alert that fires or resolves.</summary>
internal sealed partial class LogAlertChannel(ILogger logger) : IAlertChannel
{
    /// <summary>Gets the type.</summary>
    public static AlertChannelType Type { get; } =
        new AlertChannelType<ChannelSettings>("log", static (_, logger) => new LogAlertChannel(logger));

    /// <inheritdoc/>
    public Task<string> SendAsync(AlertNotification notification, CancellationToken cancellation)
    {
        foreach (var alert in notification.Firing.Take(AlertNotification.ListedMax))
        {
            if (alert.Severity == AlertSeverity.Critical)
            {
                Log.Critical(logger, alert.Rule, alert.Severity.Name(), alert.Summary);
            }
            else
            {
                Log.Firing(logger, alert.Rule, alert.Severity.Name(), alert.Summary);
            }
        }

        foreach (var alert in notification.Resolved.Take(AlertNotification.ListedMax))
        {
            Log.Resolved(logger, alert.Rule, alert.Summary, alert.FiredAt, alert.Ending ?? string.Empty);
        }

        var unlisted = Math.Max(0, notification.Firing.Count - AlertNotification.ListedMax)
            + Math.Max(0, notification.Resolved.Count - AlertNotification.ListedMax);
        if (unlisted > 0)
        {
            Log.Unlisted(logger, unlisted);
        }

        if (notification.IsReminder)
        {
            Log.Still(logger, notification.Active.Count, notification.Title);
        }

        return Task.FromResult("written to the log");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // The channel does not own the log.
    }
}
