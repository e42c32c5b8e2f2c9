using NodeTelemetry.Collector.Alerts.Rules;

namespace NodeTelemetry.Collector.Alerts.Channels;

/// <summary>The settings that every channel has.</summary>
internal record ChannelSettings
{
    /// <summary>Gets or sets the name.</summary>
    public string Name { get; set; } = string.Empty;

    /// <summary>Gets or sets the type, such as <c>webhook</c>.</summary>
    public string Type { get; set; } = string.Empty;

    /// <summary>Gets or sets a value indicating whether the channel is used.</summary>
    public bool IsEnabled { get; set; } = true;

    /// <summary>Gets or sets the minimum severity of its alerts.</summary>
    public AlertSeverity Severity { get; set; }

    /// <summary>Gets or sets the labels of its alerts.</summary>
    public AlertMatcher Match { get; set; } = AlertMatcher.All;

    /// <summary>Gets or sets a value indicating whether the end of alerts is reported.</summary>
    public bool SendResolved { get; set; } = true;

    /// <summary>Gets or sets how long a first alert waits for others.</summary>
    public TimeSpan GroupWait { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>Gets or sets the minimum time between two notifications.</summary>
    public TimeSpan GroupInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Gets or sets the time after which alerts that still fire are repeated.</summary>
    public TimeSpan RepeatInterval { get; set; } = TimeSpan.FromHours(4);

    /// <summary>Gets or sets the timeout of one attempt.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Gets or sets the attempts to send a notification before the next is composed.</summary>
    public int AttemptCount { get; set; } = 5;

    /// <summary>Gets or sets the delay after the first failed attempt; it doubles.</summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets or sets a value indicating whether the receiver ends an alert that is not sent again.
    /// All firing alerts are then repeated, even those silenced by now, and each end is reported.</summary>
    public bool MustRefresh { get; set; }

    /// <summary>Gets a value indicating whether the channel uses TLS, certificates or hashes of the system.</summary>
    public virtual bool NeedsOpenSsl => false;

    /// <summary>Gets a value indicating whether the channel reports an alert.</summary>
    public bool Accepts(Alert alert) => alert.Severity >= Severity && Match.IsMatch(alert);
}
