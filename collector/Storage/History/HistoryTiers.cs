using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Storage.Database;

namespace NodeTelemetry.Collector.Storage.History;

/// <summary>
/// Rolls closed buckets up into the coarser tiers and deletes expired buckets. Called by the writer only.
/// </summary>
/// <remarks>
/// The progress of each tier is stored, so that a restart continues there.
/// The work is done in small steps: a long transaction would delay the outbox.
/// </remarks>
internal sealed class HistoryTiers(
    IReadOnlyList<HistoryTier> tiers,
    HistoryRows rows,
    StorageMetrics metrics,
    RetentionClock retention,
    TimeProvider time)
{
    // Buckets per round and tier: after a long stop the rest follows in the next rounds.
    private const int StepsMax = 8;

    // Nodes that are rolled up together: some MB of memory.
    private const long NodesPerBatch = 1000;

    // How much longer than their rows the names of removed nodes and sensors are kept.
    private const long NameGraceSeconds = 2 * 86_400;

    // Rows of nodes that are deleted at once: some 50 ms.
    private const long NodeRowsPerTurn = 10_000;

    // Expired rows stay for a part of their retention, so that they are deleted together.
    private const long SlackShare = 96;

    private static readonly string[] Tables = ["history_chunk", "history_column", "history"];

    // Everything becomes due by a checkpoint, whose transaction writes the same pages. Without one, time passes too.
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    private readonly long[] _rolledUpTo = new long[tiers.Count];
    private readonly long[] _committedUpTo = new long[tiers.Count];
    private readonly long[] _completeUntil = new long[tiers.Count];
    private readonly List<long> _orphanSteps = [];
    private readonly HistoryCompaction _compaction = new(tiers, rows);
    private readonly ChunkCells _cells = new();
    private long? _maintainedAt;

    /// <summary>Gets a value indicating whether the next round has more to do.</summary>
    public bool HasMore { get; private set; } = true;

    /// <summary>Reads the progress of each tier.</summary>
    public void OnOpened(DatabaseSession session)
    {
        _orphanSteps.Clear();
        var step = 0L;
        while (NextStep(session, step) is { } next)
        {
            step = next;

            // A tier that is no longer configured: its rows are deleted.
            if (!tiers.Any(tier => tier.StepSeconds == step))
            {
                _orphanSteps.Add(step);
            }
        }

        for (var index = 0; index < tiers.Count; index++)
        {
            _rolledUpTo[index] = index == 0
                ? long.MaxValue
                : session.Integer(
                    "SELECT rolled_up_to FROM history_tier WHERE step = $step",
                    ("$step", tiers[index].StepSeconds)) ?? 0;
        }

        _rolledUpTo.CopyTo(_committedUpTo, 0);
        HasMore = true;
    }

    /// <summary>A bucket of a tier was written: coarser buckets that contain it have to be rolled up again.</summary>
    public void OnWritten(HistoryTier tier, long start)
    {
        for (var index = 1; index < tiers.Count; index++)
        {
            if (tiers[index].StepSeconds > tier.StepSeconds)
            {
                _rolledUpTo[index] = Math.Min(_rolledUpTo[index], tiers[index].Floor(start));
            }
        }
    }

    /// <summary>Does a few steps of the due work.</summary>
    /// <param name="session">The open transaction.</param>
    /// <param name="closedUntil">Up to where the finest tier is complete.</param>
    /// <param name="isCheckpoint">Whether the transaction writes new buckets.</param>
    public void Maintain(DatabaseSession session, long closedUntil, bool isCheckpoint)
    {
        if (!HasMore && !isCheckpoint && _maintainedAt is { } at && time.GetElapsedTime(at) < Period)
        {
            SaveProgress(session);
            return;
        }

        _maintainedAt = time.GetTimestamp();
        HasMore = false;
        _completeUntil[0] = closedUntil;
        for (var index = 1; index < tiers.Count; index++)
        {
            _completeUntil[index] = RollUp(session, index, _completeUntil[index - 1]);
        }

        var now = retention.Now.ToUnixTimeSeconds();
        for (var index = 0; index < tiers.Count; index++)
        {
            // Never rows that have not been rolled up yet, as after a long stop.
            var keep = now - (long)tiers[index].Retention.TotalSeconds;
            var before = index + 1 < tiers.Count ? Math.Min(keep, _completeUntil[index + 1]) : keep;
            var slack = (long)tiers[index].Retention.TotalSeconds / SlackShare;
            DeleteBefore(session, tiers[index].StepSeconds, before, slack);
        }

        foreach (var step in _orphanSteps)
        {
            DeleteBefore(session, step, long.MaxValue, slack: 0);
        }

        HasMore |= _compaction.CompactSome(session, _completeUntil);

        var longest = tiers.Max(static tier => (long)tier.Retention.TotalSeconds);
        var unused = now - longest - NameGraceSeconds;
        session.Execute("DELETE FROM history_node WHERE last < $before", ("$before", unused));
        session.Execute("DELETE FROM history_reading WHERE last < $before", ("$before", unused));
        SaveProgress(session);
    }

    /// <summary>The transaction is durable.</summary>
    public void OnCommitted() => _rolledUpTo.CopyTo(_committedUpTo, 0);

    /// <summary>The transaction has failed.</summary>
    public void OnRolledBack()
    {
        _compaction.OnRolledBack();
        _committedUpTo.CopyTo(_rolledUpTo, 0);
        HasMore = true;
    }

    private static long? NextStep(DatabaseSession session, long step) => Tables.Min(
        table => session.Prepare($"SELECT min(step) FROM {table} WHERE step > ?1").With(step).ReadInteger());

    // Takes up to where the finer tier is complete, and returns the same for this tier: further than its last row when
    // the finer tier has no rows for a while.
    private long RollUp(DatabaseSession session, int index, long completeUntil)
    {
        var (finer, tier) = (tiers[index - 1].StepSeconds, tiers[index]);
        for (var step = 0; step < StepsMax; step++)
        {
            // Skips times without any row, such as those when the collector did not run.
            var next = rows.Reader.FindFirst(finer, _rolledUpTo[index]);
            var start = tier.Floor(Math.Min(next ?? long.MaxValue, completeUntil));
            if (next is null || start + tier.StepSeconds > completeUntil)
            {
                return start;
            }

            RollUpBucket(session, finer, tier.StepSeconds, start);
            _rolledUpTo[index] = start + tier.StepSeconds;
        }

        HasMore = true;
        return _rolledUpTo[index];
    }

    private void RollUpBucket(DatabaseSession session, long finer, long coarser, long start)
    {
        var nodes = session.Integer("SELECT max(id) FROM history_node") ?? 0;
        var row = ChunkFormat.ChunkStart(coarser, start);
        for (long first = 0; first <= nodes; first += NodesPerBatch)
        {
            // Built from all finer cells, so that a repetition is harmless. If some of them have been deleted, as after
            // a step back of the clock by more than their retention, the existing cell has more samples and stays.
            foreach (var (node, cells) in rows.Aggregate(finer, start, start + coarser, (first, first + NodesPerBatch)))
            {
                _cells.Clear(ChunkFormat.ChunkWidth(coarser));
                foreach (var series in cells.Sort())
                {
                    _cells.Get(series)[(int)((start - row) / coarser)] = cells.Get(series)[0];
                }

                rows.Write(coarser, row, node, _cells, isReplacing: true);
                metrics.HistoryRowsWritten.Inc(cells.Count);
            }
        }
    }

    private void DeleteBefore(DatabaseSession session, long step, long before, long slack)
    {
        DeleteUntil(session, "history_chunk", step, before - (ChunkFormat.ChunkWidth(step) * step), slack);
        DeleteUntil(session, "history_column", step, before - (ChunkFormat.SpanWidth(step) * step), slack);
        DeleteUntil(session, "history", step, before - step, slack);
    }

    // Rows that begin at this time or earlier: many at once, so that whole pages become free, which are not written.
    private void DeleteUntil(DatabaseSession session, string table, long step, long last, long slack)
    {
        var oldest = session.Prepare($"SELECT min(time) FROM {table} WHERE step = ?1").With(step).ReadInteger();
        if (oldest is not { } time || time > last - slack)
        {
            return;
        }

        var nodes = session.Prepare("SELECT max(id) FROM history_node").ReadInteger() ?? 1;
        var steps = Math.Max(1, NodeRowsPerTurn / Math.Max(1, nodes));
        var width = table == "history" ? step : step * ChunkFormat.ChunkWidth(step);
        var end = Math.Min(last, time + (steps * width));
        session.Prepare($"DELETE FROM {table} WHERE step = ?1 AND time <= ?2").With(step, end).Run();
        HasMore |= end < last;
    }

    private void SaveProgress(DatabaseSession session)
    {
        for (var index = 1; index < tiers.Count; index++)
        {
            if (_rolledUpTo[index] != _committedUpTo[index])
            {
                session.Execute(
                    "INSERT INTO history_tier (step, rolled_up_to) VALUES ($step, $time) "
                        + "ON CONFLICT (step) DO UPDATE SET rolled_up_to = excluded.rolled_up_to",
                    ("$step", tiers[index].StepSeconds),
                    ("$time", _rolledUpTo[index]));
            }
        }
    }
}
