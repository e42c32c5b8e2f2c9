using System.Globalization;
using Microsoft.Data.Sqlite;

namespace NodeTelemetry.Benchmarks;

/// <summary>The reference of the history: a row for each value in a plain table, in the order of time, a transaction a minute.</summary>
internal sealed class PlainTable : IDisposable
{
    private const int CheckpointMinutes = 8;

    private readonly SqliteConnection _connection;
    private readonly Random _random = new(1);

    /// <summary>Initializes a new instance of the <see cref="PlainTable"/> class.</summary>
    public PlainTable(string path)
    {
        _connection = new SqliteConnection($"Data Source={path};Pooling=False");
        _connection.Open();
        Execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0;");
        Execute(
            "CREATE TABLE value (step INTEGER, time INTEGER, node INTEGER, reading INTEGER, low REAL, mean REAL, high REAL, "
            + "samples INTEGER, PRIMARY KEY (step, time, node, reading)) WITHOUT ROWID");
    }

    /// <summary>Writes the rows that a minute of some nodes makes: six of each scalar, and one of every series.</summary>
    public void WriteMinute(int minute, int nodes)
    {
        using var transaction = _connection.BeginTransaction();
        using var insert = _connection.CreateCommand();
        insert.CommandText = "INSERT INTO value VALUES ($step, $time, $node, $reading, $low, $mean, $high, $samples)";
        foreach (var name in (string[])["$step", "$time", "$node", "$reading", "$low", "$mean", "$high", "$samples"])
        {
            insert.Parameters.AddWithValue(name, 0L);
        }

        for (var second = 0; second < 60; second += 10)
        {
            WriteBucket(insert, 10, (minute * 60) + second, nodes, StoredNodes.ScalarCount);
        }

        WriteBucket(insert, 60, minute * 60, nodes, StoredNodes.ScalarCount + StoredNodes.EntryCount);
        if (minute % 15 == 14)
        {
            WriteBucket(insert, 900, (minute - 14) * 60, nodes, StoredNodes.ScalarCount + StoredNodes.EntryCount);
        }

        transaction.Commit();
        if (minute % CheckpointMinutes == CheckpointMinutes - 1)
        {
            Execute("PRAGMA wal_checkpoint(PASSIVE)");
        }
    }

    /// <summary>Reads the rows of a minute's tier for one node.</summary>
    public int ReadNode(int minutes, int node) => Read(
        "WITH RECURSIVE bucket (time) AS (SELECT 0 UNION ALL SELECT time + 60 FROM bucket WHERE time + 60 < $end) "
        + "SELECT v.time, v.reading, v.low, v.mean, v.high, v.samples FROM bucket CROSS JOIN value v "
        + "ON v.step = 60 AND v.time = bucket.time AND v.node = $key",
        minutes,
        node);

    /// <summary>Reads one reading of all nodes.</summary>
    public int ReadAll(int minutes, int reading) => Read(
        "SELECT time, node, low, mean, high, samples FROM value WHERE step = 60 AND time < $end AND reading = $key", minutes, reading);

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    private int Read(string text, int minutes, int key)
    {
        using var command = _connection.CreateCommand();
#pragma warning disable CA2100 // Texts are constants of this class.
        command.CommandText = text;
#pragma warning restore CA2100
        command.Parameters.AddWithValue("$end", minutes * 60);
        command.Parameters.AddWithValue("$key", key);
        using var reader = command.ExecuteReader();
        var rows = 0;
        while (reader.Read())
        {
            rows += reader.GetDouble(3) >= 0 && reader.GetInt64(5) > 0 ? 1 : 0;
        }

        return rows;
    }

    private void WriteBucket(SqliteCommand insert, int step, int time, int nodes, int readings)
    {
        for (var node = 1; node <= nodes; node++)
        {
            for (var reading = 1; reading <= readings; reading++)
            {
                var value = _random.NextDouble();
                object[] values = [(long)step, (long)time, (long)node, (long)reading, value, value + 0.1, value + 0.2, 30L];
                for (var index = 0; index < values.Length; index++)
                {
                    insert.Parameters[index].Value = values[index];
                }

                insert.ExecuteNonQuery();
            }
        }
    }

    private void Execute(string text)
    {
        using var command = _connection.CreateCommand();
#pragma warning disable CA2100 // Texts are constants of this class.
        command.CommandText = string.Create(CultureInfo.InvariantCulture, $"{text}");
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
