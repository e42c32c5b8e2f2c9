using Microsoft.Data.Sqlite;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Storage.Database;

namespace NodeTelemetry.Collector.Storage.History;

/// <summary>
/// Copies the history that can be read of damaged files into the current one, a few thousand rows a round.
/// </summary>
/// <remarks>
/// The table <c>recovery</c> holds the files, and how far each has been copied, in the transaction of the rows.
/// Of two values of a bucket the one with more samples stays, so a repetition is harmless.
/// </remarks>
/// <param name="tiers">The tiers of the history, finest first.</param>
/// <param name="metrics">The counters.</param>
/// <param name="database">Reports the end of a copy.</param>
internal sealed class HistoryRecovery(
    IReadOnlyList<HistoryTier> tiers, StorageMetrics metrics, TelemetryDatabase database) : IDatabaseWork, IDisposable
{
    // A round then takes some 50 ms: the outbox waits no longer. A row with a body counts as some.
    private const int RowsPerRound = 5000;
    private const int RowsPerBody = 10;

    private static readonly string[] Tables = ["history", "history_chunk", "history_column"];

    private readonly HistoryNumbers _nodeNumbers = new("history_node");
    private readonly HistoryNumbers _readingNumbers = new("history_reading");
    private readonly HistoryRows _target = new();
    private readonly ChunkCells _cells = new();
    private readonly ChunkCells _part = new();
    private readonly List<string> _tables = [];
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

        // What is compacted has changed since.
        _target.OnOpened(session, new HistoryReader(session.Prepare, (_, _, _) => metrics.RowsDamaged.Inc()));
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

            _tables.Clear();
            _tables.AddRange(Tables.Where(table => _file.GetColumns(table).Count > 0));
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
        var rows = 0;
        while (true)
        {
            long? time = null;
            foreach (var table in _tables)
            {
                var find = $"SELECT time FROM {table} WHERE step = $step AND time >= $from ORDER BY time LIMIT 1";
                file.Read(
                    find,
                    find,
                    from,
                    row =>
                    {
                        time = Math.Min(time ?? long.MaxValue, row.GetInt64(0));
                        return false;
                    },
                    ("$step", tier.StepSeconds));
            }

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

    /// <summary>Copies the rows of a time, node by node.</summary>
    /// <returns>The number of rows.</returns>
    private int CopyBucket(DatabaseSession session, DamagedFile file, long step, long time)
    {
        var rows = 0;
        foreach (var table in _tables)
        {
            var columns = table switch
            {
                "history" => "reading, low, mean, high, samples",
                "history_column" => "body, reading",
                _ => "body",
            };
            var width = table == "history_column" ? ChunkFormat.SpanWidth(step) : ChunkFormat.ChunkWidth(step);
            var start = table == "history" ? ChunkFormat.ChunkStart(step, time) : time;
            var rest = $"FROM {table} WHERE step = $step AND time = $time AND node >= $from ORDER BY node";
            long? current = null;
            _cells.Clear(width);
            file.Read(
                $"SELECT node, {columns} {rest}",
                $"SELECT node {rest} LIMIT 1",
                0,
                row =>
                {
                    if (row.GetInt64(0) != current)
                    {
                        WriteNode(session, step, start, current);
                        current = row.GetInt64(0);
                    }

                    rows += table == "history" ? 1 : RowsPerBody;
                    AddRow(session, table, (int)((time - start) / step), time, row);
                    return true;
                },
                ("$step", step),
                ("$time", time));
            WriteNode(session, step, start, current);
        }

        return rows;
    }

    private void AddRow(DatabaseSession session, string table, int bucket, long time, SqliteDataReader row)
    {
        _rows++;
        try
        {
            if (table != "history")
            {
                AddBody(session, time, (byte[])row.GetValue(1));
            }
            else if (GetReading(session, row.GetInt64(1), time) is { } reading
                && row.GetInt64(5) is var samples and > 0)
            {
                var cell = default(HistoryCell);
                cell.Add(row.GetDouble(2), row.GetDouble(3) * samples, row.GetDouble(4), samples);
                _cells.Get(reading)[bucket] = cell;
            }
        }
        catch (Exception exception) when (TelemetryDatabase.IsRowDamage(exception))
        {
            metrics.RowsDamaged.Inc();
        }
    }

    private void AddBody(DatabaseSession session, long time, byte[] body)
    {
        var reader = new ChunkReader(body);
        if (reader.First + reader.Count > _cells.Width)
        {
            throw new InvalidDataException("It has more buckets than its row.");
        }

        var column = new HistoryCell[reader.Count];
        while (reader.MoveNext())
        {
            reader.ReadColumn(column);
            if (GetReading(session, reader.Series, time) is { } reading)
            {
                column.CopyTo(_cells.Get(reading)[reader.First..]);
            }
        }
    }

    private long? GetReading(DatabaseSession session, long number, long time)
    {
        if (_readings.TryGetValue(number, out var name))
        {
            return _readingNumbers.Get(session, name, time);
        }

        metrics.RowsDamaged.Inc();
        return null;
    }

    private void WriteNode(DatabaseSession session, long step, long start, long? node)
    {
        if (node is { } number && _cells.Count > 0)
        {
            if (_nodes.TryGetValue(number, out var name))
            {
                var target = _nodeNumbers.Get(session, name, start);
                var width = ChunkFormat.ChunkWidth(step);
                for (var first = 0; first < _cells.Width; first += width)
                {
                    _cells.CopyTo(_part, first, width);
                    _target.Write(step, start + (first * step), target, _part, isReplacing: true);
                }
            }
            else
            {
                metrics.RowsDamaged.Inc();
            }
        }

        _cells.Clear(_cells.Width);
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
