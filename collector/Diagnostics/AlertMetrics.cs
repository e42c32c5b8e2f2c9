namespace NodeTelemetry.Collector.Diagnostics;

/// <summary>What alerts and their channels have done since the collector started.</summary>
internal sealed class AlertMetrics
{
    /// <summary>Gets the alerts that were not raised because there were too many.</summary>
    public Counter AlertsDropped { get; } = new();

    /// <summary>Gets the events that alerts did not learn of because too many waited.</summary>
    public Counter EventsDropped { get; } = new();

    /// <summary>Gets the HTTP requests refused because of missing or wrong credentials.</summary>
    public Counter RequestsRefused { get; } = new();

    /// <summary>Gets the wrong tokens and passwords that were given.</summary>
    public Counter LoginsFailed { get; } = new();

    /// <summary>Gets the counters of every channel, by its name.</summary>
    public Dictionary<string, ChannelMetrics> Channels { get; } = new(StringComparer.Ordinal);
}

/// <summary>What one channel has done since the collector started.</summary>
internal sealed class ChannelMetrics
{
    /// <summary>Gets the notifications that were delivered.</summary>
    public Counter Sent { get; } = new();

    /// <summary>Gets the notifications that were given up for now, after all attempts.</summary>
    public Counter Failed { get; } = new();

    /// <summary>Gets the attempts that failed and were repeated.</summary>
    public Counter Retried { get; } = new();

    /// <summary>Gets the alerts that ended and were discarded before the channel could send them.</summary>
    public Counter Dropped { get; } = new();
}
