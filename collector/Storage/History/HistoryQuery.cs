using Microsoft.Data.Sqlite;
using NodeTelemetry.Collector.Storage.Database;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Catalog;

namespace NodeTelemetry.Collector.Storage.History;

/// <summary>Queries the history through separate connections. Safe for any thread.</summary>
/// <remarks>
/// Where a coarser tier has not been rolled up yet, the finer one is read,
/// and the newest buckets come from the memory of the <see cref="HistoryStore"/>.
/// A result always extends to the current time.
/// </remarks>
internal sealed class HistoryQuery(
    StorageSettings settings, TelemetryDatabase database, HistoryStore store, TimeProvider time)
{
    // Each bucket of the range by its key: as fast with 10 000 nodes in the table as with one.
    private const string NodeSql =
        """
        WITH RECURSIVE bucket (time) AS (
            SELECT $from UNION ALL SELECT time + $step FROM bucket WHERE time + $step < $to)
        SELECT h.time, r.name, h.low, h.mean, h.high, h.samples
        FROM bucket CROSS JOIN history h ON h.step = $step AND h.time = bucket.time AND h.node = $node
        JOIN history_reading r ON r.id = h.reading AND r.name NOT LIKE '%/%'
        """;

    private const string EntriesSql =
        """
        WITH RECURSIVE bucket (time) AS (
            SELECT $from UNION ALL SELECT time + $step FROM bucket WHERE time + $step < $to)
        SELECT h.time, r.name, h.low, h.mean, h.high, h.samples
        FROM bucket CROSS JOIN history h ON h.step = $step AND h.time = bucket.time AND h.node = $node
        JOIN history_reading r ON r.id = h.reading AND r.name LIKE '%/%'
        """;

    private const string AllSql =
        """
        SELECT h.time, n.name, h.low, h.mean, h.high, h.samples
        FROM history h JOIN history_node n ON n.id = h.node
        WHERE h.step = $step AND h.time >= $from AND h.time < $to AND h.reading = $reading
        """;

    /// <summary>Gets the maximum number of buckets: enough for a wide screen, and a limit on the work.</summary>
    public const int PointsMax = 5000;

    /// <summary>Finds a reading with history by its name in the HTTP API.</summary>
    public static FieldDefinition? FindReading(string name) =>
        HistoryStore.Readings.FirstOrDefault(reading => reading.ApiName == name);

    /// <summary>Gets the history of one node; without any, the result has no readings.</summary>
    /// <param name="node">The node's identity.</param>
    /// <param name="readings">The readings; <see langword="null"/> for all.</param>
    /// <param name="from">The beginning.</param>
    /// <param name="to">The end, after the beginning.</param>
    /// <param name="points">The maximum number of buckets, 1 to <see cref="PointsMax"/>.</param>
    /// <exception cref="SqliteException">The database cannot be read.</exception>
    public NodeHistory Node(
        string node,
        IReadOnlyCollection<FieldDefinition>? readings,
        DateTimeOffset from,
        DateTimeOffset to,
        int points)
    {
        var range = Choose(from, to, points, finest: 0);
        var cells = ReadCells(node, NodeSql, range, forEntries: false);
        var histories = (readings ?? HistoryStore.Readings)
            .Where(reading => cells.ContainsKey(reading.ApiName))
            .Select(reading => Summarize(reading, cells[reading.ApiName]));
        return new NodeHistory(range.Start * 1000, range.End * 1000, range.Step * 1000, Times(range), [.. histories]);
    }

    /// <summary>Gets the history of keyed entries of a node: file systems, interfaces, sensors.</summary>
    /// <param name="node">The node's identity.</param>
    /// <param name="sections">The sections; <see langword="null"/> for all.</param>
    /// <param name="from">The beginning.</param>
    /// <param name="to">The end, after the beginning.</param>
    /// <param name="points">The maximum number of buckets, 1 to <see cref="PointsMax"/>.</param>
    /// <exception cref="SqliteException">The database cannot be read.</exception>
    public NodeEntriesHistory Entries(
        string node,
        IReadOnlyCollection<SectionDefinition>? sections,
        DateTimeOffset from,
        DateTimeOffset to,
        int points)
    {
        var range = Choose(from, to, points, settings.EntryTier);
        List<EntryHistory> histories = [];
        foreach (var (name, cells) in ReadCells(node, EntriesSql, range, forEntries: true))
        {
            if (SeriesName.Parse(name) is var (field, entry) && sections?.Contains(field.Section) != false)
            {
                histories.Add(new EntryHistory(
                    field,
                    entry,
                    Select(cells, static cell => cell.Low),
                    Select(cells, static cell => cell.Mean),
                    Select(cells, static cell => cell.High)));
            }
        }

        var ordered = histories
            .OrderBy(static history => SectionCatalog.IndexOf(history.Field.Section))
            .ThenBy(static history => history.Entry, StringComparer.Ordinal)
            .ThenBy(static history => history.Field.Slot);
        return new NodeEntriesHistory(
            range.Start * 1000, range.End * 1000, range.Step * 1000, Times(range), [.. ordered]);
    }

    /// <summary>Gets one reading of all nodes.</summary>
    /// <param name="reading">The reading, one of <see cref="HistoryStore.Readings"/>.</param>
    /// <param name="from">The beginning.</param>
    /// <param name="to">The end, after the beginning.</param>
    /// <param name="points">The maximum number of buckets, 1 to <see cref="PointsMax"/>.</param>
    /// <exception cref="SqliteException">The database cannot be read.</exception>
    public ReadingOverview All(FieldDefinition reading, DateTimeOffset from, DateTimeOffset to, int points)
    {
        var range = Choose(from, to, points, finest: 0);
        var cells = new Dictionary<string, HistoryCell[]>();
        var index = HistoryStore.Readings.ToList().IndexOf(reading);
        foreach (var unwritten in store.CopyUnwritten(node: null, forEntries: false))
        {
            Add(cells, range, unwritten.Node, unwritten.Start, unwritten.Cells[index]);
        }

        using (var connection = database.OpenReader())
        {
            if (connection is not null
                && Lookup(connection, "SELECT id FROM history_reading WHERE name = $name", reading.ApiName) is { } key)
            {
                Collect(connection, AllSql, "$reading", key, range, finest: 0, cells);
            }
        }

        var nodes = cells.ToDictionary(
            static entry => entry.Key, static entry => Select(entry.Value, static cell => cell.Mean));
        return new ReadingOverview(
            reading, range.Start * 1000, range.End * 1000, range.Step * 1000, Times(range), nodes);
    }

    private static long[] Times(HistoryRange range)
    {
        var times = new long[range.Count];
        for (var index = 0; index < times.Length; index++)
        {
            times[index] = (range.Start + (index * range.Step)) * 1000;
        }

        return times;
    }

    private static ReadingHistory Summarize(FieldDefinition reading, HistoryCell[] cells) => new(
        reading,
        Select(cells, static cell => cell.Low),
        Select(cells, static cell => cell.Mean),
        Select(cells, static cell => cell.High));

    private static double?[] Select(HistoryCell[] cells, Func<HistoryCell, double> part) =>
        Array.ConvertAll(cells, cell => cell.Count == 0 ? (double?)null : part(cell));

    private static void Add(
        Dictionary<string, HistoryCell[]> cells, HistoryRange range, string name, long time, in HistoryCell cell)
    {
        if (time < range.Start || time >= range.End || cell.Count == 0)
        {
            return;
        }

        if (!cells.TryGetValue(name, out var buckets))
        {
            buckets = new HistoryCell[range.Count];
            cells.Add(name, buckets);
        }

        buckets[(time - range.Start) / range.Step].Add(cell);
    }

    private static long? Lookup(SqliteConnection connection, string text, string name)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Texts are constants of this class.
        command.CommandText = text;
#pragma warning restore CA2100
        command.Parameters.AddWithValue("$name", name);
        return (long?)command.ExecuteScalar();
    }

    private Dictionary<string, HistoryCell[]> ReadCells(string node, string text, HistoryRange range, bool forEntries)
    {
        var cells = new Dictionary<string, HistoryCell[]>();

        // Memory first: values committed between the two reads are seen twice, which a mean tolerates, and not missed.
        foreach (var unwritten in store.CopyUnwritten(node, forEntries))
        {
            for (var index = 0; index < unwritten.Cells.Count; index++)
            {
                Add(cells, range, unwritten.Series[index], unwritten.Start, unwritten.Cells[index]);
            }
        }

        using var connection = database.OpenReader();
        if (connection is not null
            && Lookup(connection, "SELECT id FROM history_node WHERE name = $name", node) is { } key)
        {
            Collect(connection, text, "$node", key, range, forEntries ? settings.EntryTier : 0, cells);
        }

        return cells;
    }

    private HistoryRange Choose(DateTimeOffset from, DateTimeOffset to, int points, int finest) =>
        HistoryRange.Choose(
            settings.Tiers,
            time.GetUtcNow().ToUnixTimeSeconds(),
            from.ToUnixTimeSeconds(),
            Math.Max(to.ToUnixTimeSeconds(), from.ToUnixTimeSeconds() + 1),
            Math.Clamp(points, 1, PointsMax),
            finest);

    private void Collect(
        SqliteConnection connection,
        string text,
        string name,
        long key,
        HistoryRange range,
        int finest,
        Dictionary<string, HistoryCell[]> cells)
    {
        // One transaction, so that a bucket that is rolled up meanwhile is not seen in both tiers or in none.
        using var transaction = connection.BeginTransaction(deferred: true);
        var (from, to) = (range.Start, range.End);
        for (var tier = range.Tier; tier >= finest && from < to; tier--)
        {
            var end = tier == finest ? to : Math.Clamp(RolledUpTo(connection, settings.Tiers[tier]), from, to);
            if (Trim(connection, settings.Tiers[tier], from, end) is var (first, last))
            {
                Read(connection, text, name, key, settings.Tiers[tier], first, last, range, cells);
            }

            from = end;
        }
    }

    // A young database has few buckets to read, also for a range of two years.
    private static (long First, long End)? Trim(SqliteConnection connection, HistoryTier tier, long from, long to)
    {
        using var command = connection.CreateCommand();
        command.CommandText =
            """
            SELECT (SELECT min(time) FROM history WHERE step = $step AND time >= $from),
                (SELECT max(time) FROM history WHERE step = $step AND time < $to)
            """;
        command.Parameters.AddWithValue("$step", tier.StepSeconds);
        command.Parameters.AddWithValue("$from", from);
        command.Parameters.AddWithValue("$to", to);
        using var reader = command.ExecuteReader();
        return reader.Read() && !reader.IsDBNull(0) && !reader.IsDBNull(1) && reader.GetInt64(0) <= reader.GetInt64(1)
            ? (reader.GetInt64(0), reader.GetInt64(1) + 1)
            : null;
    }

    private static long RolledUpTo(SqliteConnection connection, HistoryTier tier)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT rolled_up_to FROM history_tier WHERE step = $step";
        command.Parameters.AddWithValue("$step", tier.StepSeconds);
        return (long?)command.ExecuteScalar() ?? 0;
    }

    private static void Read(
        SqliteConnection connection,
        string text,
        string name,
        long key,
        HistoryTier tier,
        long from,
        long to,
        HistoryRange range,
        Dictionary<string, HistoryCell[]> cells)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Texts are constants of this class.
        command.CommandText = text;
#pragma warning restore CA2100
        command.Parameters.AddWithValue("$from", from);
        command.Parameters.AddWithValue("$to", to);
        command.Parameters.AddWithValue("$step", tier.StepSeconds);
        command.Parameters.AddWithValue(name, key);
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var samples = reader.GetInt64(5);
            var cell = default(HistoryCell);
            cell.Add(reader.GetDouble(2), reader.GetDouble(3) * samples, reader.GetDouble(4), samples);
            Add(cells, range, reader.GetString(1), reader.GetInt64(0), cell);
        }
    }
}
