using System.Globalization;
using NodeTelemetry.Collector.Nodes.Events;
using NodeTelemetry.Collector.Nodes.Registry;
using NodeTelemetry.Collector.Nodes.State;

namespace NodeTelemetry.Collector.Nodes.Silence;

/// <summary>
/// Tells many nodes that fall silent together from single ones that die. Called by the ingest loop's sweep.
/// </summary>
/// <remarks>
/// When a node is about to be lost, the others are looked at: all that fell silent within the same interval have missed
/// two samples by then and answered no probe, which chance does to a living node once in millions. If these are most of
/// those of which anything can be known, it is one event about the network: the nodes are lost, but not told of one by
/// one until it is over. Then those that are still silent are told of. While the collector's own interface is down it
/// is deaf: nobody is lost, because nothing is known.
/// </remarks>
/// <param name="registry">The nodes.</param>
/// <param name="findFault">Looks at the collector's own network.</param>
/// <param name="time">The clock.</param>
internal sealed class OutageWatch(NodeRegistry registry, FindNetworkFault findFault, TimeProvider time)
{
    /// <summary>Fewer say nothing about what they share: two nodes of two may well die on one power supply.</summary>
    private const int NodesMin = 3;

    /// <summary>Names that a sentence lists, and identities that the details do.</summary>
    private const int NamesMax = 20;

    /// <summary>Intervals of silence after which a node counts as silent: it has missed two samples.</summary>
    private const double SilentIntervals = 1.85;

    /// <summary>How long after the last return the rest is waited for: a switch opens its ports one by one.</summary>
    private static readonly TimeSpan SettleTime = TimeSpan.FromSeconds(10);

    /// <summary>How often the collector's interfaces are looked at while it is deaf.</summary>
    private static readonly TimeSpan CheckPeriod = TimeSpan.FromSeconds(1);

    /// <summary>How often it is looked who has returned: thousands may be gone, and nobody waits for it.</summary>
    private static readonly TimeSpan FollowPeriod = TimeSpan.FromMilliseconds(250);

    private readonly List<NodeState> _due = [];
    private bool _isResumed;
    private long _followedTimestamp = time.GetTimestamp();
    private Outage? _outage;
    private NetworkFault? _fault;
    private long? _checkedTimestamp;

    /// <summary>Gets a value indicating whether the collector hears nothing, by its own fault.</summary>
    public bool IsReceiveFaulted => _outage?.IsReceiveFaulted is true;

    /// <summary>Notes that a node is due to be lost in this sweep.</summary>
    public void Add(NodeState node) => _due.Add(node);

    /// <summary>Decides about the nodes that are due, and about what is going on.</summary>
    /// <param name="now">The present timestamp.</param>
    /// <param name="countedFrom">Silence before this timestamp says nothing.</param>
    /// <returns>Whether silence counts anew from now, because the collector was deaf until now.</returns>
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

    /// <summary>Goes on with an outage that an earlier process told of: it is not told of again.</summary>
    /// <remarks>Who was cut off still is until it is heard. While the collector was deaf nobody was, so all that are
    /// yet unheard are waited for.</remarks>
    private void Resume(long now)
    {
        if (registry.Outage is not { } told)
        {
            return;
        }

        var lasted = time.GetUtcNow() - told.Time;
        var cause = NetworkCauseNames.Parse(told.Details.Cause);
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
        if (_outage is { IsReceiveFaulted: true } deaf)
        {
            DecideDuringFault(deaf);
            return;
        }

        var silent = Silent(now, countedFrom, out var judged);
        if (CheckLocalInterface(now) is { } fault)
        {
            BeginReceiveFault(fault, now, silent, judged);
            return;
        }

        var isTogether = silent.Count >= NodesMin && silent.Count * 2 > judged;
        if (isTogether && _outage is null)
        {
            Begin(null, now, silent, judged);
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

    /// <summary>With several interfaces, those that are up still tell who is lost.</summary>
    private void DecideDuringFault(Outage deaf)
    {
        foreach (var node in _due)
        {
            var status = node.Status;
            if (deaf.Members.ContainsKey(status.Id) || status.Address is not { } address
                || findFault([address])?.Cause == NetworkCause.OwnInterface)
            {
                deaf.Add(status.Id);
            }
            else
            {
                registry.SetHealth(status.Id, NodeHealth.Lost);
            }
        }
    }

    /// <summary>A node with a longer interval is found out later, but fell silent with the others.</summary>
    private bool WasSilentBefore(NodeStatus status, Outage outage) =>
        time.GetElapsedTime(outage.BegunTimestamp, status.LastSeenTimestamp) <= TimeSpan.Zero;

    /// <summary>
    /// Gets the nodes that fell silent with the one that is due, and how many there are of which it can be known.
    /// </summary>
    private List<NodeState> Silent(long now, long countedFrom, out int judged)
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
            var heard = Math.Max(status.LastSeenTimestamp, countedFrom);
            if (after > first.Interval * 1.05)
            {
                alive++;
            }
            else if (time.GetElapsedTime(heard, now) >= status.Interval * SilentIntervals
                && after >= -2 * status.Interval)
            {
                silent.Add(node);
            }
        }

        judged = silent.Count + alive;
        return silent;
    }

