using NodeTelemetry.Collector.Nodes.Events;
using NodeTelemetry.Collector.Nodes.State;

namespace NodeTelemetry.Collector.Nodes.Registry;

/// <summary>Raises events: numbers them and calls the listeners. For the ingest loop only.</summary>
/// <param name="time">The clock.</param>
internal sealed class NodeEvents(TimeProvider time)
{
    private readonly EventFolding _folding = new(time);
    private IReadOnlyList<IEventListener> _listeners = [];
    private long _last;

    /// <summary>Sets the listeners, called in this order.</summary>
    public void Attach(IReadOnlyList<IEventListener> listeners) => _listeners = listeners;

    /// <summary>Continues the numbers of an earlier process; before the ingest loop starts.</summary>
    public void Restore(long last) => _last = Math.Max(_last, last);

    /// <summary>Raises an event about a node.</summary>
    public NodeEvent Raise(NodeEventKind kind, NodeStatus status, string text, EventDetails? details = null) =>
        Raise(kind, text, details, status);

    /// <summary>Raises an event that is not about one node.</summary>
    public NodeEvent Raise(NodeEventKind kind, string text, EventDetails? details = null) =>
        Raise(kind, text, details, null);

    private NodeEvent Raise(NodeEventKind kind, string text, EventDetails? details, NodeStatus? status)
    {
        var now = time.GetUtcNow();

        // Ids follow the clock, so they keep increasing even if the database with the last one cannot be read.
        _last = Math.Max(_last + 1, now.ToUnixTimeMilliseconds());
        var raised = new NodeEvent
        {
            Id = _last,
            Time = now,
            Kind = kind,
            Node = status?.Id,
            Hostname = status?.Hostname,
            Text = text,
            Details = status is null
                ? details ?? EventDetails.None
                : _folding.Apply(status.Id, kind, _last, details ?? EventDetails.None, now),
        };
        foreach (var listener in _listeners)
        {
            listener.OnEvent(raised);
        }

        return raised;
    }
}
