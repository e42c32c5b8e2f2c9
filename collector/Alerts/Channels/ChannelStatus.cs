namespace NodeTelemetry.Collector.Alerts.Channels;

/// <summary>The status of a channel.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type.</param>
/// <param name="Problem">Why it does not deliver, in a sentence; <see langword="null"/> if it does.</param>
/// <param name="ProblemSince">Since when it does not deliver.</param>
/// <param name="SentAt">When it last delivered.</param>
/// <param name="WaitingCount">Changes not yet delivered.</param>
internal sealed record ChannelStatus(
    string Name,
    string Type,
    string? Problem = null,
    DateTimeOffset? ProblemSince = null,
    DateTimeOffset? SentAt = null,
    int WaitingCount = 0);
