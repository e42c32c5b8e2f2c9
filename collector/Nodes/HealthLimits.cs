namespace NodeTelemetry.Collector.Nodes;

/// <summary>When a silent node counts as late, lost and forgotten.</summary>
/// <param name="LateAfterIntervals">Silence, in promised intervals, after which a node is late.</param>
/// <param name="LostAfterIntervals">Silence, in promised intervals, after which it is lost.</param>
/// <param name="LostAfterMin">The least silence after which it may be lost, however short its interval.</param>
/// <param name="ForgetAfter">Silence after which it is forgotten.</param>
internal sealed record HealthLimits(
    double LateAfterIntervals,
    double LostAfterIntervals,
    TimeSpan LostAfterMin,
    TimeSpan ForgetAfter)
{
    /// <summary>Gets the silence after which a node with this interval is late.</summary>
    public TimeSpan LateAfter(TimeSpan interval) =>
        TimeSpan.FromTicks(Math.Min((interval * LateAfterIntervals).Ticks, LostAfter(interval).Ticks));

    /// <summary>Gets the silence after which a node with this interval is lost.</summary>
    public TimeSpan LostAfter(TimeSpan interval) =>
        TimeSpan.FromTicks(Math.Max((interval * LostAfterIntervals).Ticks, LostAfterMin.Ticks));
}
