using System.Runtime.InteropServices;
using NodeTelemetry.Collector.Storage.Database;

namespace NodeTelemetry.Collector.Storage.History;

/// <summary>Writes the tables of the history. Used by the writer only.</summary>
/// <remarks>
/// New cells are rows of <c>history_chunk</c>, one for each node and minute,
/// which are written once and in the order of time.
/// When 32 buckets of a coarse tier are complete, <see cref="Compact"/> turns their rows into rows of
/// <c>history_column</c>, one for each series: a query of months then reads few rows.
/// A cell of such a row, or of a row of an earlier version, is changed by turning the row back first.
/// </remarks>
internal sealed class HistoryRows
{
    private readonly ChunkEncoder _encoder = new();
    private readonly ChunkCells _stored = new();
    private readonly ChunkCells _part = new();
    private readonly Dictionary<long, ChunkCells> _byNode = [];
    private readonly Stack<ChunkCells> _free = [];
    private readonly HistoryReader.FindTarget _findStored;

    // By step: the end of what is compacted or in rows of an earlier version. Newer cells are not there.
    private readonly Dictionary<long, long> _settledUntil = [];
    private DatabaseSession _session = null!;
    private HistoryReader _reader = null!;

    /// <summary>Initializes a new instance of the <see cref="HistoryRows"/> class.</summary>
    public HistoryRows() => _findStored = (_, reading) => _stored.Get(reading);

    /// <summary>Gets the reader of the writer's connection.</summary>
    public HistoryReader Reader => _reader;

    /// <summary>The database was opened.</summary>
    public void OnOpened(DatabaseSession session, HistoryReader reader)
    {
        _session = session;
        _reader = reader;
        _settledUntil.Clear();
    }

    /// <summary>Writes cells of a node, all of one row of <c>history_chunk</c>.</summary>
    /// <param name="step">The width of a bucket in seconds.</param>
    /// <param name="time">The start of the row.</param>
    /// <param name="node">The number of the node.</param>
    /// <param name="cells">The cells.</param>
    /// <param name="isReplacing">Whether a cell of at least as many samples replaces the stored one,
    /// instead of being added.</param>
    public void Write(long step, long time, long node, ChunkCells cells, bool isReplacing)
    {
        Unsettle(step, time, node);
        var body = _encoder.Encode(cells);
        if (body.IsEmpty)
        {
            return;
        }

        var insert = _session.Prepare(
            "INSERT INTO history_chunk (step, time, node, body) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING")
            .With(step, time, node);
        insert.Bind(3, body);
        if (insert.Run() == 0)
        {
            Merge(step, time, node, cells, isReplacing);
        }
    }

    /// <summary>Reads buckets of some nodes as one bucket, by node.</summary>
    /// <param name="step">The width of the buckets.</param>
    /// <param name="from">The start of the first one.</param>
    /// <param name="to">The end of the last one.</param>
    /// <param name="nodes">The first number of a node, and the end of the numbers.</param>
    /// <returns>The cells, valid until the next call.</returns>
    public IEnumerable<(long Node, ChunkCells Cells)> Aggregate(long step, long from, long to, (long, long) nodes) =>
        Read(step, new HistoryRange(0, from, to - from, 1), nodes);

    /// <summary>Turns the rows of some nodes in a span into rows of <c>history_column</c>.</summary>
    /// <param name="step">The width of a bucket.</param>
    /// <param name="start">The start of the span.</param>
    /// <param name="nodes">The first number of a node, and the end of the numbers.</param>
    /// <returns>The number of rows written.</returns>
    public int Compact(long step, long start, (long First, long End) nodes)
    {
        var written = 0;
        var width = ChunkFormat.SpanWidth(step);
        var end = start + (step * width);
        foreach (var (node, cells) in Read(step, new HistoryRange(0, start, step, width), nodes))
        {
            foreach (var series in cells.Sort())
            {
                var insert = _session.Prepare(
                    "INSERT OR REPLACE INTO history_column (step, time, node, reading, body) "
                    + "VALUES (?1, ?2, ?3, ?4, ?5)")
                    .With(step, start, node, series);
                insert.Bind(4, _encoder.Encode(cells, series));
                written += insert.Run();
            }
        }

        for (var time = start; time < end; time += step * ChunkFormat.ChunkWidth(step))
        {
            DeleteNodes("history_chunk", step, time, nodes);
        }

        if (_session.Prepare("SELECT 1 FROM history WHERE step = ?1 AND time >= ?2 AND time < ?3 LIMIT 1")
            .With(step, start, end).ReadInteger() is not null)
        {
            for (var time = start; time < end; time += step)
            {
                DeleteNodes("history", step, time, nodes);
            }
        }

        _settledUntil[step] = Math.Max(GetSettledUntil(step), end);
        return written;
    }

