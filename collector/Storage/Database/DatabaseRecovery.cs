using Microsoft.Data.Sqlite;

namespace NodeTelemetry.Collector.Storage.Database;

/// <summary>Copies what can be read of a damaged file into the current one, everything but the history.</summary>
/// <remarks>
/// In the order of value: outbox, nodes, events, dead letters, alerts.
/// Rows that the current file has already stay as they are, so a repetition is harmless:
/// OpenSearch recognizes a repeated document.
/// </remarks>
internal sealed class DatabaseRecovery(DamagedFile source, DatabaseSession target)
{
    private static readonly string[] AlertTables = ["alert", "alert_notification", "silence", "discarded_index"];

    // Copied, by table.
    private readonly Dictionary<string, long> _rows = [];

    /// <summary>Gets the documents copied.</summary>
    public long Documents { get; private set; }

    /// <summary>Gets the documents that the damaged file had, by its own count, and that could not be copied.</summary>
    public long DocumentsLost { get; private set; }

    /// <summary>Copies everything but the history, in the open transaction of the target.</summary>
    public void Copy()
    {
        CopyNumbered(
            "outbox", isSame: "checksum IS $checksum AND body = $body",
            row => Documents += row.GetInt64(row.GetOrdinal("documents")));
        var expected = source.Integer("SELECT documents FROM outbox_total") ?? Documents;
        DocumentsLost = Math.Max(0, expected - Documents);
        CopyNodes();
        CopyNumbered("event", isSame: "time = $time AND text = $text");
        CopyNumbered("dead_letters", isSame: "action = $action");
        foreach (var table in AlertTables)
        {
            CopyKeyed(table);
        }

        CopyKeyed("history_tier");
        CopyKeyed("retention");
        KeepNumbers("outbox");
        KeepNumbers("dead_letters");
    }

    /// <summary>Lets the history follow, in the open transaction of the target.</summary>
    /// <param name="path">The damaged file.</param>
    public void BeginHistory(string path) => target.Execute(
        "INSERT OR REPLACE INTO recovery (file, tier, time) VALUES ($file, 0, 0)", ("$file", path));

    /// <summary>Describes what was copied.</summary>
    public override string ToString() => string.Join(
        ", ",
        _rows.Where(static pair => pair.Value > 0)
            .Select(static pair => $"{pair.Value} of {pair.Key}")
            .DefaultIfEmpty("nothing"));

    private List<string> GetColumns(string table) => [.. GetTargetColumns(table).Intersect(source.GetColumns(table))];

    private List<string> GetTargetColumns(string table)
    {
        using var reader = target.Command("SELECT name FROM pragma_table_info($table)", ("$table", table))
            .ExecuteReader();
        var columns = new List<string>();
        while (reader.Read())
        {
            columns.Add(reader.GetString(0));
        }

        return columns;
    }

    /// <summary>Copies a table with row numbers.
    /// A row whose number is taken by another one gets a new number.</summary>
    private void CopyNumbered(string table, string isSame, Action<SqliteDataReader>? onCopied = null)
    {
        var columns = GetColumns(table);
        if (!columns.Contains("id"))
        {
            return;
        }

        var withNumber = Insert(table, columns);
        var withoutNumber = Insert(table, [.. columns.Where(static column => column != "id")]);
        var same = $"SELECT 1 FROM {table} WHERE {isSame} LIMIT 1";
        source.Read(
            $"SELECT id, {string.Join(", ", columns)} FROM {table} WHERE id >= $from ORDER BY id",
            $"SELECT id FROM {table} WHERE id >= $from ORDER BY id LIMIT 1",
            0,
            row =>
            {
                var values = Values(columns, row, offset: 1);
                var isCopied = target.Execute(withNumber, values) > 0
                    || (target.Integer(same, Used(same, values)) is null
                        && target.Execute(withoutNumber, [.. values.Where(static value => value.Name != "$id")]) > 0);
                Count(table, isCopied);
                if (isCopied)
                {
                    onCopied?.Invoke(row);
                }

                return true;
            });
    }

