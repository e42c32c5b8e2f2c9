using NodeTelemetry.Collector.Nodes.State;

namespace NodeTelemetry.Collector.Nodes.Silence;

/// <summary>The silence after which a node is late, lost and forgotten.</summary>
/// <remarks>
/// A node that replies to probes needs no time for lost multicast.
/// At an interval of 1 s and by default, a missed sample makes it late after 1.5 s,
/// the volleys of probes take the 0.5 s after that and the 0.5 s before 2.95 s, and then it is lost;
/// with a sweep every 0.02 s a failure is known at most 2.97 s after the last datagram.
/// With 5 % of datagrams lost each way, a living node loses two samples (0.05²) and ten probes (0.0975¹⁰) together once
/// in 100 000 years. A network that is down for 2 s must not lose a node either.
/// The worst moment is just before a sample is due: when the network is back,
/// the last datagram is nearly three intervals old, as if the node had failed right after it,
/// and no probe can distinguish the two in time. So a node on Wi-Fi, or one that lost samples recently,
/// is also probed halfway between two samples.
/// Then the last datagram is at most half an interval old when the network goes down,
/// and half a second is left after it is back.
/// A wired node that has lost nothing still counts as lost if 2 s of silence begin in the last 0.1 s before a sample.
/// </remarks>
/// <param name="LateAfterIntervals">Silence, in promised intervals,
/// after which a node that replies to probes is late.</param>
/// <param name="LostAfterIntervals">Silence, in promised intervals, after which it is lost.</param>
/// <param name="UnprobedLostAfterIntervals">The same for a node that is not known to reply;
/// it is late after half of it.</param>
/// <param name="LostAfterMin">The least silence after which any node is lost, however short its interval.</param>
/// <param name="ForgetAfter">Silence after which any node is forgotten.</param>
internal sealed record HealthLimits(
    double LateAfterIntervals,
    double LostAfterIntervals,
    double UnprobedLostAfterIntervals,
    TimeSpan LostAfterMin,
    TimeSpan ForgetAfter)
{
    /// <summary>The least silence after which a node is late.</summary>
    /// <remarks>Schedulers and Wi-Fi delay datagrams by some 0.1 s, which is no reason to probe.</remarks>
    public static readonly TimeSpan LateAfterMin = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest outage of the network that loses no node: Wi-Fi roaming to another access point.</summary>
    public static readonly TimeSpan BurstMax = TimeSpan.FromSeconds(2);

    /// <summary>Gets the time until a node is expected back whose goodbye does not give one.</summary>
    public TimeSpan BackAfter { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Gets the tolerance added to the announced time.</summary>
    public TimeSpan BackMargin { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets the silence after which a node is lost that announced to be back.</summary>
    public TimeSpan NotBackAfter(NodeStatus node) =>
        (node.Bye?.BackSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : BackAfter) + BackMargin;

    /// <summary>Determines whether an outage of <see cref="BurstMax"/> could lose a node
    /// that is not probed halfway.</summary>
    /// <remarks>True if less than a volley's time is left after an outage that began when a sample was due.</remarks>
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
