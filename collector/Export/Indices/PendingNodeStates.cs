using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Nodes.State;

namespace NodeTelemetry.Collector.Export.Indices;

/// <summary>The states of nodes that have to be written: only the newest of each node.</summary>
/// <remarks>Safe for any thread.</remarks>
/// <param name="nodes">Reads the current statuses.</param>
/// <param name="metrics">The counters.</param>
internal sealed class PendingNodeStates(Func<IEnumerable<NodeStatus>> nodes, ExportMetrics metrics)
{
    /// <summary>
    /// The maximum number of forgotten nodes that wait while OpenSearch is down, against invented identities.
    /// Some 1 KB each, and more than a cluster loses in years.
    /// </summary>
    public const int ForgottenMax = 10_000;

    private readonly Lock _lock = new();

    // Bounded by the registry.
    private readonly Dictionary<string, NodeStatus> _changed = [];
    private readonly Dictionary<string, NodeStatus> _forgotten = [];

    /// <summary>Gets the version of a state: when it was last true.</summary>
    public static long Version(NodeStatus status) => Math.Max(
        status.LastSeen.ToUnixTimeMilliseconds(), status.HealthSince.ToUnixTimeMilliseconds());

    /// <summary>A node has changed.</summary>
    public void Change(NodeStatus status)
    {
        lock (_lock)
        {
            Put(status);
        }
    }

    /// <summary>All states have to be written again, in addition to those of forgotten nodes that still wait.</summary>
    public void ChangeAll()
    {
        var all = nodes().ToList();
        lock (_lock)
        {
            foreach (var status in all)
            {
                // A change that came while the list was created is newer than the list.
                if (Find(status.Id) is not { } pending || Version(pending) <= Version(status))
                {
                    Put(status);
                }
            }
        }
    }

    /// <summary>Takes some states to write.</summary>
    public List<NodeStatus> Take(int countMax)
    {
        lock (_lock)
        {
            var taken = _changed.Values.Concat(_forgotten.Values).Take(countMax).ToList();
            foreach (var status in taken)
            {
                _changed.Remove(status.Id);
                _forgotten.Remove(status.Id);
            }

            return taken;
        }
    }

    /// <summary>Returns states that could not be written, unless they have changed since.</summary>
    public void PutBack(IReadOnlyList<NodeStatus> statuses)
    {
        lock (_lock)
        {
            foreach (var status in statuses)
            {
                if (Find(status.Id) is null)
                {
                    Put(status);
                }
            }
        }
    }

    private NodeStatus? Find(string id) => _changed.GetValueOrDefault(id) ?? _forgotten.GetValueOrDefault(id);

    private void Put(NodeStatus status)
    {
        _changed.Remove(status.Id);
        _forgotten.Remove(status.Id);
        if (status.Health != NodeHealth.Forgotten)
        {
            _changed[status.Id] = status;
        }
        else if (_forgotten.Count < ForgottenMax)
        {
            _forgotten[status.Id] = status;
        }
        else
        {
            metrics.StatesDropped.Inc();
        }
    }
}
