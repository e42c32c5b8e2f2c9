using System.Collections.Concurrent;
using Prometheus;

namespace NodeTelemetry.Collector.Diagnostics;

/// <summary>A counter per node and reason. Thread-safe.</summary>
/// <typeparam name="TReason">The enumeration of the reasons.</typeparam>
/// <param name="family">The counter; its labels are the node and the reason.</param>
internal sealed class NodeCounters<TReason>(Counter family)
    where TReason : struct, Enum
{
    /// <summary>The name for nodes beyond the limit, and for those without a known name.</summary>
    public const string Other = "other";

    // The default limit of nodes: forged node ids must not exhaust the memory.
    private const int CountersMax = 20_000;

    private readonly ConcurrentDictionary<(string Node, TReason Reason), Counter.Child> _counters = [];

    /// <summary>Gets all counters, unordered.</summary>
    public IEnumerable<(string Node, TReason Reason, long Count)> Seen =>
        _counters.Select(static pair => (pair.Key.Node, pair.Key.Reason, (long)pair.Value.Value));

    /// <summary>Adds to a counter.</summary>
    public void Inc(string? node, TReason reason, long count)
    {
        var key = (Node: node ?? Other, Reason: reason);
        if (!_counters.TryGetValue(key, out var counter))
        {
            key = _counters.Count < CountersMax ? key : (Other, reason);
            counter = _counters.GetOrAdd(
                key,
                static (key, family) => family.WithLabels(key.Node, CounterSet<TReason>.FormatLabel(key.Reason)),
                family);
        }

        counter.Inc(count);
    }
}
