using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Protocol.Wire;

namespace NodeTelemetry.Collector.Nodes.Silence;

/// <summary>Asks silent nodes by unicast whether they live. Called by the ingest loop's sweep.</summary>
/// <remarks>
/// A late node gets two volleys: one at once, for lost multicast is the usual cause, and one that ends with the time
/// after which it would be lost, so that a network that was away for a moment has the whole time to come back. Each
/// probe waits up to half of its slot by chance, so that many nodes are not asked, and do not answer, in the same
/// moment. The last probe goes out just in time to be answered. A node that has not yet shown that it answers is asked
/// now and then while it is up, because only of one that answers does silence to probes say anything. One whose
/// multicast does not arrive is asked for each sample when it is due, before it is late, and one whose samples may get
/// lost is asked halfway between two; <see cref="HealthLimits"/> says why.
/// </remarks>
/// <param name="limits">When silence means what.</param>
/// <param name="send">Sends a probe.</param>
/// <param name="metrics">The counters.</param>
/// <param name="time">The clock.</param>
/// <param name="random">Draws the jitter.</param>
internal sealed class NodeProber(
    HealthLimits limits, SendRequest send, CollectorMetrics metrics, TimeProvider time, Random random)
{
    /// <summary>Probes of a volley: with 5 % of datagrams lost each way, all five fail once in 100 000 times.</summary>
    public const int VolleyCount = 5;

    /// <summary>Probes to a silent node: two volleys, and a last one.</summary>
    public const int CountMax = (2 * VolleyCount) + 1;

    /// <summary>Probes a second over all nodes: 1.4 MB/s of answers at most, a tenth of a slow link.</summary>
    public const int PerSecondMax = 1000;

    /// <summary>Probes a second, of those, halfway between two samples: what is left is for nodes that are
    /// late.</summary>
    public const int HalfwayPerSecondMax = PerSecondMax / 2;

    /// <summary>How long a volley takes.</summary>
    public static readonly TimeSpan VolleyTime = TimeSpan.FromMilliseconds(500);

    /// <summary>How seldom a node that never answers is asked in the end: a firewall may be opened.</summary>
    public static readonly TimeSpan CheckPeriodMax = TimeSpan.FromMinutes(10);

    /// <summary>The last probe's time to be answered, on Wi-Fi that sleeps for a moment too.</summary>
    private static readonly TimeSpan LastAnswerTime = TimeSpan.FromMilliseconds(40);

    private static readonly TimeSpan Slot = VolleyTime / VolleyCount;

    /// <summary>Intervals from one question halfway to the next at least: not two for one sample.</summary>
    private const double HalfwayIntervals = 0.9;

    private readonly RateLimit _limit = new(PerSecondMax, time);
    private readonly RateLimit _halfwayLimit = new(HalfwayPerSecondMax, time);

    /// <summary>Gets how long a node that is up is not to be asked, unless it is heard.</summary>
    /// <param name="node">The node.</param>
    /// <param name="silence">How long it has been silent.</param>
    /// <param name="now">The present timestamp.</param>
    public TimeSpan WaitFor(NodeState node, TimeSpan silence, long now)
    {
        var (late, half) = (limits.LateAfter(node.Status) - silence, (node.Status.Interval / 2) - silence);
        if (node.CanBeProbed && !node.Status.AnswersProbes)
        {
            // Thousands that join at once are asked one after the other; they need not be looked at meanwhile.
            var check = node.Probes.CheckPeriod - node.Probes.SinceSent(now);
            var passage = _limit.GetWait(now);
            check = check > passage ? check : passage;
            half = half > check ? half : check;
        }

        var isAskedBefore = node.CanBeProbed
            && (!node.Status.AnswersProbes || node.Probes.MustPoll || IsAskedHalfway(node, now));
        return isAskedBefore && half < late ? half : late;
    }

    /// <summary>Asks a node if it is time to.</summary>
    /// <param name="node">The node.</param>
    /// <param name="silence">How long it has been silent.</param>
    /// <param name="now">The present timestamp.</param>
    public void Sweep(NodeState node, TimeSpan silence, long now)
    {
        var status = node.Status;
        if (!node.CanBeProbed || status.Health is not (NodeHealth.Up or NodeHealth.Late))
        {
            return;
        }

        var lateAfter = limits.LateAfter(status);
        if (silence < lateAfter)
        {
            node.Probes.SentInSilence = 0;
            if (!status.AnswersProbes)
            {
                Check(node, silence, now);
            }
            else if (node.Probes.MustPoll
                ? silence >= status.Interval && node.Probes.SinceSent(now) >= Slot
                : IsAskedHalfway(node, now) && IsHalfway(node, now) && _halfwayLimit.TryPass(now))
            {
                Send(node, now);
            }

            return;
        }

        var sent = node.Probes.SentInSilence;
        if (sent < CountMax && silence >= DueAfter(sent, node.Probes.Jitter, lateAfter, limits.LostAfter(status)))
        {
            node.Probes.SentInSilence++;
            Send(node, now);
        }
    }

    private static bool IsHalfway(NodeState node, long now) =>
        node.Probes.SinceSample(now) >= node.Status.Interval / 2
        && node.Probes.SinceSent(now) >= node.Status.Interval * HalfwayIntervals;

    private bool IsAskedHalfway(NodeState node, long now) =>
        limits.IsTight(node.Status) && node.Probes.IsUnsteady(node.Status.Readings, now);

    private static TimeSpan DueAfter(int sent, double jitter, TimeSpan lateAfter, TimeSpan lostAfter) => sent switch
    {
        < VolleyCount => lateAfter + (Slot * (sent + jitter)),
        < 2 * VolleyCount => lostAfter - VolleyTime + (Slot * (sent - VolleyCount + jitter)),
        _ => lostAfter - LastAnswerTime,
    };

    /// <summary>Asks a node that is up: between two samples, so that an answer cannot be taken for a copy of
    /// either.</summary>
    private void Check(NodeState node, TimeSpan silence, long now)
    {
        var (interval, period) = (node.Status.Interval, node.Probes.CheckPeriod);
        if (silence >= interval / 2 && (period == TimeSpan.Zero || node.Probes.SinceSent(now) >= period)
            && Send(node, now))
        {
            node.Probes.OnCheckSent(
                now, period == TimeSpan.Zero ? interval : period * 2 < CheckPeriodMax ? period * 2 : CheckPeriodMax);
        }
    }

    private bool Send(NodeState node, long now)
    {
        node.Probes.Jitter = random.NextDouble() / 2;
        if (!_limit.TryPass(now))
        {
            metrics.ProbesSuppressed.Add();
            return false;
        }

        if (!send(node, new ControlMessage { Request = ControlRequest.Sample, Run = node.Status.Header?.Run }))
        {
            metrics.ProbesFailed.Add();
            return false;
        }

        metrics.ProbesSent.Add();
        node.Probes.OnSent(now);
        return true;
    }
}
