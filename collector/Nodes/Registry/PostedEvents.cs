using System.Collections.Concurrent;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Nodes.Events;

namespace NodeTelemetry.Collector.Nodes.Registry;

/// <summary>Events of other parts, such as silences, which the ingest loop raises in order with its own.</summary>
/// <param name="events">Raises events.</param>
/// <param name="metrics">The counters.</param>
internal sealed class PostedEvents(NodeEvents events, CollectorMetrics metrics)
{
    /// <summary>Maximum events that wait for the next sweep, a fraction of a second: all silences at once.</summary>
    public const int WaitingMax = 1000;

    private readonly ConcurrentQueue<(NodeEventKind Kind, string Text)> _waiting = new();

    /// <summary>Adds an event. Safe for any thread.</summary>
    public void Post(NodeEventKind kind, string text)
    {
        if (_waiting.Count >= WaitingMax)
        {
            metrics.Storage.EventsDropped[EventDropReason.MemoryFull].Inc();
            return;
        }

        _waiting.Enqueue((kind, text));
    }

    /// <summary>Raises the events that wait.</summary>
    /// <param name="now">The time of the sweep.</param>
    /// <returns>Never due by itself: the longest time between two sweeps is short enough for events.</returns>
    public long Sweep(long now)
    {
        while (_waiting.TryDequeue(out var posted))
        {
            events.Raise(posted.Kind, posted.Text);
        }

        return long.MaxValue;
    }
}
