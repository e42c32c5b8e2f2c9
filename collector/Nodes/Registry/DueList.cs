using System.Diagnostics.CodeAnalysis;
using NodeTelemetry.Collector.Nodes.State;

namespace NodeTelemetry.Collector.Nodes.Registry;

/// <summary>The due times of checks, so that a sweep costs as much as is due, not as many nodes as exist.
/// For the ingest loop only.</summary>
/// <remarks>
/// A node that reports becomes due later; its queue entry stays, and the check postpones it.
/// A node that becomes due sooner is queued again; its older entry is skipped.
/// </remarks>
internal sealed class DueList
{
    private readonly PriorityQueue<NodeState, long> _queue = new();

    /// <summary>Schedules a check of a node no later than <paramref name="due"/>.</summary>
    /// <param name="node">The node.</param>
    /// <param name="due">The timestamp.</param>
    public void Put(NodeState node, long due)
    {
        if (due < node.DueTimestamp)
        {
            node.DueTimestamp = due;
            _queue.Enqueue(node, due);
        }
    }

    /// <summary>Finds the node that is due first.</summary>
    /// <param name="node">The node.</param>
    /// <param name="due">The timestamp; <see cref="long.MaxValue"/> if there is none.</param>
    public bool TryPeek([NotNullWhen(true)] out NodeState? node, out long due)
    {
        while (_queue.TryPeek(out node, out due))
        {
            if (node.DueTimestamp == due)
            {
                return true;
            }

            _queue.Dequeue();
        }

        due = long.MaxValue;
        return false;
    }

    /// <summary>Removes the node that <see cref="TryPeek"/> has found.</summary>
    public void RemoveFirst() => _queue.Dequeue().DueTimestamp = long.MaxValue;
}
