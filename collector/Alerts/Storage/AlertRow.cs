using NodeTelemetry.Collector.Alerts.Rules;

namespace NodeTelemetry.Collector.Alerts.Storage;

/// <summary>An alert as the database keeps it.</summary>
/// <param name="Alert">The alert.</param>
/// <param name="Held">How long its condition had held when this was written.</param>
internal sealed record AlertRow(Alert Alert, TimeSpan Held);

/// <summary>What a channel has told people of an alert.</summary>
internal enum DeliveryProgress
{
    /// <summary>It tried to tell that it fires, and could not.</summary>
    Tried,

    /// <summary>That it fires.</summary>
    Firing,
}

/// <summary>What a channel has told people of an alert, as the database keeps it.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Alert">The alert's identity.</param>
/// <param name="Progress">How far the channel got.</param>
/// <param name="At">When, by the collector's wall clock.</param>
internal sealed record DeliveryRow(string Channel, string Alert, DeliveryProgress Progress, DateTimeOffset At);
