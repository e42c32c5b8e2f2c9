namespace NodeTelemetry.Collector.Alerts.Rules;

/// <summary>A silence: matching alerts send no notifications until it ends.</summary>
/// <param name="Id">Its identity.</param>
/// <param name="Matcher">The alerts.</param>
/// <param name="CreatedAt">When it was created.</param>
/// <param name="Until">When it ends, by the collector's wall clock.</param>
/// <param name="Author">Who created it.</param>
/// <param name="Comment">The reason.</param>
internal sealed record Silence(
    string Id, AlertMatcher Matcher, DateTimeOffset CreatedAt, DateTimeOffset Until, string Author, string Comment);
