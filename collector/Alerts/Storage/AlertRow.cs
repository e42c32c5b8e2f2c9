using NodeTelemetry.Collector.Alerts.Rules;

namespace NodeTelemetry.Collector.Alerts.Storage;

/// <summary>An alert as the database keeps it.</summary>
/// <param name="Alert">The alert.</param>
/// <param name="Held">How long its condition had held when this was written.</param>
internal sealed record AlertRow(Alert Alert, TimeSpan Held);

/// <summary>How far a channel got with an alert.</summary>
internal enum DeliveryProgress
{
    /// <summary>The firing was attempted without success.</summary>
    Tried,

    /// <summary>The firing was delivered.</summary>
    Firing,
}

/// <summary>A delivery of an alert by a channel, as the database keeps it.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Alert">The alert's identity.</param>
/// <param name="Progress">How far the channel got.</param>
/// <param name="At">When, by the collector's wall clock.</param>
internal sealed record DeliveryRow(string Channel, string Alert, DeliveryProgress Progress, DateTimeOffset At);
