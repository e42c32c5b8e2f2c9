namespace NodeTelemetry.Collector.Diagnostics;

/// <summary>Counters of alerts and their channels since the collector started.</summary>
internal sealed class AlertMetrics
{
    /// <summary>Gets the alerts that were not raised because the limit was reached.</summary>
    public Counter AlertsDropped { get; } = new();

    /// <summary>Gets the events that were dropped because the queue of the alert engine was full.</summary>
    public Counter EventsDropped { get; } = new();

    /// <summary>Gets the HTTP requests refused because of missing or wrong credentials.</summary>
    public Counter RequestsRefused { get; } = new();

    /// <summary>Gets the failed logins.</summary>
    public Counter LoginsFailed { get; } = new();

    /// <summary>Gets the counters of each channel, by name.</summary>
    public Dictionary<string, ChannelMetrics> Channels { get; } = new(StringComparer.Ordinal);
}

/// <summary>Counters of one channel since the collector started.</summary>
internal sealed class ChannelMetrics
{
    /// <summary>Gets the notifications that were delivered.</summary>
    public Counter Sent { get; } = new();

    /// <summary>Gets the notifications that failed after all attempts.</summary>
    public Counter Failed { get; } = new();

    /// <summary>Gets the attempts that failed and were repeated.</summary>
    public Counter Retried { get; } = new();

    /// <summary>Gets the alerts that ended and were discarded before the channel could send them.</summary>
    public Counter Dropped { get; } = new();
}
