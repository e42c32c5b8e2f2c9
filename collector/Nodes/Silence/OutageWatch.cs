using System.Globalization;
using NodeTelemetry.Collector.Nodes.Events;
using NodeTelemetry.Collector.Nodes.Registry;
using NodeTelemetry.Collector.Nodes.State;

namespace NodeTelemetry.Collector.Nodes.Silence;

/// <summary>Distinguishes an outage of many nodes from the loss of single ones.
/// Called by the ingest loop's sweep.</summary>
/// <remarks>
/// When a node is about to be lost, the others are checked:
/// all that fell silent within the same interval have missed two samples by then and replied to no probe,
/// which happens to a living node once in millions. If these are most of the nodes whose state can be known,
/// one event reports an outage: the nodes are lost and isolated, and not reported individually until the outage ends.
/// Those still silent then are reported. While the collector's own interface is down (a receive fault),
/// no node is lost, because nothing is known.
/// </remarks>
/// <param name="registry">The nodes.</param>
/// <param name="findFault">Checks the collector's own network.</param>
/// <param name="time">The clock.</param>
internal sealed class OutageWatch(NodeRegistry registry, FindNetworkFault findFault, TimeProvider time)
{
    /// <summary>Least number of nodes: two may fail together by chance, for instance on one power supply.</summary>
    private const int NodesMin = 3;

    /// <summary>Names listed in the text, and ids in the details.</summary>
    private const int NamesMax = 20;

    /// <summary>Intervals after which a node counts as silent: it has missed two samples.</summary>
    private const double SilentIntervals = 1.85;

    /// <summary>Wait for more nodes after the last one returned: a switch opens its ports one by one.</summary>
    private static readonly TimeSpan SettleTime = TimeSpan.FromSeconds(10);

    /// <summary>Period of checks of the local interfaces during a receive fault.</summary>
    private static readonly TimeSpan CheckPeriod = TimeSpan.FromSeconds(1);

    /// <summary>Period of checks for returned nodes; there may be thousands.</summary>
    private static readonly TimeSpan FollowPeriod = TimeSpan.FromMilliseconds(250);

    private readonly List<NodeState> _due = [];
    private bool _isResumed;
    private long _followedTimestamp = time.GetTimestamp();
    private Outage? _outage;
    private NetworkFault? _fault;
    private long? _checkedTimestamp;

    /// <summary>Gets a value indicating whether a fault of the collector itself keeps it from receiving.</summary>
    public bool IsReceiveFaulted => _outage?.IsReceiveFaulted is true;

    /// <summary>Gets the timestamp at which the outage is followed; <see cref="long.MaxValue"/> without one.</summary>
    public long DueTimestamp => _outage is null ? long.MaxValue : time.After(_followedTimestamp, FollowPeriod);

    /// <summary>Adds a node that is due to be lost in this sweep.</summary>
    public void Add(NodeState node) => _due.Add(node);

    /// <summary>Handles the nodes that are due, then begins, follows or ends an outage.</summary>
    /// <param name="now">The current timestamp.</param>
    /// <param name="countedFrom">Silence before this timestamp proves nothing.</param>
    /// <returns>Whether silence must be counted from now, because a receive fault has just ended.</returns>
    public bool Sweep(long now, long countedFrom)
    {
        if (!_isResumed)
        {
            Resume(now);
            _isResumed = true;
        }

        if (_due.Count > 0)
        {
            Decide(now, countedFrom);
            _due.Clear();
        }

        if (_outage is not { } outage || time.GetElapsedTime(_followedTimestamp, now) < FollowPeriod)
        {
            return false;
        }

        _followedTimestamp = now;
        return Follow(outage, now);
    }

    /// <summary>Resumes an outage that an earlier process reported, without reporting it again.</summary>
    /// <remarks>Isolated nodes stay isolated until they report. A receive fault isolates no node, so the outage waits
    /// for all that have not reported yet.</remarks>
    private void Resume(long now)
    {
        if (registry.Outage is not { } open)
        {
            return;
        }

        var lasted = time.GetUtcNow() - open.Time;
        var cause = NetworkCauseNames.Parse(open.Details.Cause);
        _outage = new Outage(now, cause, lasted > TimeSpan.Zero ? lasted : TimeSpan.Zero);
        foreach (var node in registry.States)
        {
            if (node.Status.IsIsolated
                || (cause == NetworkCause.OwnInterface && node.Status is { Health: NodeHealth.Late, Received: 0 }))
            {
                _outage.Add(node.Status.Id);
            }
        }

        _outage.IsReceiveFaulted = CheckLocalInterface(now) is not null;
        _outage.MendedTimestamp = cause == NetworkCause.OwnInterface && !_outage.IsReceiveFaulted ? now : null;
    }

