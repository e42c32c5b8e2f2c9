using Prometheus;

namespace NodeTelemetry.Collector.Diagnostics;

/// <summary>Counters of alerts and their channels since the collector started.</summary>
/// <param name="registry">Writes them.</param>
internal sealed class AlertMetrics(MetricRegistry registry)
{
    public Counter AlertsDropped { get; } = registry.CreateCounter(
        "alerts_dropped_total", "Alerts not raised because the limit was reached");

    public Counter EventsDropped { get; } = registry.CreateCounter(
        "alert_events_dropped_total", "Events not evaluated for alerts because the queue was full");

    public Counter RequestsRefused { get; } = registry.CreateCounter(
        "http_requests_refused_total", "HTTP requests refused for missing or invalid credentials");

    public Counter LoginsFailed { get; } = registry.CreateCounter(
        "http_logins_failed_total", "HTTP logins with an invalid token or password");

    public Counter Sent { get; } = registry.CreateCounter(
        "notifications_sent_total", "Alert notifications delivered", "channel");

    public Counter Failed { get; } = registry.CreateCounter(
        "notifications_failed_total", "Alert notifications that failed after all attempts", "channel");

    public Counter Retried { get; } = registry.CreateCounter(
        "notification_retries_total", "Failed attempts to deliver an alert notification that were repeated", "channel");

    public Counter Dropped { get; } = registry.CreateCounter(
        "notifications_dropped_total", "Resolved alerts removed before the channel could report them", "channel");
}

/// <summary>Counters of one channel since the collector started.</summary>
/// <param name="alerts">The counters of all channels.</param>
/// <param name="channel">The name of the channel.</param>
internal sealed class ChannelMetrics(AlertMetrics alerts, string channel)
{
    public Counter.Child Sent { get; } = alerts.Sent.WithLabels(channel);

    public Counter.Child Failed { get; } = alerts.Failed.WithLabels(channel);

    public Counter.Child Retried { get; } = alerts.Retried.WithLabels(channel);

    public Counter.Child Dropped { get; } = alerts.Dropped.WithLabels(channel);
}
