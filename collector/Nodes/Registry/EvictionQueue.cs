using NodeTelemetry.Collector.Nodes.State;

namespace NodeTelemetry.Collector.Nodes.Registry;

/// <summary>The nodes that make room for new ones when the node table is full. For the ingest loop only.</summary>
/// <remarks>
/// First goes what was hardly ever received: invented identities, whatever interval they promise.
/// Nodes that are established (long known or signed) come last:
/// when there are no others, and they have left or are lost.
/// A node that sends is never evicted.
/// </remarks>
internal sealed class EvictionQueue(TimeProvider time)
{
    /// <summary>Nodes found by one scan.</summary>
    private const int CountMax = 1000;

    /// <summary>Least time between two scans of all nodes, which a flood of invented ids must not cause.</summary>
    private static readonly TimeSpan ScanPeriod = TimeSpan.FromSeconds(1);

    /// <summary>From its first to its last datagram, an established node has sent this long.</summary>
    private static readonly TimeSpan EstablishedAfter = TimeSpan.FromMinutes(5);

    /// <summary>Silence after which a node that is not established makes room.</summary>
    private static readonly TimeSpan SilenceMin = TimeSpan.FromSeconds(10);

    private readonly Queue<(NodeState Node, long LastSeen)> _queue = new();
    private long? _scannedTimestamp;

    /// <summary>Takes the next node to evict.</summary>
    /// <returns><see langword="null"/> if no node can make room.</returns>
    public NodeState? Take(IEnumerable<NodeState> nodes)
    {
        if (TryTake() is { } node)
        {
            return node;
        }

        if (_scannedTimestamp is { } last && time.GetElapsedTime(last) < ScanPeriod)
        {
            return null;
        }

        _scannedTimestamp = time.GetTimestamp();
        var all = nodes.ToLookup(static candidate => IsEstablished(candidate.Status));
        var found = all.Contains(false)
            ? all[false].Where(IsSilent).OrderBy(static candidate => candidate.Status.LastSeenTimestamp)
            : all[true]
                .Where(static candidate => candidate.Status.Health is NodeHealth.Left or NodeHealth.Lost)
                .OrderBy(static candidate => candidate.Status.Health == NodeHealth.Lost)
                .ThenBy(static candidate => candidate.Status.Readings.Signature is not null)
                .ThenBy(static candidate => candidate.Status.LastSeenTimestamp);
        foreach (var candidate in found.Take(CountMax))
        {
            _queue.Enqueue((candidate, candidate.Status.LastSeenTimestamp));
        }

        return TryTake();
    }

    private NodeState? TryTake()
    {
        while (_queue.TryDequeue(out var one))
        {
            // One that has sent meanwhile, or was removed, is skipped.
            if (one.Node.Status.LastSeenTimestamp == one.LastSeen && one.Node.Status.Health != NodeHealth.Forgotten)
            {
                return one.Node;
            }
        }

        return null;
    }

    private static bool IsEstablished(NodeStatus status) =>
        status.Readings.Signature is not null || status.LastSeen - status.FirstSeen >= EstablishedAfter;

    private bool IsSilent(NodeState node) => time.GetElapsedTime(node.Status.LastSeenTimestamp) >= SilenceMin;
}
