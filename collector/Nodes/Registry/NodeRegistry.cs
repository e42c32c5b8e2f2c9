using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Nodes.Events;
using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Protocol.Limits;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Collector.Nodes.Registry;

/// <summary>All nodes. The ingest loop is the only writer; any thread may read.</summary>
internal sealed class NodeRegistry
{
    /// <summary>
    /// One place in ten is kept for nodes at other addresses: a single sender cannot fill the table.
    /// </summary>
    private const int OtherAddressesShare = 10;

    private readonly HashSet<NodeState> _withGaps = [];
    private readonly ForgottenNodes _forgotten = new();
    private readonly MachineIndex _machines = new();
    private readonly ConcurrentDictionary<string, NodeState> _nodes = new(StringComparer.Ordinal);
    private readonly CollectorMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly HealthEvents _healthEvents;
    private readonly RunEvents _runEvents;
    private readonly ConfigurationEvents _configurationEvents;
    private readonly EvictionQueue _evictions;
    private readonly Dictionary<string, int> _countByAddress = new(StringComparer.Ordinal);
    private NodeListeners _listeners = NodeListeners.None;
    private volatile NodeEvent? _outage;

    /// <summary>Initializes a new instance of the <see cref="NodeRegistry"/> class.</summary>
    /// <param name="countMax">Maximum number of nodes; a flood of invented ids must not fill the memory.</param>
    /// <param name="metrics">The counters.</param>
    /// <param name="time">The clock.</param>
    public NodeRegistry(int countMax, CollectorMetrics metrics, TimeProvider time)
    {
        CountMax = countMax;
        _metrics = metrics;
        _time = time;
        Events = new NodeEvents(time);
        _healthEvents = new HealthEvents(Events);
        _runEvents = new RunEvents(Events, time);
        _configurationEvents = new ConfigurationEvents(Events);
        _evictions = new EvictionQueue(time);
    }

    /// <summary>Gets the maximum number of nodes.</summary>
    public int CountMax { get; }

    /// <summary>Gets the event of the current outage. Set by the ingest loop.</summary>
    public NodeEvent? Outage
    {
        get => _outage;
        internal set => _outage = value;
    }

    /// <summary>Gets the event of lost multicast while it lasts. For the ingest loop only.</summary>
    public NodeEvent? MulticastOutage { get; internal set; }

    /// <summary>Gets what raises events. For the ingest loop only.</summary>
    public NodeEvents Events { get; }

    /// <summary>Gets the number of nodes.</summary>
    public int Count => _nodes.Count;

    /// <summary>Gets the status of every node, in no order.</summary>
    public IEnumerable<NodeStatus> Statuses
    {
        get
        {
            foreach (var pair in _nodes)
            {
                yield return pair.Value.Status;
            }
        }
    }

    /// <summary>Gets every node, in no order. For the ingest loop only.</summary>
    internal IEnumerable<NodeState> States
    {
        get
        {
            foreach (var pair in _nodes)
            {
                yield return pair.Value;
            }
        }
    }

    /// <summary>Gets when each node is due for a check. For the ingest loop only.</summary>
    internal DueList Due { get; } = new();

    /// <summary>Sets the listeners; called once, before the ingest loop starts.</summary>
    public void Attach(NodeListeners listeners)
    {
        _listeners = listeners;
        Events.Attach(listeners.Events);
    }

    /// <summary>Finds a node.</summary>
    public bool TryGet(string id, [NotNullWhen(true)] out NodeStatus? status)
    {
        status = _nodes.TryGetValue(id, out var state) ? state.Status : null;
        return status is not null;
    }

    /// <summary>Finds the node of a datagram that was accepted, if it belongs to the newest sample:
    /// its copy is a duplicate.</summary>
    /// <returns><see langword="null"/> if the order must be determined.</returns>
    internal NodeStatus? FindNewest(ulong node, uint run, long sequence)
    {
        var identity = node.ToString("x16", CultureInfo.InvariantCulture);
        return _nodes.TryGetValue(_machines.FindNode(identity), out var state) && state.IsNewest(run, sequence)
            && state.Status.Header!.Node == identity
            ? state.Status
            : null;
    }

    /// <summary>Restores an outage that an earlier process reported and did not end;
    /// before nodes are restored.</summary>
    public void RestoreOutage(NodeEvent open)
    {
        if (open.Kind == NodeEventKind.NetworkLost)
        {
            Outage = open;
        }
        else
        {
            MulticastOutage = open;
        }
    }

