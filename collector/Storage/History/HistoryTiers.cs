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
    IReadOnlyList<HistoryTier> tiers, StorageMetrics metrics, RetentionClock retention, TimeProvider time)
{
    // Buckets per round and tier: after a long stop the rest follows in the next rounds, four per second.
    private const int StepsMax = 8;

    // Nodes in one statement: its sort then needs some 10 MB of memory.
    private const long NodesPerStatement = 1000;

    // How much longer than their rows the names of removed nodes and sensors are kept.
    private const long NameGraceSeconds = 2 * 86_400;

    // Nothing becomes due sooner than the finest step, but there may be a lot to do after a restart.
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    private readonly long[] _rolledUpTo = new long[tiers.Count];
    private readonly long[] _committedUpTo = new long[tiers.Count];
    private readonly List<long> _orphanSteps = [];
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
    public void Maintain(DatabaseSession session, long closedUntil)
    {
        if (!HasMore && _maintainedAt is { } at && time.GetElapsedTime(at) < Period)
        {
            SaveProgress(session);
            return;
        }

        _maintainedAt = time.GetTimestamp();
        HasMore = false;
        var completeUntil = closedUntil;
        for (var index = 1; index < tiers.Count; index++)
        {
            completeUntil = RollUp(session, index, completeUntil);
        }

        var now = retention.Now.ToUnixTimeSeconds();
        for (var index = 0; index < tiers.Count; index++)
        {
            // Never rows that have not been rolled up yet, as after a long stop.
            var keep = now - (long)tiers[index].Retention.TotalSeconds;
            var before = index + 1 < tiers.Count ? Math.Min(keep, _rolledUpTo[index + 1]) : keep;
            DeleteBefore(session, tiers[index].StepSeconds, before);
        }

        foreach (var step in _orphanSteps)
        {
            DeleteBefore(session, step, long.MaxValue);
        }

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
        _committedUpTo.CopyTo(_rolledUpTo, 0);
        HasMore = true;
    }

    private static long? NextStep(DatabaseSession session, long step) =>
        session.Integer("SELECT min(step) FROM history WHERE step > $step", ("$step", step));

    // Takes up to where the finer tier is complete, and returns the same for this tier: further than its last row when
    // the finer tier has no rows for a while.
    private long RollUp(DatabaseSession session, int index, long completeUntil)
    {
        var (finer, tier) = (tiers[index - 1].StepSeconds, tiers[index]);
        for (var step = 0; step < StepsMax; step++)
        {
            // Skips times without any row, such as those when the collector did not run.
            var next = session.Integer(
                "SELECT min(time) FROM history WHERE step = $step AND time >= $time",
                ("$step", finer),
                ("$time", _rolledUpTo[index]));
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
        for (long first = 0; first <= nodes; first += NodesPerStatement)
        {
            // Built from all finer rows, so that a repetition is harmless. If some of them have been deleted, as after
            // a step back of the clock by more than their retention, the existing row has more samples and stays.
            metrics.HistoryRowsWritten.Inc(session.Execute(
                """
                WITH RECURSIVE bucket (time) AS (
                    SELECT $start UNION ALL SELECT time + $finer FROM bucket WHERE time + $finer < $start + $coarser)
                INSERT INTO history (step, time, node, reading, low, mean, high, samples)
                SELECT $coarser, $start, h.node, h.reading, min(h.low), sum(h.mean * h.samples) / sum(h.samples),
                    max(h.high), sum(h.samples)
                FROM bucket CROSS JOIN history h
                    ON h.step = $finer AND h.time = bucket.time AND h.node >= $first AND h.node < $end
                WHERE true
                GROUP BY h.node, h.reading
                ON CONFLICT DO UPDATE SET low = excluded.low, mean = excluded.mean, high = excluded.high,
                    samples = excluded.samples
                WHERE excluded.samples >= samples
                """,
                ("$start", start),
                ("$finer", finer),
                ("$coarser", coarser),
                ("$first", first),
                ("$end", first + NodesPerStatement)));
        }
    }

    private void DeleteBefore(DatabaseSession session, long step, long before)
    {
        for (var count = 0; count < StepsMax; count++)
        {
            var oldest = session.Integer("SELECT min(time) FROM history WHERE step = $step", ("$step", step));
            if (oldest is null || oldest >= before)
            {
                return;
            }

            session.Execute(
                "DELETE FROM history WHERE step = $step AND time = $time", ("$step", step), ("$time", oldest));
        }

        HasMore = true;
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
