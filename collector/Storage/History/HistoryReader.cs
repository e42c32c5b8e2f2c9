using NodeTelemetry.Collector.Storage.Database;

namespace NodeTelemetry.Collector.Storage.History;

/// <summary>Reads cells from all tables of the history. Used by one thread, on one connection.</summary>
/// <remarks>A cell is in one of the tables only, so the order in which they are read does not matter.</remarks>
/// <param name="prepare">Gets the prepared statement of a constant text.</param>
/// <param name="onDamaged">Receives the table, the row and the reason for every damaged row, which is skipped.</param>
internal sealed class HistoryReader(Func<string, SqliteStatement> prepare, Action<string, string, string> onDamaged)
{
    // Each row of the range by its key: as fast with 10 000 nodes in the table as with one.
    private const string Buckets =
        "WITH RECURSIVE bucket (time) AS (SELECT ?2 UNION ALL SELECT time + ?4 FROM bucket WHERE time + ?4 < ?3) ";

    private const string ChunksSql = Buckets
        + "SELECT h.time, h.node, h.body FROM bucket CROSS JOIN history_chunk h "
        + "ON h.step = ?1 AND h.time = bucket.time AND h.node >= ?5 AND h.node < ?6";

    private const string ColumnsSql = Buckets
        + "SELECT h.time, h.node, h.body FROM bucket CROSS JOIN history_column h "
        + "ON h.step = ?1 AND h.time = bucket.time AND h.node >= ?5 AND h.node < ?6";

    private const string ColumnSql = Buckets
        + "SELECT h.time, h.node, h.body FROM bucket CROSS JOIN history_node n ON n.id >= ?5 AND n.id < ?6 "
        + "CROSS JOIN history_column h "
        + "ON h.step = ?1 AND h.time = bucket.time AND h.node = n.id AND h.reading = ?7";

    private const string RowsSql = Buckets
        + "SELECT h.time, h.node, h.reading, h.low, h.mean, h.high, h.samples FROM bucket CROSS JOIN history h "
        + "ON h.step = ?1 AND h.time = bucket.time AND h.node >= ?5 AND h.node < ?6";

    private HistoryCell[] _column = [];

    /// <summary>Gets the cells of a series in which the cells that are read are merged, one for each bucket.</summary>
    /// <param name="node">The number of the node.</param>
    /// <param name="reading">The number of the series.</param>
    /// <returns>Empty to skip the series.</returns>
    public delegate Span<HistoryCell> FindTarget(long node, long reading);

    /// <summary>Finds the first bucket of a step that is stored, from a time on.</summary>
    /// <returns>A time in seconds since the epoch that is not later; <see langword="null"/> if there is none.</returns>
    public long? FindFirst(long step, long from)
    {
        var chunk = prepare("SELECT min(time) FROM history_chunk WHERE step = ?1 AND time >= ?2")
            .With(step, ChunkFormat.ChunkStart(step, from)).ReadInteger();
        var column = prepare("SELECT min(time) FROM history_column WHERE step = ?1 AND time >= ?2")
            .With(step, ChunkFormat.SpanStart(step, from)).ReadInteger();
        var row = prepare("SELECT min(time) FROM history WHERE step = ?1 AND time >= ?2").With(step, from)
            .ReadInteger();
        var first = Math.Min(chunk ?? long.MaxValue, Math.Min(column ?? long.MaxValue, row ?? long.MaxValue));
        return first == long.MaxValue ? null : Math.Max(first, from);
    }

