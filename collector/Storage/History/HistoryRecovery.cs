using Microsoft.Data.Sqlite;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Storage.Database;

namespace NodeTelemetry.Collector.Storage.History;

/// <summary>
/// Copies the history that can be read of damaged files into the current one, a few thousand rows a round.
/// </summary>
/// <remarks>
/// The table <c>recovery</c> holds the files, and how far each has been copied, in the transaction of the rows.
/// Of two rows of a bucket the one with more samples stays, so a repetition is harmless.
/// </remarks>
/// <param name="tiers">The tiers of the history, finest first.</param>
/// <param name="metrics">The counters.</param>
/// <param name="database">Reports the end of a copy.</param>
internal sealed class HistoryRecovery(
    IReadOnlyList<HistoryTier> tiers, StorageMetrics metrics, TelemetryDatabase database) : IDatabaseWork, IDisposable
{
    // A round then takes some 50 ms: the outbox waits no longer.
    private const int RowsPerRound = 5000;

    private readonly HistoryNumbers _nodeNumbers = new("history_node");
    private readonly HistoryNumbers _readingNumbers = new("history_reading");
    private readonly Dictionary<long, string> _nodes = [];
    private readonly Dictionary<long, string> _readings = [];
    private DamagedFile? _file;
    private string? _path;
    private long _rows;
    private bool _hasFiles = true;

    /// <inheritdoc/>
    public TimeSpan Wait => _hasFiles ? TimeSpan.Zero : TimeSpan.MaxValue;

    /// <inheritdoc/>
    public void OnOpened(DatabaseSession session)
    {
        Close();
        _nodeNumbers.OnOpened();
        _readingNumbers.OnOpened();
        _hasFiles = true;
    }

    /// <inheritdoc/>
    public void Write(DatabaseTransaction transaction)
    {
        if (!_hasFiles || transaction.IsFinal)
        {
            return;
        }

        transaction.OnEnded(OnCommitted, OnRolledBack);
        CopySome(transaction.Session);
    }

    /// <summary>Copies a few thousand rows in the open transaction.</summary>
    /// <returns>Whether there is more to copy.</returns>
    public bool CopySome(DatabaseSession session)
    {
        if (FindFile(session) is not { } file)
        {
            return false;
        }

        var (tier, from) = GetProgress(session);
        if (tier < tiers.Count)
        {
            var next = CopyTier(session, file, tiers[tier], from);
            SetProgress(session, next is null ? tier + 1 : tier, next ?? 0);
        }
        else
        {
            database.ReportHistoryRecovered(_path!, _rows, file.Damages);
            session.Execute("DELETE FROM recovery WHERE file = $file", ("$file", _path));
            Close();
        }

        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => Close();

    private DamagedFile? FindFile(DatabaseSession session)
    {
        while (_file is null)
        {
            using var reader = session.Command("SELECT file FROM recovery ORDER BY file LIMIT 1").ExecuteReader();
            if (!reader.Read())
            {
                _hasFiles = false;
                return null;
            }

            _path = reader.GetString(0);
            reader.Close();
            _file = DamagedFile.TryOpen(_path, out _);
            if (_file is null)
            {
                session.Execute("DELETE FROM recovery WHERE file = $file", ("$file", _path));
                continue;
            }

            ReadNames(_file, "history_node", _nodes);
            ReadNames(_file, "history_reading", _readings);
        }

        return _file;
    }

    private static void ReadNames(DamagedFile file, string table, Dictionary<long, string> names)
    {
        names.Clear();
        file.Read(
            $"SELECT id, name FROM {table} WHERE id >= $from ORDER BY id",
            $"SELECT id FROM {table} WHERE id >= $from ORDER BY id LIMIT 1",
            0,
            row =>
            {
                names[row.GetInt64(0)] = row.GetString(1);
                return true;
            });
    }

    /// <summary>Copies buckets of a tier.</summary>
    /// <returns>The time from which to go on; <see langword="null"/> at the end of the tier.</returns>
    private long? CopyTier(DatabaseSession session, DamagedFile file, HistoryTier tier, long from)
    {
        const string Find = "SELECT time FROM history WHERE step = $step AND time >= $from ORDER BY time LIMIT 1";
        var rows = 0;
        while (true)
        {
            long? time = null;
            file.Read(
                Find,
                Find,
                from,
                row =>
                {
                    time = row.GetInt64(0);
                    return false;
                },
                ("$step", tier.StepSeconds));
            if (time is not { } start)
            {
                return null;
            }

            if (rows >= RowsPerRound)
            {
                return start;
            }

            rows += CopyBucket(session, file, tier.StepSeconds, start);
            from = start + 1;
        }
    }

    private int CopyBucket(DatabaseSession session, DamagedFile file, long step, long time)
    {
        var rows = 0;
        file.Read(
            "SELECT node, reading, low, mean, high, samples FROM history "
                + "WHERE step = $step AND time = $time AND node >= $from ORDER BY node, reading",
            "SELECT node FROM history WHERE step = $step AND time = $time AND node >= $from ORDER BY node LIMIT 1",
            0,
            row =>
            {
                rows++;
                CopyRow(session, step, time, row);
                return true;
            },
            ("$step", step),
            ("$time", time));
        return rows;
    }

    private void CopyRow(DatabaseSession session, long step, long time, SqliteDataReader row)
    {
        if (!_nodes.TryGetValue(row.GetInt64(0), out var node)
            || !_readings.TryGetValue(row.GetInt64(1), out var reading))
        {
            metrics.RowsDamaged.Inc();
            return;
        }

        session.Execute(
            """
            INSERT INTO history (step, time, node, reading, low, mean, high, samples)
            VALUES ($step, $time, $node, $reading, $low, $mean, $high, $samples)
            ON CONFLICT DO UPDATE SET low = excluded.low, mean = excluded.mean, high = excluded.high,
                samples = excluded.samples
            WHERE excluded.samples > samples
            """,
            ("$step", step),
            ("$time", time),
            ("$node", _nodeNumbers.Get(session, node, time)),
            ("$reading", _readingNumbers.Get(session, reading, time)),
            ("$low", row.GetDouble(2)),
            ("$mean", row.GetDouble(3)),
            ("$high", row.GetDouble(4)),
            ("$samples", row.GetInt64(5)));
        _rows++;
    }

    private (int Tier, long From) GetProgress(DatabaseSession session)
    {
        using var reader = session.Command(
            "SELECT tier, time FROM recovery WHERE file = $file", ("$file", _path)).ExecuteReader();
        return reader.Read() ? (reader.GetInt32(0), reader.GetInt64(1)) : (tiers.Count, 0);
    }

    private void SetProgress(DatabaseSession session, int tier, long time) => session.Execute(
        "UPDATE recovery SET tier = $tier, time = $time WHERE file = $file",
        ("$tier", tier),
        ("$time", time),
        ("$file", _path));

    private void OnCommitted()
    {
        _nodeNumbers.OnCommitted();
        _readingNumbers.OnCommitted();
    }

    private void OnRolledBack()
    {
        _nodeNumbers.OnRolledBack();
        _readingNumbers.OnRolledBack();
    }

    private void Close()
    {
        _file?.Dispose();
        _file = null;
        _path = null;
        _rows = 0;
    }
}
