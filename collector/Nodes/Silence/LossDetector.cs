using NodeTelemetry.Collector.Nodes.Registry;
using NodeTelemetry.Collector.Nodes.State;

namespace NodeTelemetry.Collector.Nodes.Silence;

/// <summary>
/// Finds the nodes that have fallen silent. Called by the ingest loop, so that state keeps its one writer.
/// </summary>
/// <param name="registry">The nodes.</param>
/// <param name="prober">Asks the silent ones.</param>
/// <param name="findFault">Looks at the collector's own network.</param>
/// <param name="limits">When silence means what.</param>
/// <param name="time">The clock; only its timestamps are used, so a stepped wall clock loses nobody.</param>
internal sealed class LossDetector(
    NodeRegistry registry, NodeProber prober, FindNetworkFault findFault, HealthLimits limits, TimeProvider time)
{
    /// <summary>How often to sweep: half of the time that the last probe has to be answered.</summary>
    public static readonly TimeSpan SweepPeriod = TimeSpan.FromMilliseconds(20);

    /// <summary>How often nodes are looked at that nothing is expected of, such as lost ones: they are forgotten that
    /// much later, and one that was put off is not kept for longer.</summary>
    private static readonly TimeSpan RestPeriod = TimeSpan.FromSeconds(10);

    /// <summary>How often silent nodes are looked at while the collector is deaf.</summary>
    private static readonly TimeSpan FaultPeriod = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// When sweeps are further apart, this process itself stood still (stopped, suspended, starved), and what it did
    /// not hear meanwhile says nothing about the nodes: silence is counted anew from here.
    /// </summary>
    private static readonly TimeSpan StallMin = TimeSpan.FromSeconds(1);

    /// <summary>Silence after which a node is lost whose interval nobody knows yet.</summary>
    private static readonly TimeSpan UnknownIntervalLostAfter = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Silence after which a node is lost that only the database knows: at a start, networks and nodes may just be
    /// starting too.
    /// </summary>
    private static readonly TimeSpan StartGrace = TimeSpan.FromSeconds(15);

    private readonly OutageWatch _outages = new(registry, findFault, time);
    private readonly MulticastWatch _multicast = new(registry, findFault, time);
    private readonly IdentityWatch _identities = new(registry, time);
    private long _lastSweepTimestamp = time.GetTimestamp();
    private long _countedFromTimestamp = time.GetTimestamp();

    /// <summary>Moves every node to the health that its silence means.</summary>
    /// <param name="now">The timestamp up to which everything that arrived has been applied.</param>
    public void Sweep(long now)
    {
        if (time.GetElapsedTime(_lastSweepTimestamp, now) >= StallMin)
        {
            _countedFromTimestamp = now;
        }

        _lastSweepTimestamp = now;
        while (registry.Due.TryTake(now, out var node))
        {
            if (node.Status.Health != NodeHealth.Forgotten)
            {
                Check(node, now);
                registry.Due.Put(node, GetNextCheck(node, now));
            }
        }

        if (_outages.Sweep(now, _countedFromTimestamp))
        {
            _countedFromTimestamp = now;
        }

        _multicast.Sweep(now);
        _identities.Sweep(now);
    }

    private void Check(NodeState node, long now)
    {
        var status = node.Status;
        var silenceInAll = time.GetElapsedTime(status.LastSeenTimestamp, now);
        var silence = Silence(status, now);
        var health = Evaluate(status, silence, silenceInAll);
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
            registry.ReportLate(node, silenceInAll);
        }

        prober.Sweep(node, silence, now);
    }

    /// <summary>Gets when something may be amiss with a node that is not heard until then.</summary>
    private long GetNextCheck(NodeState node, long now)
    {
        var status = node.Status;
        var wait = status.Health switch
        {
            NodeHealth.Up => prober.WaitFor(node, Silence(status, now), now),
            NodeHealth.Late => _outages.IsReceiveFaulted ? FaultPeriod : SweepPeriod,
            NodeHealth.Rebooting => limits.NotBackAfter(status) - Silence(status, now),
            _ => RestPeriod,
        };
        wait = wait < RestPeriod ? wait : RestPeriod;
        return wait <= SweepPeriod ? now + 1 : now + (long)(wait.TotalSeconds * time.TimestampFrequency);
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

    private NodeHealth Evaluate(NodeStatus status, TimeSpan silence, TimeSpan silenceInAll)
    {
        if (silenceInAll >= limits.ForgetAfter)
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