    /// <summary>Restores a node of an earlier process; before the ingest loop starts.</summary>
    /// <remarks>
    /// It gets a full grace period: its silence starts now. One that was up is late until it reports,
    /// because its health is unknown, and is probed meanwhile.
    /// One that was isolated stays so if the outage is still open. Listeners are not called, because nothing happened.
    /// </remarks>
    public void Restore(NodeStatus known)
    {
        if (known.Health == NodeHealth.Forgotten)
        {
            _forgotten.Add(known);
            return;
        }

        var isIsolated = known.IsIsolated && Outage is not null;
        var isUnknown = known.Health == NodeHealth.Up || (known.IsIsolated && !isIsolated);
        var now = _time.GetTimestamp();
        var state = new NodeState(
            known with
            {
                Health = isUnknown ? NodeHealth.Late : known.Health,
                IsIsolated = isIsolated,
                LastSeenTimestamp = now,
            },
            _time);
        Add(state);
        if (known.Header?.Node is { } identity && identity != known.Id)
        {
            _machines.Continue(known.Id, identity);
        }

        Due.Put(state, now);
    }

    /// <summary>Applies a valid snapshot and calls the listeners.</summary>
    public ApplyOutcome Apply(NodeSnapshot snapshot, SocketAddress source, long receivedTimestamp)
    {
        if (snapshot.Header is null && _machines.FindAgent(snapshot.Hostname, source) is { } agent)
        {
            HandOver(agent);
            return ApplyOutcome.Duplicate;
        }

        var id = _machines.FindNode(snapshot.Header?.Node ?? LegacyId(snapshot.Hostname));
        if (!_nodes.TryGetValue(id, out var state) && _machines.FindEarlier(snapshot, source) is { } earlier)
        {
            id = Continue(earlier, id, source);
            state = earlier;
        }

        NodeStatus? before = null;
        ApplyOutcome outcome;
        if (state is not null)
        {
            before = state.Status;
            outcome = state.Apply(snapshot, source, receivedTimestamp);
        }
        else
        {
            state = _forgotten.FindState(id)
                ?? new NodeState(id, snapshot, receivedTimestamp, _forgotten.Find(id), _time);
            outcome = state.Apply(snapshot, source, receivedTimestamp);
            if (outcome != ApplyOutcome.Accepted)
            {
                _forgotten.Keep(state);
                return outcome;
            }

            if (!HasRoom(state.Status.Address))
            {
                return ApplyOutcome.TooManyNodes;
            }

            _forgotten.Remove(id);
            Add(state);
        }

        _machines.Update(state);
        var status = state.Status;
        if (status.Health != before?.Health || status.Interval < before.Interval
            || status.AnswersProbes != before.AnswersProbes)
        {
            Due.Put(state, receivedTimestamp);
        }

        if (state.HasGaps || state.Reduced.Missing is not null)
        {
            _withGaps.Add(state);
        }

        if (outcome == ApplyOutcome.Accepted)
        {
            var now = _time.GetUtcNow();
            var isLate = snapshot.Header is { } header && header.Sequence < status.Header!.Sequence;
            var accepted = new AcceptedSnapshot(
                id, state.Completed!, isLate ? Earlier(state.EstimateArrival(snapshot.Header!), now) : now, isLate);
            foreach (var listener in _listeners.Samples)
            {
                listener.OnSample(accepted, status);
            }
        }

        // A duplicate that is a probe reply changes only the health.
        if (status.Health != before?.Health)
        {
            var seenTimestamp = before?.LastSeenTimestamp ?? receivedTimestamp;
            NotifyHealth(state, before, _time.GetElapsedTime(seenTimestamp, receivedTimestamp));
            HandOver(state);
        }

        if (outcome == ApplyOutcome.Accepted && before is not null)
        {
            if (state.IsRegained)
            {
                _runEvents.OnRegained(state, before);
            }
            else if (state.Entered is { } entered)
            {
                if (snapshot.Header?.Node == id)
                {
                    _machines.Separate(id);
                }

                _runEvents.OnEntered(state, entered);
            }

            _configurationEvents.OnSample(state.Status, before);
        }

        return outcome;
    }

    /// <summary>Checks the nodes with missing samples that have reported since the last check,
    /// also those that lack only the full sample of newer ones.</summary>
    /// <param name="isDone">Checks a node; returns whether it needs no check until it reports again.</param>
    internal void SweepGaps(Predicate<NodeState> isDone) => _withGaps.RemoveWhere(isDone);

    /// <summary>Changes the health of a node and calls the listeners. A forgotten node is removed.</summary>
    internal void SetHealth(string id, NodeHealth health, bool isIsolated = false)
    {
        var state = _nodes[id];
        var before = state.Status;
        state.SetHealth(health, isIsolated);
        if (health == NodeHealth.Forgotten)
        {
            Remove(state);
        }

        NotifyHealth(state, before, _time.GetElapsedTime(before.LastSeenTimestamp));
    }

