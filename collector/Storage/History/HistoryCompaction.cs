using NodeTelemetry.Collector.Storage.Database;

namespace NodeTelemetry.Collector.Storage.History;

/// <summary>Compacts the rows of the tiers that are kept long, oldest first and a few nodes at a time.</summary>
/// <remarks>Called by the writer only. Rows of earlier versions are compacted in the same way.</remarks>
internal sealed class HistoryCompaction(IReadOnlyList<HistoryTier> tiers, HistoryRows rows)
{
    // Late samples come within the first minutes; a row that is already compacted is turned back for them.
    private const long DelaySeconds = 600;

    // Nodes that are read together: a MB of memory.
    private const long NodesPerBatch = 25;

    // A turn of the writer then takes some 20 ms.
    private const int RowsPerTurn = 1000;

    // A tier that is kept for a day is short enough as it is.
    private static readonly TimeSpan RetentionMin = TimeSpan.FromDays(1);

    private (long Step, long Start, long Node) _next;

    /// <summary>Compacts some rows.</summary>
    /// <param name="session">The open transaction.</param>
    /// <param name="completeUntil">Up to where each tier is complete.</param>
    /// <returns>Whether there is more to compact now.</returns>
    public bool CompactSome(DatabaseSession session, ReadOnlySpan<long> completeUntil)
    {
        for (var index = 0; index < tiers.Count; index++)
        {
            var step = tiers[index].StepSeconds;
            if (tiers[index].Retention <= RetentionMin || FindOldest(session, step) is not { } oldest)
            {
                continue;
            }

            var start = ChunkFormat.SpanStart(step, oldest);
            if (start + (ChunkFormat.SpanWidth(step) * step) + DelaySeconds <= completeUntil[index])
            {
                Compact(session, step, start);
                return true;
            }
        }

        return false;
    }

    /// <summary>The transaction has failed.</summary>
    public void OnRolledBack() => _next = default;

    private static long? FindOldest(DatabaseSession session, long step)
    {
        var chunk = session.Prepare("SELECT min(time) FROM history_chunk WHERE step = ?1").With(step).ReadInteger();
        var row = session.Prepare("SELECT min(time) FROM history WHERE step = ?1").With(step).ReadInteger();
        return chunk < row ? chunk : row ?? chunk;
    }

    private void Compact(DatabaseSession session, long step, long start)
    {
        var last = session.Prepare("SELECT max(id) FROM history_node").ReadInteger() ?? 0;
        var node = (_next.Step, _next.Start) == (step, start) ? _next.Node : 0;
        for (var written = 0; written < RowsPerTurn && node <= last; node += NodesPerBatch)
        {
            // The last batch also has the rows of nodes whose names are gone.
            var end = node + NodesPerBatch > last ? long.MaxValue : node + NodesPerBatch;
            written += rows.Compact(step, start, (node, end));
        }

        _next = node > last ? default : (step, start, node);
    }
}
