using NodeTelemetry.Collector.Nodes.Events;


namespace NodeTelemetry.Collector.Storage.Tables;

/// <summary>Which events are asked for.</summary>
/// <param name="Node">Of this node only; <see langword="null"/> for all events.</param>
/// <param name="Kinds">Of these kinds only; empty for all.</param>
/// <param name="From">Not before, ms since the epoch.</param>
/// <param name="To">Before, ms since the epoch.</param>
/// <param name="Before">With a lower identity only: the next page.</param>
/// <param name="Limit">The most events, 1 to <see cref="LimitMax"/>.</param>
internal sealed record EventFilter(
    string? Node, IReadOnlyCollection<NodeEventKind> Kinds, long From, long To, long Before, int Limit)
{
    /// <summary>The most events of one answer: some 500 kB.</summary>
    public const int LimitMax = 1000;

    /// <summary>Tells whether an event is asked for.</summary>
    public bool Matches(NodeEvent raised)
    {
        var time = raised.Time.ToUnixTimeMilliseconds();
        return raised.Id < Before && time >= From && time < To
            && (Node is null || raised.Node == Node)
            && (Kinds.Count == 0 || Kinds.Contains(raised.Kind));
    }
}
