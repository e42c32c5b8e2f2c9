using System.Globalization;
using Microsoft.Data.Sqlite;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Storage.Database;

namespace NodeTelemetry.Collector.Storage.Outbox;

/// <summary>
/// Keeps the documents that OpenSearch will never take, each once, for a person to look at. Limited in count: the
/// oldest go.
/// </summary>
internal sealed class DeadLetterTable(StorageSettings settings, CollectorMetrics metrics) : IDatabaseWork
{
    private readonly Lock _lock = new();
    private readonly List<DeadLetter> _pending = [];
    private readonly List<DeadLetter> _inFlight = [];
    private long _droppedInFlight;

    /// <summary>Adds one; it is written together with the batch that it left, or before.</summary>
    public void Add(DeadLetter letter)
    {
        lock (_lock)
        {
            _pending.Add(letter);
            KeepMemoryLimit();
        }
    }

    /// <summary>Counts them.</summary>
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
            // The writer tells people of it.
            return null;
        }
    }

    /// <summary>Reads the newest first.</summary>
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
    public void Prepare(bool final)
    {
    }

    /// <inheritdoc/>
    public void OnOpened(DatabaseSession session)
    {
    }

    /// <inheritdoc/>
    public bool Write(DatabaseSession session, bool final)
    {
        lock (_lock)
        {
            _inFlight.AddRange(_pending);
            _pending.Clear();
        }

        foreach (var letter in _inFlight)
        {
            // A crash can bring the same document here again: it is still one letter.
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

        if (_inFlight.Count == 0)
        {
            return false;
        }

        var count = session.Integer("SELECT count(*) FROM dead_letters") ?? 0;
        var excess = Math.Max(0, count - settings.DeadLettersMax);
        _droppedInFlight = excess == 0
            ? 0
            : session.Execute(
                "DELETE FROM dead_letters WHERE id IN (SELECT id FROM dead_letters ORDER BY id LIMIT $excess)",
                ("$excess", excess));
        return true;
    }

    /// <inheritdoc/>
    public void OnCommitted()
    {
        _inFlight.Clear();
        metrics.Storage.DeadLettersDropped.Add(_droppedInFlight);
        _droppedInFlight = 0;
    }

    /// <inheritdoc/>
    public void OnRolledBack()
    {
        lock (_lock)
        {
            _pending.InsertRange(0, _inFlight);
            _inFlight.Clear();
            _droppedInFlight = 0;
            KeepMemoryLimit();
        }
    }

    private void KeepMemoryLimit()
    {
        var excess = _pending.Count - Math.Max(1, settings.DeadLettersMax);
        if (excess > 0)
        {
            _pending.RemoveRange(0, excess);
            metrics.Storage.DeadLettersDropped.Add(excess);
        }
    }
}
