using Microsoft.Data.Sqlite;
using NodeTelemetry.Collector.Storage.History;

namespace NodeTelemetry.Collector.Tests.Storage;

/// <summary>The history as one table with a row for each value, in place of the table of earlier versions.</summary>
internal static class HistoryView
{
    /// <summary>Creates it as a temporary table of a connection, under the name <c>history</c>.</summary>
    public static void Create(SqliteConnection connection)
    {
        Execute(connection, "PRAGMA query_only=0; PRAGMA temp_store=MEMORY; DROP TABLE IF EXISTS temp.history; "
            + "CREATE TEMP TABLE history AS SELECT * FROM main.history; BEGIN");
        using (var insert = connection.CreateCommand())
        {
            insert.CommandText = "INSERT INTO temp.history VALUES ($step, $time, $node, $reading, $low, $mean, $high, $samples)";
            foreach (var table in (string[])["history_chunk", "history_column"])
            {
                Read(connection, table, insert);
            }
        }

        Execute(connection, "COMMIT");
    }

    private static void Read(SqliteConnection connection, string table, SqliteCommand insert)
    {
        using var select = connection.CreateCommand();
#pragma warning disable CA2100 // The names of two tables.
        select.CommandText = $"SELECT step, time, node, body FROM {table}";
#pragma warning restore CA2100
        using var rows = select.ExecuteReader();
        while (rows.Read())
        {
            var reader = new ChunkReader((byte[])rows.GetValue(3));
            var cells = new HistoryCell[reader.Count];
            while (reader.MoveNext())
            {
                reader.ReadColumn(cells);
                for (var bucket = 0; bucket < cells.Length; bucket++)
                {
                    if (cells[bucket].Count > 0)
                    {
                        var step = rows.GetInt64(0);
                        Insert(insert, step, rows.GetInt64(1) + ((reader.First + bucket) * step), rows.GetInt64(2), reader.Series, cells[bucket]);
                    }
                }
            }
        }
    }

    private static void Insert(SqliteCommand insert, long step, long time, long node, long reading, in HistoryCell cell)
    {
        insert.Parameters.Clear();
        insert.Parameters.AddWithValue("$step", step);
        insert.Parameters.AddWithValue("$time", time);
        insert.Parameters.AddWithValue("$node", node);
        insert.Parameters.AddWithValue("$reading", reading);
        insert.Parameters.AddWithValue("$low", cell.Low);
        insert.Parameters.AddWithValue("$mean", cell.Mean);
        insert.Parameters.AddWithValue("$high", cell.High);
        insert.Parameters.AddWithValue("$samples", cell.Count);
        insert.ExecuteNonQuery();
    }

    private static void Execute(SqliteConnection connection, string text)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants of this class.
        command.CommandText = text;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