    /// <summary>Copies nodes that the current file does not know, with their progress.</summary>
    private void CopyNodes()
    {
        var columns = GetColumns("node");
        var names = new Dictionary<long, string>();
        var insert = Insert("node", [.. columns.Where(static column => column != "id")]);
        source.Read(
            $"SELECT id, {string.Join(", ", columns)} FROM node WHERE id >= $from ORDER BY id",
            "SELECT id FROM node WHERE id >= $from ORDER BY id LIMIT 1",
            0,
            row =>
            {
                var values = Values(columns, row, offset: 1).Where(static value => value.Name != "$id").ToArray();
                if (target.Execute(insert, values) > 0)
                {
                    names[row.GetInt64(0)] = (string)values.Single(static value => value.Name == "$name").Value!;
                }

                Count("node", names.ContainsKey(row.GetInt64(0)));
                return true;
            });

        // Earlier versions stored runs differently.
        var isCurrent = source.Integer("PRAGMA user_version") == DatabaseSchema.Steps.Count;
        var progress = GetColumns("node_progress").Where(column => isCurrent || column != "earlier_runs").ToList();
        var insertProgress = Insert("node_progress", progress);
        source.Read(
            $"SELECT node, {string.Join(", ", progress)} FROM node_progress WHERE node >= $from ORDER BY node",
            "SELECT node FROM node_progress WHERE node >= $from ORDER BY node LIMIT 1",
            0,
            row =>
            {
                if (names.TryGetValue(row.GetInt64(0), out var name))
                {
                    var values = Values(progress, row, offset: 1);
                    var id = target.Integer("SELECT id FROM node WHERE name = $name", ("$name", name));
                    values[progress.IndexOf("node")] = ("$node", id);
                    Count("node_progress", target.Execute(insertProgress, values) > 0);
                }

                return true;
            });
    }

    /// <summary>Copies a small table with another key: up to its damage from both ends.</summary>
    private void CopyKeyed(string table)
    {
        var columns = GetColumns(table);
        if (columns.Count == 0)
        {
            return;
        }

        var insert = Insert(table, columns);
        foreach (var order in (ReadOnlySpan<string>)["ASC", "DESC"])
        {
            if (source.ReadOnce(
                $"SELECT {string.Join(", ", columns)} FROM {table} ORDER BY {columns[0]} {order}",
                row => Count(table, target.Execute(insert, Values(columns, row, offset: 0)) > 0)))
            {
                return;
            }
        }
    }

    /// <summary>Keeps the numbers of rows that are gone from being used again.</summary>
    private void KeepNumbers(string table)
    {
        if (source.Integer("SELECT seq FROM sqlite_sequence WHERE name = $table", ("$table", table)) is { } last
            && target.Execute("UPDATE sqlite_sequence SET seq = max(seq, $last) WHERE name = $table",
                ("$last", last), ("$table", table)) == 0)
        {
            target.Execute(
                "INSERT INTO sqlite_sequence (name, seq) VALUES ($table, $last)", ("$table", table), ("$last", last));
        }
    }

    private void Count(string table, bool isCopied) =>
        _rows[table] = _rows.GetValueOrDefault(table) + (isCopied ? 1 : 0);

    private static string Insert(string table, IReadOnlyList<string> columns) =>
        $"INSERT OR IGNORE INTO {table} ({string.Join(", ", columns)}) "
        + $"VALUES ({string.Join(", ", columns.Select(static column => "$" + column))})";

    private static (string Name, object? Value)[] Used(string text, (string Name, object? Value)[] values) =>
        [.. values.Where(value => text.Contains(value.Name, StringComparison.Ordinal))];

    private static (string Name, object? Value)[] Values(
        List<string> columns, SqliteDataReader row, int offset)
    {
        var values = new (string, object?)[columns.Count];
        for (var index = 0; index < columns.Count; index++)
        {
            values[index] = ("$" + columns[index], row.IsDBNull(index + offset) ? null : row.GetValue(index + offset));
        }

        return values;
    }
}
