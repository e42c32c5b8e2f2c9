using NodeTelemetry.Collector.Nodes.Events;

namespace NodeTelemetry.Collector.Nodes.Registry;

/// <summary>
/// Folds the repeated events of one node into one that counts them:
/// an agent that restarts all the time must not displace the events of other nodes,
/// and the events of a node must never stop without a sign. For the ingest loop only.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class EventFolding(TimeProvider time)
{
    /// <summary>Events of one kind and node per hour that are not folded:
    /// each restart during an update is of interest.</summary>
    public const int SeparateMax = 5;

    /// <summary>Nodes and kinds that are counted, 1 MB: a flood of invented nodes, each of which is evicted,
    /// begins a new period early.</summary>
    public const int FoldsMax = 10_000;

    private static readonly TimeSpan Period = TimeSpan.FromHours(1);

    private readonly Dictionary<(string Node, NodeEventKind Kind), Fold> _folds = [];
    private long _timestamp = time.GetTimestamp();

    /// <summary>Adds to the details of an event how many it stands for.</summary>
    /// <param name="node">The node's identity.</param>
    /// <param name="kind">The kind.</param>
    /// <param name="id">The identity of the event.</param>
    /// <param name="details">Its own details.</param>
    /// <param name="now">When it is raised.</param>
    public EventDetails Apply(string node, NodeEventKind kind, long id, EventDetails details, DateTimeOffset now)
    {
        if (time.GetElapsedTime(_timestamp) >= Period || _folds.Count >= FoldsMax)
        {
            _timestamp = time.GetTimestamp();
            _folds.Clear();
        }

        var fold = _folds.GetValueOrDefault((node, kind));
        if (fold.Separate < SeparateMax)
        {
            _folds[(node, kind)] = fold with { Separate = fold.Separate + 1 };
            return details;
        }

        var since = fold.Count == 0 ? now.ToUnixTimeMilliseconds() : fold.Since;
        _folds[(node, kind)] = fold with { Count = fold.Count + 1, Since = since, Id = id };
        return fold.Count == 0
            ? details
            : details with { Count = fold.Count + 1, Since = since, Replaces = fold.Id };
    }

    private readonly record struct Fold(int Separate, int Count, long Since, long Id);
}
