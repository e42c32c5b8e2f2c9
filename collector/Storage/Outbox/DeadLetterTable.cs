using System.Globalization;
using Microsoft.Data.Sqlite;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Storage.Database;

namespace NodeTelemetry.Collector.Storage.Outbox;

/// <summary>
/// Keeps the documents that OpenSearch rejects permanently, each once, for inspection.
/// Their number is limited: the oldest are dropped.
/// </summary>
internal sealed class DeadLetterTable(StorageSettings settings, CollectorMetrics metrics) : IDatabaseWork
{
    // By action, of which the table has one row each.
    private readonly Journal<string, DeadLetter> _letters = new(
        new Lock(),
        Math.Max(1, settings.DeadLettersMax),
        onDropped: _ => metrics.Storage.DeadLettersDropped.Inc());

    /// <summary>Adds a letter; it is written together with its batch, or before.</summary>
    public void Add(DeadLetter letter) => _letters.Put(letter.Action, letter);

    /// <summary>Counts the letters.</summary>
    /// <returns><see langword="null"/> while the database cannot be read.</returns>
    public static long? Count(TelemetryDatabase database)
    {
        try
        {
            using var connection = database.OpenReader();
            if (connection is null)
            {
                return null;
            }

            using var command = connection.CreateCommand();
            command.CommandText = "SELECT count(*) FROM dead_letters";
            return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
        }
        catch (SqliteException)
        {
            // The writer reports the problem.
            return null;
        }
    }

    /// <summary>Reads letters, newest first.</summary>
    /// <exception cref="SqliteException">The database cannot be read.</exception>
    public static IReadOnlyList<DeadLetter> Read(TelemetryDatabase database, int limit)
    {
        using var connection = database.OpenReader();
        if (connection is null)
        {
            return [];
        }

        using var command = connection.CreateCommand();
        command.CommandText =
            "SELECT created, action, status, error_type, error_reason, document FROM dead_letters "
            + "ORDER BY id DESC LIMIT $limit";
        command.Parameters.AddWithValue("$limit", limit);
        using var reader = command.ExecuteReader();
        var letters = new List<DeadLetter>();
        while (reader.Read())
        {
            letters.Add(new DeadLetter(
                DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(0)),
                reader.GetString(1),
                reader.GetInt32(2),
                reader.GetString(3),
                reader.GetString(4),
                reader.GetFieldValue<byte[]>(5)));
        }

        return letters;
    }

    /// <inheritdoc/>
    public void Take(DatabaseTransaction transaction) => _letters.Take(transaction);

    /// <inheritdoc/>
    public void Write(DatabaseTransaction transaction)
    {
        if (_letters.InFlight.Count == 0)
        {
            return;
        }

        var session = transaction.Session;
        foreach (var letter in _letters.InFlight.Values)
        {
            // After a crash the same document may be rejected again: it stays one letter.
            session.Execute(
                "INSERT INTO dead_letters (created, action, status, error_type, error_reason, attempts, document) "
                    + "VALUES ($created, $action, $status, $type, $reason, 1, $document) "
                    + "ON CONFLICT (action) DO UPDATE SET attempts = attempts + 1, status = excluded.status, "
                    + "error_type = excluded.error_type, error_reason = excluded.error_reason",
                ("$created", letter.CreatedAt.ToUnixTimeMilliseconds()),
                ("$action", letter.Action),
                ("$status", letter.Status),
                ("$type", letter.ErrorType),
                ("$reason", letter.ErrorReason),
                ("$document", letter.Document.ToArray()));
        }

        var excess = (session.Integer("SELECT count(*) FROM dead_letters") ?? 0) - settings.DeadLettersMax;
        if (excess > 0)
        {
            var dropped = session.Execute(
                "DELETE FROM dead_letters WHERE id IN (SELECT id FROM dead_letters ORDER BY id LIMIT $excess)",
                ("$excess", excess));
            transaction.OnCommitted(() => metrics.Storage.DeadLettersDropped.Inc(dropped));
        }
    }
}
