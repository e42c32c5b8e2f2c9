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
        var cells = ReadCells(node, readings, range, forEntries: false);
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
        foreach (var (name, cells) in ReadCells(node, readings: null, range, forEntries: true))
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

        using (var session = OpenReader())
        {
            if (session is not null && Lookup(session, "history_reading", reading.ApiName) is { } number)
            {
                var numbers = new Dictionary<long, HistoryCell[]>();
                Collect(session, (0, long.MaxValue), number, range, finest: 0, (key, _) =>
                {
                    if (!numbers.TryGetValue(key, out var buckets))
                    {
                        buckets = GetName(session, "history_node", key) is { } name
                            ? GetBuckets(cells, range, name)
                            : [];
                        numbers.Add(key, buckets);
                    }

                    return buckets;
                });
            }
        }

        RemoveEmpty(cells);
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

        GetBuckets(cells, range, name)[(time - range.Start) / range.Step].Add(cell);
    }

    private static HistoryCell[] GetBuckets(Dictionary<string, HistoryCell[]> cells, HistoryRange range, string name)
    {
        if (!cells.TryGetValue(name, out var buckets))
        {
            buckets = new HistoryCell[range.Count];
            cells.Add(name, buckets);
        }

        return buckets;
    }

    // A row may have values only beside the range.
    private static void RemoveEmpty(Dictionary<string, HistoryCell[]> cells)
    {
        foreach (var (name, buckets) in cells)
        {
            if (!Array.Exists(buckets, static cell => cell.Count > 0))
            {
                cells.Remove(name);
            }
        }
    }

    private static long? Lookup(DatabaseSession session, string table, string name)
    {
        var statement = session.Prepare($"SELECT id FROM {table} WHERE name = ?1");
        statement.Bind(0, name);
        return statement.ReadInteger();
    }

    private static string? GetName(DatabaseSession session, string table, long number)
    {
        var statement = session.Prepare($"SELECT name FROM {table} WHERE id = ?1").With(number);
        var name = statement.Read() ? statement.Text(0) : null;
        statement.Reset();
        return name;
    }

    private DatabaseSession? OpenReader() =>
        database.OpenReader() is { } connection ? new DatabaseSession(connection) : null;

    private Dictionary<string, HistoryCell[]> ReadCells(
        string node, IReadOnlyCollection<FieldDefinition>? readings, HistoryRange range, bool forEntries)
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

        using var session = OpenReader();
        if (session is not null && Lookup(session, "history_node", node) is { } key)
        {
            // A single series is found by its key.
            var only = readings is { Count: 1 }
                ? Lookup(session, "history_reading", readings.First().ApiName) ?? -1
                : (long?)null;
            var numbers = new Dictionary<long, HistoryCell[]>();
            Collect(session, (key, key + 1), only, range, forEntries ? settings.EntryTier : 0, (_, number) =>
            {
                if (!numbers.TryGetValue(number, out var buckets))
                {
                    buckets = GetName(session, "history_reading", number) is { } name
                        && name.Contains(SeriesName.Separator, StringComparison.Ordinal) == forEntries
                            ? GetBuckets(cells, range, name)
                            : [];
                    numbers.Add(number, buckets);
                }

                return buckets;
            });
        }

        RemoveEmpty(cells);
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
        DatabaseSession session,
        (long First, long End) nodes,
        long? reading,
        HistoryRange range,
        int finest,
        HistoryReader.FindTarget find)
    {
        var reader = new HistoryReader(session.Prepare, database.ReportDamagedRow);

        // One transaction, so that a bucket that is rolled up meanwhile is not seen in both tiers or in none.
        // It ends with the connection.
        session.Execute("BEGIN");
        var (from, to) = (range.Start, range.End);
        for (var tier = range.Tier; tier >= finest && from < to; tier--)
        {
            var end = tier == finest ? to : Math.Clamp(RolledUpTo(session, settings.Tiers[tier]), from, to);
            if (from < end)
            {
                reader.Read(settings.Tiers[tier].StepSeconds, range, from, end, nodes, reading, find);
            }

            from = end;
        }
    }

    private static long RolledUpTo(DatabaseSession session, HistoryTier tier) =>
        session.Prepare("SELECT rolled_up_to FROM history_tier WHERE step = ?1").With(tier.StepSeconds).ReadInteger()
            ?? 0;
}