    /// <summary>Reports a node as lost that was isolated and is still silent after the outage.</summary>
    internal void EndIsolation(NodeState state)
    {
        state.EndIsolation();
        NotifyHealth(state, state.Status, _time.GetElapsedTime(state.Status.LastSeenTimestamp));
    }

    /// <summary>Reports that a node is late and does not reply.</summary>
    internal void ReportLate(NodeState state, TimeSpan silence) =>
        _healthEvents.OnLate(state, silence, _time.GetTimestamp());

    /// <summary>
    /// Gets the identity of a raspi-cluster node: its host name, but never one that could be another node's identity.
    /// </summary>
    private static string LegacyId(string hostname) =>
        hostname.Length == WireLimits.NodeDigits && hostname.All(char.IsAsciiHexDigit) ? "host-" + hostname : hostname;

    /// <summary>Lets a new identity of a known machine continue its node.</summary>
    private string Continue(NodeState node, string identity, SocketAddress source)
    {
        var status = node.Status;
        _machines.Continue(status.Id, identity);
        Events.Raise(
            NodeEventKind.IdentityChanged, status,
            $"The machine {status.Hostname} at {SourceText.FormatAddress(source)} now has the node id {identity} and "
            + $"continues the node {status.Id}: a new SD card or network card, a new machine-id, or --node.",
            new EventDetails { Address = SourceText.FormatAddress(source), OtherNode = identity });
        return status.Id;
    }

    /// <summary>Removes the node of a raspi-cluster daemon when the agent of the same machine reports.</summary>
    private void HandOver(NodeState agent)
    {
        if (agent.Status.Health != NodeHealth.Up || _machines.FindDaemon(agent.Status) is not { } daemon)
        {
            return;
        }

        var before = Forget(daemon);
        Events.Raise(
            NodeEventKind.Forgotten, daemon.Status,
            $"The raspi-cluster daemon of {before.Hostname} at {before.Address} handed over to the agent, "
            + $"node {agent.Status.Id}.",
            new EventDetails { Before = before.Health.Name(), Address = before.Address, OtherNode = agent.Status.Id });
    }

    /// <summary>Determines whether there is room for a node at an address.
    /// If the table is full, another node is evicted.</summary>
    private bool HasRoom(string? address)
    {
        if (CountMax >= OtherAddressesShare && address is not null
            && _countByAddress.GetValueOrDefault(address) >= CountMax - (CountMax / OtherAddressesShare))
        {
            return false;
        }

        if (_nodes.Count < CountMax)
        {
            return true;
        }

        if (_evictions.Take(States) is not { } evicted)
        {
            return false;
        }

        // Its alerts stay: nothing says that it is well.
        _metrics.NodesEvicted.Inc();
        Events.Raise(
            NodeEventKind.Evicted, evicted.Status,
            $"Node {evicted.Status.Hostname} was evicted from the full node table; last datagram at "
            + $"{evicted.Status.LastSeen:u}.",
            new EventDetails { Before = evicted.Status.Health.Name(), Address = evicted.Status.Address });
        Forget(evicted);
        return true;
    }

    private void Add(NodeState state)
    {
        _nodes[state.Status.Id] = state;
        _machines.Update(state);
        state.EntryAddress = state.Status.Address;
        if (state.EntryAddress is { } address)
        {
            _countByAddress[address] = _countByAddress.GetValueOrDefault(address) + 1;
        }
    }

    /// <summary>Removes a node for another reason than its silence; the caller raises the event.</summary>
    /// <returns>The node before.</returns>
    private NodeStatus Forget(NodeState state)
    {
        var before = state.Status;
        state.SetHealth(NodeHealth.Forgotten);
        Remove(state);
        NotifyListeners(state, before.Health);
        return before;
    }

    private void Remove(NodeState state)
    {
        _nodes.TryRemove(state.Status.Id, out _);
        _machines.Remove(state);
        _withGaps.Remove(state);
        _forgotten.Add(state.Status);
        if (state.EntryAddress is { } address && --_countByAddress[address] == 0)
        {
            _countByAddress.Remove(address);
        }
    }

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    private void NotifyHealth(NodeState state, NodeStatus? before, TimeSpan silence)
    {
        NotifyListeners(state, before?.Health);
        _healthEvents.OnHealthChanged(state, before, silence);
    }

    private void NotifyListeners(NodeState state, NodeHealth? before)
    {
        foreach (var listener in _listeners.Health)
        {
            listener.OnHealthChanged(state.Status, before);
        }
    }
}
