using NodeTelemetry.Collector.Nodes.Registry;
using NodeTelemetry.Collector.Nodes.State;

namespace NodeTelemetry.Collector.Nodes.Silence;

/// <summary>Detects silent nodes. Called by the ingest loop, which is the single writer of node state.</summary>
/// <param name="registry">The nodes.</param>
/// <param name="prober">Probes silent nodes.</param>
/// <param name="findFault">Checks the collector's own network.</param>
/// <param name="limits">The silence after which a node is late or lost.</param>
/// <param name="time">The clock; only timestamps are used, so a step of the wall clock loses no node.</param>
internal sealed class LossDetector(
    NodeRegistry registry, NodeProber prober, FindNetworkFault findFault, HealthLimits limits, TimeProvider time)
{
    /// <summary>Least time between two sweeps while nothing arrives: half of the time for the reply to the last probe.
    /// </summary>
    public static readonly TimeSpan SweepPeriodMin = TimeSpan.FromMilliseconds(20);

    /// <summary>Longest time between two sweeps: half of the gap that counts as a stall.</summary>
    public static readonly TimeSpan SweepPeriodMax = TimeSpan.FromMilliseconds(500);

    /// <summary>Longest time between two checks of a node, for instance of a lost one;
    /// it is forgotten that much later.</summary>
    private static readonly TimeSpan RestPeriod = TimeSpan.FromSeconds(10);

    /// <summary>Period of checks of late nodes during a receive fault.</summary>
    private static readonly TimeSpan FaultPeriod = TimeSpan.FromMilliseconds(200);

    /// <summary>A longer gap between sweeps means that this process stalled (stopped, suspended, starved).</summary>
    /// <remarks>Silence during the stall proves nothing, so it is counted from the end of the stall.</remarks>
    private static readonly TimeSpan StallMin = TimeSpan.FromSeconds(1);

    /// <summary>Silence after which a node with unknown interval is lost.</summary>
    private static readonly TimeSpan UnknownIntervalLostAfter = TimeSpan.FromMinutes(10);

    /// <summary>Least silence after which a node is lost that has not reported since the collector started.</summary>
    /// <remarks>Networks and nodes may be starting too. Where this collector has another address than the one before,
    /// orchestrators announce it some seconds after the start, and agents look it up every 10 s.</remarks>
    private static readonly TimeSpan StartGrace = TimeSpan.FromSeconds(30);

    private readonly OutageWatch _outages = new(registry, findFault, time);
    private readonly MulticastWatch _multicast = new(registry, findFault, time);
    private readonly IdentityWatch _identities = new(registry, time);
    private long _lastSweepTimestamp = time.GetTimestamp();
    private long _countedFromTimestamp = time.GetTimestamp();

    /// <summary>Updates the health of every node that is due.</summary>
    /// <param name="now">The timestamp up to which everything that arrived has been applied.</param>
    /// <returns>The timestamp of the next check of a node that does not report before.</returns>
    public long Sweep(long now)
    {
        if (time.GetElapsedTime(_lastSweepTimestamp, now) >= StallMin)
        {
            _countedFromTimestamp = now;
        }

        var due = CheckNodes(now);
        if (_outages.Sweep(now, _countedFromTimestamp))
        {
            _countedFromTimestamp = now;
        }

        _multicast.Sweep(now);
        _identities.Sweep(now);

        // The end of this sweep: a slow one is no stall.
        _lastSweepTimestamp = time.GetTimestamp();
        return Math.Min(due, _outages.DueTimestamp);
    }

    /// <summary>Checks the nodes that are due, and those that would be due next but have reported since.</summary>
    /// <returns>The timestamp at which the next one is due.</returns>
    private long CheckNodes(long now)
    {
        while (registry.Due.TryPeek(out var node, out var due))
        {
            var isForgotten = node.Status.Health == NodeHealth.Forgotten;
            if (!isForgotten && due > now && GetNextCheck(node, now) <= due)
            {
                return due;
            }

            registry.Due.RemoveFirst();
            if (!isForgotten)
            {
                Check(node, now);
                registry.Due.Put(node, GetNextCheck(node, now));
            }
        }

        return long.MaxValue;
    }

    private void Check(NodeState node, long now)
    {
        var status = node.Status;
        var totalSilence = time.GetElapsedTime(status.LastSeenTimestamp, now);
        var silence = Silence(status, now);
        var health = Evaluate(status, silence, totalSilence);
        if (health == NodeHealth.Lost && status.Health != NodeHealth.Lost)
        {
            Lose(node);
        }
        else if (health != status.Health)
        {
            registry.SetHealth(status.Id, health);
        }
        else if (health == NodeHealth.Late && status.IsIntervalKnown && status.Received > 0
            && silence >= limits.LateAfter(status) + NodeProber.VolleyTime)
        {
            registry.ReportLate(node, totalSilence);
        }

        prober.Sweep(node, silence, now);
    }

    /// <summary>Gets the timestamp of the next check of a node that does not report before.</summary>
    private long GetNextCheck(NodeState node, long now)
    {
        var status = node.Status;
        var wait = status.Health switch
        {
            NodeHealth.Up => prober.WaitFor(node, Silence(status, now), now),
            NodeHealth.Late when _outages.IsReceiveFaulted => FaultPeriod,
            NodeHealth.Late => prober.WaitForLost(node, Silence(status, now), now),
            NodeHealth.Rebooting => limits.NotBackAfter(status) - Silence(status, now),
            _ => RestPeriod,
        };
        wait = wait < RestPeriod ? wait : RestPeriod;
        return wait <= TimeSpan.Zero ? now + 1 : time.After(now, wait);
    }

    private TimeSpan Silence(NodeStatus status, long now) =>
        time.GetElapsedTime(Math.Max(status.LastSeenTimestamp, _countedFromTimestamp), now);

    private void Lose(NodeState node)
    {
        if (node.Status.Health == NodeHealth.Rebooting && !_outages.IsReceiveFaulted)
        {
            registry.SetHealth(node.Status.Id, NodeHealth.Lost);
        }
        else
        {
            _outages.Add(node);
        }
    }

    private NodeHealth Evaluate(NodeStatus status, TimeSpan silence, TimeSpan totalSilence)
    {
        if (totalSilence >= limits.ForgetAfter)
        {
            return NodeHealth.Forgotten;
        }

        if (status.Health is NodeHealth.Left or NodeHealth.Lost)
        {
            return status.Health;
        }

        if (status.Health == NodeHealth.Rebooting)
        {
            return silence >= limits.NotBackAfter(status) ? NodeHealth.Lost : status.Health;
        }

        if (!status.IsIntervalKnown)
        {
            return silence >= UnknownIntervalLostAfter ? NodeHealth.Lost : status.Health;
        }

        var isLost = silence >= limits.LostAfter(status) && (status.Received > 0 || silence >= StartGrace);
        return isLost ? NodeHealth.Lost
            : silence >= limits.LateAfter(status) ? NodeHealth.Late
            : status.Health;
    }
}
