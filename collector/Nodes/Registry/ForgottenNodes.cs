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
                _nodes.Remove(id);
            }
        }
    }

    /// <summary>Finds a node.</summary>
    public NodeStatus? Find(string id) => _nodes.GetValueOrDefault(id);

    /// <summary>Removes a node that reports again.</summary>
    public void Remove(string id) => _nodes.Remove(id);
}
