using System.Collections.Concurrent;

namespace NodeTelemetry.Collector.Diagnostics;

/// <summary>A counter for each node and reason that it ever had to be counted for. Any thread may add.</summary>
/// <typeparam name="TReason">The enumeration of the reasons.</typeparam>
internal sealed class NodeCounters<TReason>
    where TReason : struct, Enum
{
    /// <summary>The name for nodes beyond the limit, and for those without a known name.</summary>
    public const string Other = "other";

    // As many as there may be nodes by default: an inventive sender must not use up the memory.
    private const int CountersMax = 20_000;

    private readonly ConcurrentDictionary<(string Node, TReason Reason), Counter> _counters = [];

    /// <summary>Gets all, in no order.</summary>
    public IEnumerable<(string Node, TReason Reason, long Count)> Seen =>
        _counters.Select(static pair => (pair.Key.Node, pair.Key.Reason, pair.Value.Value));

    /// <summary>Adds to one.</summary>
    public void Add(string? node, TReason reason, long count)
    {
        var key = (node ?? Other, reason);
        if (!_counters.TryGetValue(key, out var counter))
        {
            key = _counters.Count < CountersMax ? key : (Other, reason);
            counter = _counters.GetOrAdd(key, static _ => new Counter());
        }

        counter.Add(count);
    }
}
