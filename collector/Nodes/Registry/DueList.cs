using NodeTelemetry.Collector.Nodes.State;

namespace NodeTelemetry.Collector.Nodes.Registry;

/// <summary>
/// When each node is to be looked at next, so that a sweep costs what is due and not what is known. For the ingest
/// loop only.
/// </summary>
/// <remarks>
/// A node that is heard is due later than it was; it is left where it stands, found not to be due after all, and put
/// off. One that is due sooner is put in once more; where it stood before is skipped.
/// </remarks>
internal sealed class DueList
{
    private readonly PriorityQueue<NodeState, long> _queue = new();

    /// <summary>Has a node looked at no later than this.</summary>
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

    /// <summary>Takes a node that is due; it stands nowhere afterwards.</summary>
    public bool TryTake(long now, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out NodeState? node)
    {
        while (_queue.TryPeek(out node, out var due) && due <= now)
        {
            _queue.Dequeue();
            if (node.DueTimestamp == due)
            {
                node.DueTimestamp = long.MaxValue;
                return true;
            }
        }

        node = null;
        return false;
    }
}