    private void Decide(long now, long countedFrom)
    {
        if (_outage is { IsReceiveFaulted: true } faulted)
        {
            DecideDuringFault(faulted);
            return;
        }

        var silent = Silent(now, countedFrom, out var evaluated);
        if (CheckLocalInterface(now) is { } fault)
        {
            BeginReceiveFault(fault, now, silent, evaluated);
            return;
        }

        var isTogether = silent.Count >= NodesMin && silent.Count * 2 > evaluated;
        if (isTogether && _outage is null)
        {
            Begin(null, now, silent, evaluated);
        }

        foreach (var node in _due)
        {
            var isMember = _outage is { } outage && (isTogether || WasSilentBefore(node.Status, outage));
            if (isMember)
            {
                _outage!.Add(node.Status.Id);
            }

            registry.SetHealth(node.Status.Id, NodeHealth.Lost, isMember);
        }
    }

    /// <summary>With several interfaces, nodes behind one that is up can still be lost.</summary>
    private void DecideDuringFault(Outage outage)
    {
        foreach (var node in _due)
        {
            var status = node.Status;
            if (outage.Members.ContainsKey(status.Id) || status.Address is not { } address
                || findFault([address])?.Cause == NetworkCause.OwnInterface)
            {
                outage.Add(status.Id);
            }
            else
            {
                registry.SetHealth(status.Id, NodeHealth.Lost);
            }
        }
    }

    /// <summary>A node with a longer interval is detected later, but fell silent with the others.</summary>
    private bool WasSilentBefore(NodeStatus status, Outage outage) =>
        time.GetElapsedTime(outage.BegunTimestamp, status.LastSeenTimestamp) <= TimeSpan.Zero;

    /// <summary>Finds the nodes that fell silent with the one that is due,
    /// and counts the nodes that can be evaluated.</summary>
    private List<NodeState> Silent(long now, long countedFrom, out int evaluated)
    {
        var first = _due.MaxBy(static node => node.Status.LastSeenTimestamp)!.Status;
        var silent = new List<NodeState>();
        var alive = 0;
        foreach (var node in registry.States)
        {
            var status = node.Status;
            if (status.Health is not (NodeHealth.Up or NodeHealth.Late) || !status.IsIntervalKnown)
            {
                continue;
            }

            var after = time.GetElapsedTime(first.LastSeenTimestamp, status.LastSeenTimestamp);
            var last = Math.Max(status.LastSeenTimestamp, countedFrom);
            if (after > first.Interval * 1.05)
            {
                alive++;
            }
            else if (time.GetElapsedTime(last, now) >= status.Interval * SilentIntervals
                && after >= -2 * status.Interval)
            {
                silent.Add(node);
            }
        }

        evaluated = silent.Count + alive;
        return silent;
    }

    private void BeginReceiveFault(NetworkFault fault, long now, List<NodeState> silent, int evaluated)
    {
        if (_outage is { } outage)
        {
            outage.IsReceiveFaulted = true;
            _due.ForEach(node => outage.Add(node.Status.Id));
        }
        else
        {
            Begin(fault, now, silent, evaluated);
        }
    }

