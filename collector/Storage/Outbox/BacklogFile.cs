using Microsoft.Data.Sqlite;
using NodeTelemetry.Collector.Storage.Database;

namespace NodeTelemetry.Collector.Storage.Outbox;

/// <summary>The backlog in a database file.</summary>
/// <param name="Documents">Documents in the outbox.</param>
/// <param name="Bytes">Their bytes as stored.</param>
/// <param name="OldestAt">When the oldest batch was started.</param>
/// <param name="DeadLetters">Documents that OpenSearch rejects permanently.</param>
internal sealed record BacklogFile(long Documents, long Bytes, DateTimeOffset? OldestAt, long DeadLetters)
{
    private const int BusySeconds = 5;

    /// <summary>Reads the backlog; the collector may be running, and nothing is written.</summary>
    /// <exception cref="SqliteException">The file cannot be read, or is not the collector's.</exception>
    public static BacklogFile Read(string path)
    {
        SqliteLibrary.Initialize();
        using var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,

            // Reading the log of a database in use requires its locks, and so write access.
            Mode = SqliteOpenMode.ReadWrite,
            Pooling = false,
            DefaultTimeout = BusySeconds,
        }.ToString());
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText =
            "PRAGMA query_only = 1; SELECT documents, bytes, (SELECT created FROM outbox ORDER BY id LIMIT 1), "
            + "(SELECT count(*) FROM dead_letters) FROM outbox_total";
        using var reader = command.ExecuteReader();
        reader.Read();
        return new BacklogFile(
            reader.GetInt64(0),
            reader.GetInt64(1),
            reader.IsDBNull(2) ? null : DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(2)),
            reader.GetInt64(3));
    }
}
