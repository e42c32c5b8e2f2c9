using NodeTelemetry.Collector.Alerts.Rules;

namespace NodeTelemetry.Collector.Alerts.Storage;

/// <summary>An alert as stored in the database.</summary>
/// <param name="Alert">The alert.</param>
/// <param name="Held">How long its condition had held at the time of writing.</param>
internal sealed record AlertRow(Alert Alert, TimeSpan Held);

/// <summary>The progress of the delivery of an alert by a channel.</summary>
internal enum DeliveryProgress
{
    /// <summary>The firing was attempted without success.</summary>
    Tried,

    /// <summary>The firing was delivered.</summary>
    Firing,
}

/// <summary>A delivery of an alert by a channel, as stored in the database.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Alert">The alert's identity.</param>
/// <param name="Progress">The progress.</param>
/// <param name="At">When, by the collector's wall clock.</param>
internal sealed record DeliveryRow(string Channel, string Alert, DeliveryProgress Progress, DateTimeOffset At);
