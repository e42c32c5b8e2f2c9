using NodeTelemetry.Collector.Nodes;

namespace NodeTelemetry.Collector.Export.Indices;

/// <summary>Which states of nodes are still to be written: the newest of each node, and no older one.</summary>
/// <remarks>
/// For any thread. Bounded by the number of nodes that may be known, and the forgotten ones among them.
/// </remarks>
/// <param name="nodes">Reads the present statuses.</param>
internal sealed class NodeStates(Func<IEnumerable<NodeStatus>> nodes)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, NodeStatus> _changed = [];

    /// <summary>Gets the version of a state: when it was last true.</summary>
    public static long Version(NodeStatus status) => Math.Max(
        status.LastSeen.ToUnixTimeMilliseconds(), status.HealthSince.ToUnixTimeMilliseconds());

    /// <summary>A node has changed.</summary>
    public void Change(NodeStatus status)
    {
        lock (_lock)
        {
            _changed[status.Id] = status;
        }
    }

    /// <summary>Everything is to be written again. What has been forgotten meanwhile stays to be told.</summary>
    public void ChangeAll()
    {
        var all = nodes().ToList();
        lock (_lock)
        {
            foreach (var status in all)
            {
                // A change that came while the list was made is newer than the list.
                if (!_changed.TryGetValue(status.Id, out var present) || Version(present) <= Version(status))
                {
                    _changed[status.Id] = status;
                }
            }
        }
    }

    /// <summary>Takes some to write them.</summary>
    public List<NodeStatus> Take(int countMax)
    {
        lock (_lock)
        {
            var taken = _changed.Values.Take(countMax).ToList();
            taken.ForEach(status => _changed.Remove(status.Id));
            return taken;
        }
    }

    /// <summary>Puts back what could not be written, unless it has changed since.</summary>
    public void PutBack(IReadOnlyList<NodeStatus> statuses)
    {
        lock (_lock)
        {
            foreach (var status in statuses)
            {
                _changed.TryAdd(status.Id, status);
            }
        }
    }
}
