using NodeTelemetry.Collector.Nodes.State;

namespace NodeTelemetry.Collector.Nodes.Registry;

/// <summary>The runs of forgotten nodes, so that a replayed recording is still rejected.
/// For the ingest loop only.</summary>
internal sealed class ForgottenNodes
{
    /// <summary>Forgotten nodes, some 5 MB; beyond this the oldest are dropped.</summary>
    public const int CountMax = 10_000;

    private readonly Dictionary<string, NodeStatus> _nodes = new(StringComparer.Ordinal);
    private readonly Queue<(string Id, NodeStatus Status)> _order = new();

    // Nodes that send again, but whose samples are not accepted yet: as many as there are entries above.
    private readonly Dictionary<string, NodeState> _states = new(StringComparer.Ordinal);

    /// <summary>Keeps the runs of a node. One without runs has nothing to compare a recording with.</summary>
    public void Add(NodeStatus status)
    {
        if (status.Header is null)
        {
            return;
        }

        var kept = status with
        {
            Readings = new Protocol.Readings.NodeSnapshot { Hostname = status.Hostname },
            About = null,
            Labels = null,
            Gaps = [],
        };
        _nodes[status.Id] = kept;
        _order.Enqueue((status.Id, kept));
        while (_order.Count > CountMax)
        {
            var (id, oldest) = _order.Dequeue();
            if (_nodes.TryGetValue(id, out var known) && ReferenceEquals(known, oldest))
            {
                Remove(id);
            }
        }
    }

    /// <summary>Finds a node.</summary>
    public NodeStatus? Find(string id) => _nodes.GetValueOrDefault(id);

    /// <summary>Finds the state of a node whose samples have not been accepted so far.</summary>
    public NodeState? FindState(string id) => _states.GetValueOrDefault(id);

    /// <summary>Keeps the state of a node whose sample was not accepted: it may claim its place.</summary>
    public void Keep(NodeState state)
    {
        if (_nodes.ContainsKey(state.Status.Id))
        {
            _states[state.Status.Id] = state;
        }
    }

    /// <summary>Removes a node that reports again.</summary>
    public void Remove(string id)
    {
        _nodes.Remove(id);
        _states.Remove(id);
    }
}
