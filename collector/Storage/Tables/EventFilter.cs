using NodeTelemetry.Collector.Nodes.Events;

namespace NodeTelemetry.Collector.Storage.Tables;

/// <summary>A filter of events.</summary>
/// <param name="Node">Of this node only; <see langword="null"/> for all events.</param>
/// <param name="Kinds">Of these kinds only; empty for all.</param>
/// <param name="From">Not before, ms since the epoch.</param>
/// <param name="To">Before, ms since the epoch.</param>
/// <param name="Before">Only with a lower identity: the next page.</param>
/// <param name="Limit">The maximum number of events, 1 to <see cref="LimitMax"/>.</param>
internal sealed record EventFilter(
    string? Node, IReadOnlyCollection<NodeEventKind> Kinds, long From, long To, long Before, int Limit)
{
    /// <summary>The maximum number of events in a response: some 500 kB.</summary>
    public const int LimitMax = 1000;

    /// <summary>Determines whether an event passes the filter.</summary>
    public bool Matches(NodeEvent raised)
    {
        var time = raised.Time.ToUnixTimeMilliseconds();
        return raised.Id < Before && time >= From && time < To
            && (Node is null || raised.Node == Node)
            && (Kinds.Count == 0 || Kinds.Contains(raised.Kind));
    }
}
