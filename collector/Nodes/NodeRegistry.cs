using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.Protocol.Wire;

namespace NodeTelemetry.Collector.Nodes;

/// <summary>All nodes. The ingest loop is the only writer; anybody may read.</summary>
/// <param name="countMax">The most nodes; a flood of invented identities must not fill the memory.</param>
/// <param name="listeners">Who learns of what happens, in this order.</param>
/// <param name="metrics">Where nodes that had to make room are counted.</param>
/// <param name="time">The clock.</param>
internal sealed class NodeRegistry(
    int countMax, IReadOnlyList<INodeListener> listeners, CollectorMetrics metrics, TimeProvider time)
{
    /// <summary>
    /// How often a node may make room for another: finding it means looking at all, which a flood of invented nodes
    /// must not cause at every datagram.
    /// </summary>
    private static readonly TimeSpan EvictionPeriod = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, NodeState> _nodes = new(StringComparer.Ordinal);
    private readonly HealthEvents _healthEvents = new(new NodeEvents(listeners, time));
    private long? _evictedTimestamp;

    /// <summary>Gets the most nodes.</summary>
    public int CountMax => countMax;

    /// <summary>Gets the number of nodes that are known.</summary>
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

    /// <summary>Finds a node.</summary>
    public bool TryGet(string id, [NotNullWhen(true)] out NodeStatus? status)
    {
        status = _nodes.TryGetValue(id, out var state) ? state.Status : null;
        return status is not null;
    }

    /// <summary>Adds a node that an earlier process knew; before the ingest loop starts.</summary>
    /// <remarks>
    /// It gets a full grace period: it counts as heard now. One that was up is late until it is heard, because nobody
    /// knows.
    /// Listeners are not told: nothing happened.
    /// </remarks>
    public void Restore(NodeStatus known)
    {
        var health = known.Health == NodeHealth.Up ? NodeHealth.Late : known.Health;
        _nodes[known.Id] = new NodeState(known with { Health = health, LastSeenTimestamp = time.GetTimestamp() }, time);
    }

    /// <summary>Takes a valid snapshot and tells the listeners.</summary>
    public ApplyOutcome Apply(NodeSnapshot snapshot, SocketAddress source, long receivedTimestamp)
    {
        var id = snapshot.Header?.Node ?? LegacyId(snapshot.Hostname);
        NodeHealth? before = null;
        var heard = receivedTimestamp;
        if (_nodes.TryGetValue(id, out var state))
        {
            before = state.Status.Health;
            heard = state.Status.LastSeenTimestamp;
        }
        else if (_nodes.Count >= countMax && !TryEvict())
        {
            return ApplyOutcome.TooManyNodes;
        }
        else
        {
            state = new NodeState(id, snapshot, receivedTimestamp, time);
            _nodes[id] = state;
        }

        var outcome = state.Apply(snapshot, source, receivedTimestamp);
        var status = state.Status;
        if (outcome == ApplyOutcome.Accepted)
        {
            var now = time.GetUtcNow();
            var isLate = snapshot.Header is { } header && header.Sequence < status.Header!.Sequence;
            var accepted = new AcceptedSnapshot(
                id, snapshot, isLate ? Earlier(state.ArrivalOf(snapshot.Header!), now) : now, isLate);
            foreach (var listener in listeners)
            {
                listener.OnSnapshot(accepted, status);
            }
        }

        // A duplicate that answers a probe changes nothing but health.
        if (status.Health != before)
        {
            Tell(status, before, time.GetElapsedTime(heard, receivedTimestamp));
        }

        return outcome;
    }

    /// <summary>Gives a node another health and tells the listeners. A forgotten node is gone afterwards.</summary>
    internal void SetHealth(string id, NodeHealth health)
    {
        var state = _nodes[id];
        var before = state.Status.Health;
        state.SetHealth(health);
        if (health == NodeHealth.Forgotten)
        {
            _nodes.TryRemove(id, out _);
        }

        Tell(state.Status, before, time.GetElapsedTime(state.Status.LastSeenTimestamp));
    }

    /// <summary>
    /// Gets the identity of a raspi-cluster node: its host name, but never one that could be another node's identity.
    /// </summary>
    private static string LegacyId(string hostname) =>
        hostname.Length == WireLimits.NodeDigits && hostname.All(char.IsAsciiHexDigit) ? "host-" + hostname : hostname;

    /// <summary>Forgets the node that has been silent for the longest, unless all are alive.</summary>
    private bool TryEvict()
    {
        if (_evictedTimestamp is { } last && time.GetElapsedTime(last) < EvictionPeriod)
        {
            return false;
        }

        _evictedTimestamp = time.GetTimestamp();
        var oldest = Statuses
            .Where(static status => status.Health is NodeHealth.Lost or NodeHealth.Left)
            .MinBy(static status => status.LastSeen);
        if (oldest is null)
        {
            return false;
        }

        metrics.NodesEvicted.Add();
        SetHealth(oldest.Id, NodeHealth.Forgotten);
        return true;
    }

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    private void Tell(NodeStatus status, NodeHealth? before, TimeSpan silence)
    {
        foreach (var listener in listeners)
        {
            listener.OnHealthChanged(status, before);
        }

        _healthEvents.OnHealthChanged(status, before, silence);
    }
}
