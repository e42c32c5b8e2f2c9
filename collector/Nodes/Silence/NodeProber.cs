using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Protocol.Wire;

namespace NodeTelemetry.Collector.Nodes.Silence;

/// <summary>Probes nodes by unicast. Called by the ingest loop's sweep.</summary>
/// <remarks>
/// The schedule, by <see cref="ProbeMode"/>; L is the silence after which the node is late,
/// X the one after which it is lost, both from <see cref="HealthLimits"/>, and a slot is 100 ms.
/// All times are silence, measured from the last datagram, unless said otherwise.
/// <list type="table">
/// <item><term>Volleys, first</term><description>Probe n = 0…4 at L + (n + j) slots: lost multicast is the usual cause.
/// </description></item>
/// <item><term>Volleys, second</term><description>Probe n = 5…9 at X − 500 ms + (n − 5 + j) slots:
/// a network that was briefly down has the whole time to recover.</description></item>
/// <item><term>Volleys, last</term><description>Probe 10 at X − 40 ms: just in time for a reply.</description></item>
/// <item><term>Verify</term><description>Half an interval, when a reply cannot be mistaken for a copy of either sample;
/// then one interval after that probe, doubling up to 10 min.</description></item>
/// <item><term>Poll</term><description>One interval, then every slot until L.</description></item>
/// <item><term>Halfway</term><description>Half an interval after the newest sample first arrived,
/// at least 0.9 intervals after the previous probe.</description></item>
/// </list>
/// A node that is on time is requested a new cookie when the last one is five minutes old.
/// The jitter j is drawn from 0 to 0.5 for each probe, so that many nodes are not probed, and do not reply,
/// at the same moment. Only for a node that is known to reply does silence after probes prove anything.
/// </remarks>
/// <param name="limits">The silence after which a node is late or lost.</param>
/// <param name="send">Sends a probe.</param>
/// <param name="metrics">The counters.</param>
/// <param name="time">The clock.</param>
/// <param name="random">Source of the jitter.</param>
internal sealed class NodeProber(
    HealthLimits limits, SendRequest send, CollectorMetrics metrics, TimeProvider time, Random random)
{
    /// <summary>Probes of a volley: with 5 % of datagrams lost each way, all five fail once in 100 000 times.</summary>
    public const int VolleyCount = 5;

    /// <summary>Probes to a silent node: two volleys and the last one.</summary>
    public const int CountMax = (2 * VolleyCount) + 1;

    /// <summary>Probes a second over all nodes: at most 1.4 MB/s of replies, a tenth of a slow link.</summary>
    public const int PerSecondMax = 1000;

    /// <summary>The share of <see cref="PerSecondMax"/> for halfway probes; the rest is for late nodes.</summary>
    public const int HalfwayPerSecondMax = PerSecondMax / 2;

    /// <summary>Duration of a volley.</summary>
    public static readonly TimeSpan VolleyTime = TimeSpan.FromMilliseconds(500);

    /// <summary>Longest period of <see cref="ProbeMode.Verify"/>: a firewall may be opened later.</summary>
    public static readonly TimeSpan CheckPeriodMax = TimeSpan.FromMinutes(10);

    /// <summary>Time for the reply to the last probe, also over Wi-Fi in power saving.</summary>
    private static readonly TimeSpan LastReplyTime = TimeSpan.FromMilliseconds(40);

    private static readonly TimeSpan Slot = VolleyTime / VolleyCount;

    /// <summary>Least intervals between two halfway probes: not two for one sample.</summary>
    private const double HalfwayIntervals = 0.9;

    private readonly RateLimit _limit = new(PerSecondMax, time);
    private readonly RateLimit _halfwayLimit = new(HalfwayPerSecondMax, time);

    /// <summary>Gets the time until the next probe of a node that is up, unless it reports before.</summary>
    /// <param name="node">The node.</param>
    /// <param name="silence">How long it has been silent.</param>
    /// <param name="now">The current timestamp.</param>
    public TimeSpan WaitFor(NodeState node, TimeSpan silence, long now)
    {
        var untilLate = limits.LateAfter(node.Status) - silence;
        var interval = node.Status.Interval;
        var sinceSent = node.Probes.SinceSent(now);
        var wait = GetModeBeforeLate(node, now) switch
        {
            ProbeMode.None => untilLate,

            // Thousands that join at once are verified in turn, and need no sweep until then.
            ProbeMode.Verify => Max(
                (interval / 2) - silence, Max(node.Probes.CheckPeriod - sinceSent, _limit.GetWait(now))),
            ProbeMode.Poll => Max(interval - silence, Slot - sinceSent),
            _ => Max((interval / 2) - node.Probes.SinceSample(now), (interval * HalfwayIntervals) - sinceSent),
        };
        return wait < untilLate ? wait : untilLate;
    }

    /// <summary>Gets the time until the next probe of a late node, or until it is lost.</summary>
    /// <param name="node">The node.</param>
    /// <param name="silence">How long it has been silent.</param>
    /// <param name="now">The current timestamp.</param>
    public TimeSpan WaitForLost(NodeState node, TimeSpan silence, long now)
    {
        // Reported as late after the first volley.
        var untilReported = limits.LateAfter(node.Status) + VolleyTime - silence;
        var untilLost = limits.LostAfter(node.Status) - silence;
        var wait = untilReported > TimeSpan.Zero && untilReported < untilLost ? untilReported : untilLost;
        if (!node.CanBeProbed || node.Probes.SentInSilence >= CountMax)
        {
            return wait;
        }

        var untilProbe = Max(GetVolleyProbeAfter(node) - silence, _limit.GetWait(now));
        return untilProbe < wait ? untilProbe : wait;
    }

    /// <summary>Probes a node if a probe is due.</summary>
    /// <param name="node">The node.</param>
    /// <param name="silence">How long it has been silent.</param>
    /// <param name="now">The current timestamp.</param>
    public void Sweep(NodeState node, TimeSpan silence, long now)
    {
        var status = node.Status;
        if (!node.CanBeProbed || status.Health is not (NodeHealth.Up or NodeHealth.Late))
        {
            return;
        }

        var isLate = silence >= limits.LateAfter(status);
        node.Probes.SentInSilence = isLate ? node.Probes.SentInSilence : 0;
        switch (isLate ? ProbeMode.Volleys : GetModeBeforeLate(node, now))
        {
            case ProbeMode.Volleys when IsVolleyProbeDue(node, silence):
                node.Probes.SentInSilence++;
                Send(node, now);
                break;
            case ProbeMode.Verify when IsVerifyDue(node, silence, now):
                Verify(node, now);
                break;
            case ProbeMode.Poll when silence >= status.Interval && node.Probes.SinceSent(now) >= Slot:
                Send(node, now);
                break;
            case ProbeMode.Halfway when IsHalfwayDue(node, now) && _halfwayLimit.TryPass(now):
                Send(node, now);
                break;
        }

        if (!isLate && IsCookieDue(node, now) && _halfwayLimit.TryPass(now))
        {
            RequestCookie(node, now);
        }
    }

    private ProbeMode GetModeBeforeLate(NodeState node, long now) =>
        !node.CanBeProbed ? ProbeMode.None
        : !node.Status.AnswersProbes ? ProbeMode.Verify
        : node.Probes.MustPoll ? ProbeMode.Poll
        : limits.IsTight(node.Status) && node.Probes.IsUnsteady(node.Status.Readings, now) ? ProbeMode.Halfway
        : ProbeMode.None;

    private bool IsVolleyProbeDue(NodeState node, TimeSpan silence) =>
        node.Probes.SentInSilence < CountMax && silence >= GetVolleyProbeAfter(node);

    private TimeSpan GetVolleyProbeAfter(NodeState node)
    {
        var (sent, jitter) = (node.Probes.SentInSilence, node.Probes.Jitter);
        var lostAfter = limits.LostAfter(node.Status);
        return sent switch
        {
            < VolleyCount => limits.LateAfter(node.Status) + (Slot * (sent + jitter)),
            < 2 * VolleyCount => lostAfter - VolleyTime + (Slot * (sent - VolleyCount + jitter)),
            _ => lostAfter - LastReplyTime,
        };
    }

    private static bool IsVerifyDue(NodeState node, TimeSpan silence, long now) =>
        silence >= node.Status.Interval / 2
        && (node.Probes.CheckPeriod == TimeSpan.Zero || node.Probes.SinceSent(now) >= node.Probes.CheckPeriod);

    private static bool IsHalfwayDue(NodeState node, long now) =>
        node.Probes.SinceSample(now) >= node.Status.Interval / 2
        && node.Probes.SinceSent(now) >= node.Status.Interval * HalfwayIntervals;

    private static bool IsCookieDue(NodeState node, long now) =>
        node.Status is { Received: > 0, AnswersProbes: true, Readings.Signature: null } && node.Cookies.IsDue(now);

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private void Verify(NodeState node, long now)
    {
        var period = node.Probes.CheckPeriod;
        if (Send(node, now))
        {
            node.Probes.CheckPeriod = period == TimeSpan.Zero ? node.Status.Interval
                : period * 2 < CheckPeriodMax ? period * 2 : CheckPeriodMax;
        }
    }

    private void RequestCookie(NodeState node, long now)
    {
        node.Cookies.OnRequested(now);
        if (send(node, new ControlMessage { Request = ControlRequest.Cookie }))
        {
            metrics.CookiesRequested.Inc();
        }
        else
        {
            metrics.ProbesFailed.Inc();
        }
    }

    private bool Send(NodeState node, long now)
    {
        node.Probes.Jitter = random.NextDouble() / 2;
        if (!_limit.TryPass(now))
        {
            metrics.ProbesSuppressed.Inc();
            return false;
        }

        if (!send(node, new ControlMessage { Request = ControlRequest.Sample, Run = node.Status.Header?.Run }))
        {
            metrics.ProbesFailed.Inc();
            return false;
        }

        metrics.ProbesSent.Inc();
        node.Probes.OnSent(now);
        return true;
    }
}