    /// <summary>Reads cells of a step.</summary>
    /// <param name="step">The width of a bucket in seconds.</param>
    /// <param name="range">The buckets, in which several of the step may be one.</param>
    /// <param name="from">The first time to read, in seconds since the epoch.</param>
    /// <param name="to">The end of the time to read.</param>
    /// <param name="nodes">The first number of a node, and the end of the numbers.</param>
    /// <param name="reading">The number of the series; <see langword="null"/> for all.</param>
    /// <param name="find">Finds where the cells go.</param>
    public void Read(
        long step,
        HistoryRange range,
        long from,
        long to,
        (long First, long End) nodes,
        long? reading,
        FindTarget find)
    {
        if (Trim("history_chunk", step, ChunkFormat.ChunkStart(step, from), to) is var (firstChunk, endChunk))
        {
            var width = step * ChunkFormat.ChunkWidth(step);
            var chunks = prepare(ChunksSql).With(step, firstChunk, endChunk, width, nodes.First, nodes.End);
            ReadBodies("history_chunk", chunks, step, range, from, to, reading, find);
        }

        if (Trim("history_column", step, ChunkFormat.SpanStart(step, from), to) is var (firstSpan, endSpan))
        {
            var width = step * ChunkFormat.SpanWidth(step);
            var columns = reading is { } number
                ? prepare(ColumnSql).With(step, firstSpan, endSpan, width, nodes.First, nodes.End, number)
                : prepare(ColumnsSql).With(step, firstSpan, endSpan, width, nodes.First, nodes.End);
            ReadBodies("history_column", columns, step, range, from, to, reading, find);
        }

        if (Trim("history", step, from, to) is var (firstRow, endRow))
        {
            ReadRows(prepare(RowsSql).With(step, firstRow, endRow, step, nodes.First, nodes.End), range, reading, find);
        }
    }

    /// <summary>Reads all cells of rows with a time, a node and a body.</summary>
    public void Read(string table, SqliteStatement rows, long step, HistoryRange range, FindTarget find) =>
        ReadBodies(table, rows, step, range, range.Start, range.End, reading: null, find);

    // A young database has few rows to read, also for a range of two years.
    private (long First, long End)? Trim(string table, long step, long from, long to)
    {
        var first = prepare($"SELECT min(time) FROM {table} WHERE step = ?1 AND time >= ?2").With(step, from)
            .ReadInteger();
        var last = prepare($"SELECT max(time) FROM {table} WHERE step = ?1 AND time < ?2").With(step, to).ReadInteger();
        return first is { } start && last is { } end && start <= end ? (start, end + 1) : null;
    }

    private void ReadBodies(
        string table,
        SqliteStatement rows,
        long step,
        HistoryRange range,
        long from,
        long to,
        long? reading,
        FindTarget find)
    {
        try
        {
            while (rows.Read())
            {
                try
                {
                    ReadBody(rows.Blob(2), rows.Integer(0), rows.Integer(1), step, range, from, to, reading, find);
                }
                catch (InvalidDataException exception)
                {
                    onDamaged(table, FormattableString.Invariant(
                        $"{step} s, {rows.Integer(0)}, node {rows.Integer(1)}"), exception.Message);
                }
            }
        }
        finally
        {
            rows.Reset();
        }
    }

    private void ReadBody(
        ReadOnlySpan<byte> body,
        long time,
        long node,
        long step,
        HistoryRange range,
        long from,
        long to,
        long? reading,
        FindTarget find)
    {
        var reader = new ChunkReader(body);
        if (reader.Count > _column.Length)
        {
            _column = new HistoryCell[reader.Count];
        }

        var column = _column.AsSpan(0, reader.Count);
        while (reader.MoveNext() && (reading is null || reader.Series <= reading))
        {
            // The next one begins where this one ends, so it is read in any case.
            reader.ReadColumn(column);
            var target = reading is { } only && only != reader.Series ? default : find(node, reader.Series);
            if (target.IsEmpty)
            {
                continue;
            }

            var start = time + (reader.First * step);
            for (var bucket = 0; bucket < column.Length; bucket++, start += step)
            {
                if (start >= from && start < to)
                {
                    target[(int)((start - range.Start) / range.Step)].Add(column[bucket]);
                }
            }
        }
    }

    private static void ReadRows(SqliteStatement rows, HistoryRange range, long? reading, FindTarget find)
    {
        try
        {
            while (rows.Read())
            {
                var number = rows.Integer(2);
                var target = reading is { } only && only != number ? default : find(rows.Integer(1), number);
                if (!target.IsEmpty && rows.Integer(6) is var samples and > 0)
                {
                    target[(int)((rows.Integer(0) - range.Start) / range.Step)].Add(
                        rows.Double(3), rows.Double(4) * samples, rows.Double(5), samples);
                }
            }
        }
        finally
        {
            rows.Reset();
        }
    }
}
