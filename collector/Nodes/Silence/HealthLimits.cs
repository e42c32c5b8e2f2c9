using NodeTelemetry.Collector.Nodes.State;


namespace NodeTelemetry.Collector.Nodes.Silence;

/// <summary>When a silent node counts as late, lost and forgotten.</summary>
/// <remarks>
/// A node that answers probes need not be given time for lost multicast. By default, at an interval of 1 s: a missed
/// sample makes it late after 1.5 s, the probes' volleys take the 0.5 s after that and the 0.5 s before 2.95 s, and
/// then it is lost; with a sweep every 0.02 s a death is known at most 2.97 s after the last sign of life. With 5 % of
/// datagrams lost each way, a living node loses two samples (0.05²) and ten probes (0.0975¹⁰) together once in 100 000
/// years.
/// A network that is away for 2 s must not lose a node either. The worst moment to go away is just before a sample is
/// due: when it is back the last sign of life is nearly three intervals old, as if the node had died just after it, and
/// no probe can tell these apart in time. So a node on Wi-Fi, or one whose samples have got lost lately, is asked
/// halfway between two samples as well. Then the last sign of life is never older than half an interval when the
/// network goes away, and half a second is left after it is back, whenever that is. Of a wired node that has lost
/// nothing, silence of 2 s that begins in the last 0.1 s before a sample still looks like its death.
/// </remarks>
/// <param name="LateAfterIntervals">Silence, in promised intervals, after which a node that answers probes is
/// late.</param>
/// <param name="LostAfterIntervals">Silence, in promised intervals, after which it is lost.</param>
/// <param name="UnprobedLostAfterIntervals">The same for a node that is not known to answer; it is late after half of
/// it.</param>
/// <param name="LostAfterMin">The least silence after which any may be lost, however short its interval.</param>
/// <param name="ForgetAfter">Silence after which any is forgotten.</param>
internal sealed record HealthLimits(
    double LateAfterIntervals,
    double LostAfterIntervals,
    double UnprobedLostAfterIntervals,
    TimeSpan LostAfterMin,
    TimeSpan ForgetAfter)
{
    /// <summary>The least silence after which a node is late: schedulers and Wi-Fi delay datagrams by some 0.1 s, which
    /// is nothing to probe for.</summary>
    public static readonly TimeSpan LateAfterMin = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest time without any network that is waited for: what a phone's or a board's Wi-Fi takes to
    /// find another access point.</summary>
    public static readonly TimeSpan BurstMax = TimeSpan.FromSeconds(2);

    /// <summary>Gets the time in which a node comes back whose goodbye does not say when.</summary>
    public TimeSpan BackAfter { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Gets how much longer it may take than announced.</summary>
    public TimeSpan BackMargin { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets the silence after which a node is lost that said it comes back.</summary>
    public TimeSpan NotBackAfter(NodeStatus node) =>
        (node.Bye?.BackSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : BackAfter) + BackMargin;

    /// <summary>
    /// Asks whether a node could be lost for a burst of silence, were it not asked between two samples: whether less
    /// than a volley's time is left after one that began when a sample was due.
    /// </summary>
    public bool IsTight(NodeStatus node) => LostAfter(node) - node.Interval < BurstMax + NodeProber.VolleyTime;

    /// <summary>Gets the silence after which a node is late.</summary>
    public TimeSpan LateAfter(NodeStatus node)
    {
        var intervals = node.AnswersProbes
            ? LateAfterIntervals
            : Math.Max(LateAfterIntervals, UnprobedLostAfterIntervals / 2);
        var late = Math.Max((node.Interval * intervals).Ticks, LateAfterMin.Ticks);
        return TimeSpan.FromTicks(Math.Min(late, LostAfter(node).Ticks));
    }

    /// <summary>Gets the silence after which a node is lost.</summary>
    public TimeSpan LostAfter(NodeStatus node)
    {
        var intervals = node.AnswersProbes
            ? LostAfterIntervals
            : Math.Max(LostAfterIntervals, UnprobedLostAfterIntervals);
        return TimeSpan.FromTicks(Math.Max((node.Interval * intervals).Ticks, LostAfterMin.Ticks));
    }
}