    private void Begin(NetworkFault? fault, long now, List<NodeState> silent, int evaluated)
    {
        var alive = evaluated - silent.Count;
        var cause = fault?.Cause ?? (alive == 0 ? NetworkCause.Uplink : NetworkCause.Shared);
        _outage = new Outage(now, cause) { IsReceiveFaulted = fault is not null };
        silent.ForEach(node => _outage.Add(node.Status.Id));
        _due.ForEach(node => _outage.Add(node.Status.Id));
        var count = _outage.Members.Count;
        var total = alive + count;
        var who = alive == 0
            ? count == 1 ? "The only node is silent" : $"All {count} nodes are silent"
            : $"{count} of {total} nodes fell silent together";
        var why = cause switch
        {
            NetworkCause.OwnInterface => $"the collector's interface {fault!.Text}",
            NetworkCause.Uplink =>
                "the collector's interface is up, so check the switch, the cable to it, and the power of all nodes",
            _ => "check what they share: a switch, an access point, a power supply",
        };
        registry.Outage = registry.Events.Raise(
            NodeEventKind.NetworkLost,
            $"{who}: {why}. Silent: {Names(silent.Select(static node => node.Status.Hostname))}.",
            Details(_outage, total) with
            {
                Interface = fault?.Interface,
                Nodes = [.. _outage.Members.Keys.Take(NamesMax)],
            });
    }

    /// <summary>Finds the nodes that have returned, and ends the outage when no more are expected.</summary>
    private bool Follow(Outage outage, long now)
    {
        foreach (var (id, hasReturned) in outage.Members)
        {
            if (!hasReturned && (!registry.TryGet(id, out var status) || HasReturned(status, outage)))
            {
                outage.Return(id, now);
            }
        }

        var hasFaultEnded = false;
        if (outage.IsReceiveFaulted && (outage.ReturnedCount > 0 || CheckLocalInterface(now) is null))
        {
            (outage.IsReceiveFaulted, outage.MendedTimestamp, hasFaultEnded) = (false, now, true);
        }

        if (!outage.IsReceiveFaulted && (outage.ReturnedCount == outage.Members.Count
            || (outage.MendedTimestamp is { } mended && time.GetElapsedTime(mended, now) >= Settle(outage))))
        {
            End(outage, now);
        }

        return hasFaultEnded;
    }

    private bool HasReturned(NodeStatus status, Outage outage) =>
        status.Health is NodeHealth.Left or NodeHealth.Rebooting
        || ((status.Received > 0 || status.Health == NodeHealth.Up) && !WasSilentBefore(status, outage));

    /// <summary>Slow nodes get three of their intervals to report.</summary>
    private TimeSpan Settle(Outage outage)
    {
        var settle = SettleTime;
        foreach (var id in outage.Members.Keys)
        {
            if (registry.TryGet(id, out var status) && status.Interval * 3 > settle)
            {
                settle = status.Interval * 3;
            }
        }

        return settle;
    }

    private void End(Outage outage, long now)
    {
        _outage = null;
        registry.Outage = null;
        var gone = registry.States.Where(static node => node.Status.IsIsolated).ToList();
        var lasted = string.Create(
            CultureInfo.InvariantCulture,
            $"{(outage.Before + time.GetElapsedTime(outage.BegunTimestamp, now)).TotalSeconds:0} s");
        var count = outage.Members.Count;
        var rest = gone.Count == 0
            ? string.Empty
            : $" Still silent: {Names(gone.Select(static node => node.Status.Hostname))}.";
        registry.Events.Raise(
            NodeEventKind.NetworkRestored,
            $"{outage.ReturnedCount} of {count} nodes that fell silent together report again after {lasted}.{rest}",
            Details(outage, count));
        foreach (var node in gone)
        {
            registry.EndIsolation(node);
        }
    }

    private NetworkFault? CheckLocalInterface(long now)
    {
        if (_checkedTimestamp is not { } looked || time.GetElapsedTime(looked, now) >= CheckPeriod)
        {
            var silent = _outage?.Members.Keys ?? _due.Select(static node => node.Status.Id);
            var fault = findFault([.. silent.Select(FindAddress).OfType<string>()]);
            _fault = fault?.Cause == NetworkCause.OwnInterface ? fault : null;
            _checkedTimestamp = now;
        }

        return _fault;
    }

    private string? FindAddress(string id) => registry.TryGet(id, out var status) ? status.Address : null;

    private static EventDetails Details(Outage outage, int total) => new()
    {
        Cause = outage.Cause.Name(),
        NodeCount = outage.Members.Count,
        NodesTotal = total,
    };

    private static string Names(IEnumerable<string> hostnames)
    {
        var names = hostnames.Order(StringComparer.Ordinal).ToList();
        return string.Join(", ", names.Take(NamesMax))
            + (names.Count > NamesMax ? $" and {names.Count - NamesMax} more" : string.Empty);
    }
}
