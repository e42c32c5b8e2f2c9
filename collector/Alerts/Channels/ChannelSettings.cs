using NodeTelemetry.Collector.Alerts.Rules;

namespace NodeTelemetry.Collector.Alerts.Channels;

/// <summary>The settings of a channel.</summary>
internal sealed record ChannelSettings
{
    /// <summary>Gets the name.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the kind: one of <see cref="Types"/>.</summary>
    public required string Type { get; init; }

    /// <summary>Gets the kinds that there are.</summary>
    public static IReadOnlyList<string> Types { get; } = ["log", "webhook", "alertmanager", "ntfy", "smtp"];

    /// <summary>Gets the minimum severity.</summary>
    public AlertSeverity Severity { get; init; }

    /// <summary>Gets which alerts it sends.</summary>
    public AlertMatcher Match { get; init; } = AlertMatcher.All;

    /// <summary>Gets a value indicating whether it sends the end of alerts.</summary>
    public bool SendResolved { get; init; } = true;

    /// <summary>Gets how long it waits after a first alert for others that come with it.</summary>
    public TimeSpan GroupWait { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Gets the least time between two notifications.</summary>
    public TimeSpan GroupInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Gets after how long it reminds of alerts that still fire.</summary>
    public TimeSpan RepeatInterval { get; init; } = TimeSpan.FromHours(4);

    /// <summary>Gets the time for one attempt.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Gets the attempts to send one notification before a newer one is put together.</summary>
    public int AttemptCount { get; init; } = 5;

    /// <summary>Gets the pause after the first failed attempt; it doubles.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Gets the address: of the webhook, of the Alertmanager, of the ntfy topic.</summary>
    public Uri? Address { get; init; }

    /// <summary>Gets a PEM file of the authority that signed the server's certificate.</summary>
    public string? CaFile { get; init; }

    /// <summary>Gets the bearer token.</summary>
    public string? Token { get; init; }

    /// <summary>Gets the user of basic authentication, or of the mail server.</summary>
    public string? User { get; init; }

    /// <summary>Gets the user's password.</summary>
    public string? Password { get; init; }

    /// <summary>Gets the template of a webhook's body.</summary>
    public WebhookTemplate Template { get; init; } = WebhookTemplate.Default;

    /// <summary>Gets the mail server.</summary>
    public string? Host { get; init; }

    /// <summary>Gets the mail server's port.</summary>
    public int Port { get; init; } = 587;

    /// <summary>Gets a value indicating whether mail must be encrypted by STARTTLS.</summary>
    public bool StartTls { get; init; } = true;

    /// <summary>Gets the sender's mail address.</summary>
    public string? From { get; init; }

    /// <summary>Gets the receivers' mail addresses.</summary>
    public IReadOnlyList<string> To { get; init; } = [];

    /// <summary>Determines whether the channel sends an alert.</summary>
    public bool Accepts(Alert alert) => alert.Severity >= Severity && Match.IsMatch(alert);
}