    private void BeginReceiveFault(NetworkFault fault, long now, List<NodeState> silent, int judged)
    {
        if (_outage is { } outage)
        {
            outage.IsReceiveFaulted = true;
            _due.ForEach(node => outage.Add(node.Status.Id));
        }
        else
        {
            Begin(fault, now, silent, judged);
        }
    }

    private void Begin(NetworkFault? fault, long now, List<NodeState> silent, int judged)
    {
        var alive = judged - silent.Count;
        var cause = fault?.Cause ?? (alive == 0 ? NetworkCause.Uplink : NetworkCause.Shared);
        _outage = new Outage(now, cause) { IsReceiveFaulted = fault is not null };
        silent.ForEach(node => _outage.Add(node.Status.Id));
        _due.ForEach(node => _outage.Add(node.Status.Id));
        var count = _outage.Members.Count;
        var total = alive + count;
        var who = alive == 0
            ? count == 1 ? "The collector hears nobody" : $"The collector hears none of {count} nodes"
            : $"{count} of {total} nodes fell silent together";
        var why = cause switch
        {
            NetworkCause.OwnInterface => $"its own interface {fault!.Text}",
            NetworkCause.Uplink =>
                "its own interface is up, so look at the switch, the cable to it, and the power of all nodes",
            _ => "look at what they share: a switch, an access point, a power supply",
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

    /// <summary>Looks who has returned, and ends the outage when nobody more is to be expected.</summary>
    private bool Follow(Outage outage, long now)
    {
        foreach (var (id, hasReturned) in outage.Members)
        {
            if (!hasReturned && (!registry.TryGet(id, out var status) || HasReturned(status, outage)))
            {
                outage.Return(id, now);
            }
        }

        var isHearingAgain = false;
        if (outage.IsReceiveFaulted && (outage.ReturnedCount > 0 || CheckLocalInterface(now) is null))
        {
            (outage.IsReceiveFaulted, outage.MendedTimestamp, isHearingAgain) = (false, now, true);
        }

        if (!outage.IsReceiveFaulted && (outage.ReturnedCount == outage.Members.Count
            || (outage.MendedTimestamp is { } mended && time.GetElapsedTime(mended, now) >= Settle(outage))))
        {
            End(outage, now);
        }

        return isHearingAgain;
    }

    private bool HasReturned(NodeStatus status, Outage outage) =>
        status.Health is NodeHealth.Left or NodeHealth.Rebooting
        || ((status.Received > 0 || status.Health == NodeHealth.Up) && !WasSilentBefore(status, outage));

    /// <summary>Slow nodes are given three of their intervals to be heard.</summary>
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
            $"{outage.ReturnedCount} of {count} nodes that fell silent together are heard again after {lasted}.{rest}",
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
            var fault = findFault([.. silent.Select(AddressOf).OfType<string>()]);
            _fault = fault?.Cause == NetworkCause.OwnInterface ? fault : null;
            _checkedTimestamp = now;
        }

        return _fault;
    }

    private string? AddressOf(string id) => registry.TryGet(id, out var status) ? status.Address : null;

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