    // The nodes in the order of their numbers, which is that of the pages.
    private IEnumerable<(long Node, ChunkCells Cells)> Read(long step, HistoryRange range, (long, long) nodes)
    {
        foreach (var cells in _byNode.Values)
        {
            _free.Push(cells);
        }

        _byNode.Clear();
        _reader.Read(step, range, range.Start, range.End, nodes, reading: null, (node, reading) =>
        {
            ref var cells = ref CollectionsMarshal.GetValueRefOrAddDefault(_byNode, node, out var exists);
            if (!exists)
            {
                cells = _free.TryPop(out var free) ? free : new ChunkCells();
                cells.Clear(range.Count);
            }

            return cells!.Get(reading);
        });
        return _byNode.OrderBy(static pair => pair.Key).Select(static pair => (pair.Key, pair.Value));
    }

    private void DeleteNodes(string table, long step, long time, (long First, long End) nodes) => _session.Prepare(
        $"DELETE FROM {table} WHERE step = ?1 AND time = ?2 AND node >= ?3 AND node < ?4")
        .With(step, time, nodes.First, nodes.End).Run();

    private void Merge(long step, long time, long node, ChunkCells cells, bool isReplacing)
    {
        _stored.Clear(cells.Width);
        var select = _session.Prepare(
            "SELECT time, node, body FROM history_chunk WHERE step = ?1 AND time = ?2 AND node = ?3")
            .With(step, time, node);
        _reader.Read("history_chunk", select, step, new HistoryRange(0, time, step, cells.Width), _findStored);
        _stored.Merge(cells, isReplacing);
        var body = _encoder.Encode(_stored);
        var update = _session.Prepare(
            "UPDATE history_chunk SET body = ?4 WHERE step = ?1 AND time = ?2 AND node = ?3 AND body <> ?4")
            .With(step, time, node);
        update.Bind(3, body);
        update.Run();
    }

    private long GetSettledUntil(long step)
    {
        ref var until = ref CollectionsMarshal.GetValueRefOrAddDefault(_settledUntil, step, out var isKnown);
        if (!isKnown)
        {
            var span = _session.Prepare("SELECT max(time) FROM history_column WHERE step = ?1").With(step)
                .ReadInteger();
            var row = _session.Prepare("SELECT max(time) FROM history WHERE step = ?1").With(step).ReadInteger();
            until = Math.Max(
                span is { } start ? start + (step * ChunkFormat.SpanWidth(step)) : long.MinValue,
                row is { } bucket ? bucket + step : long.MinValue);
        }

        return until;
    }

    /// <summary>Turns compacted rows of a node, and those of an earlier version, into <c>history_chunk</c>.</summary>
    private void Unsettle(long step, long time, long node)
    {
        if (time >= GetSettledUntil(step))
        {
            return;
        }

        var start = ChunkFormat.SpanStart(step, time);
        var width = ChunkFormat.SpanWidth(step);
        var end = start + (step * width);
        var isCompacted = _session.Prepare(
            "SELECT 1 FROM history_column WHERE step = ?1 AND time = ?2 AND node = ?3 LIMIT 1")
            .With(step, start, node).ReadInteger() is not null;
        if (!isCompacted && !HasRows(step, time, node))
        {
            return;
        }

        var chunkWidth = ChunkFormat.ChunkWidth(step);
        _stored.Clear(width);
        _reader.Read(
            step, new HistoryRange(0, start, step, width), start, end, (node, node + 1), reading: null, _findStored);
        _session.Prepare("DELETE FROM history_column WHERE step = ?1 AND time = ?2 AND node = ?3")
            .With(step, start, node).Run();
        for (var bucket = start; bucket < end; bucket += step)
        {
            DeleteNodes("history", step, bucket, (node, node + 1));
        }

        for (var first = 0; first < width; first += chunkWidth)
        {
            _stored.CopyTo(_part, first, chunkWidth);
            if (_part.Count > 0)
            {
                var insert = _session.Prepare(
                    "INSERT OR REPLACE INTO history_chunk (step, time, node, body) VALUES (?1, ?2, ?3, ?4)")
                    .With(step, start + (first * step), node);
                insert.Bind(3, _encoder.Encode(_part));
                insert.Run();
            }
        }
    }

    private bool HasRows(long step, long time, long node)
    {
        var end = time + (step * ChunkFormat.ChunkWidth(step));
        for (var bucket = time; bucket < end; bucket += step)
        {
            if (_session.Prepare("SELECT 1 FROM history WHERE step = ?1 AND time = ?2 AND node = ?3 LIMIT 1")
                .With(step, bucket, node).ReadInteger() is not null)
            {
                return true;
            }
        }

        return false;
    }
}
