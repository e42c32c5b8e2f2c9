using System.Globalization;
using Microsoft.Data.Sqlite;
using NodeTelemetry.Collector.Storage.Database;

namespace NodeTelemetry.Collector.Storage.Outbox;

/// <summary>A dead letter in the database.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Attempts">How often it was rejected.</param>
/// <param name="Letter">The letter.</param>
internal sealed record StoredDeadLetter(long Id, long Attempts, DeadLetter Letter);

/// <summary>The dead letters and the outbox in a database file, for commands; the collector may be running.</summary>
/// <remarks>
/// Every change is one short transaction, for which a running collector waits as for any other writer.
/// Replayed documents become a batch of the outbox, which the collector finds within seconds or at its next start.
/// </remarks>
internal sealed class DeadLetterFile : IDisposable
{
    // Longer than any transaction of the collector.
    private const int BusySeconds = 15;

    private readonly StorageSettings _settings;
    private readonly SqliteConnection _connection;
    private readonly DatabaseSession _session;

    private DeadLetterFile(StorageSettings settings, SqliteConnection connection)
    {
        _settings = settings;
        _connection = connection;
        _session = new DatabaseSession(connection);
    }

    /// <summary>Opens the file.</summary>
    /// <param name="settings">The file, and the limits of batches.</param>
    /// <param name="problem">Why it cannot be used, in a sentence.</param>
    /// <returns><see langword="null"/> if it cannot be used.</returns>
    public static DeadLetterFile? TryOpen(StorageSettings settings, out string? problem)
    {
        if (!File.Exists(settings.Path))
        {
            problem = $"There is no database {settings.Path}. Set its path with --database-path or --config.";
            return null;
        }

        SqliteLibrary.Initialize();
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = settings.Path,
            Mode = SqliteOpenMode.ReadWrite,
            Pooling = false,
            DefaultTimeout = BusySeconds,
        }.ToString());
        try
        {
            connection.Open();
            var file = new DeadLetterFile(settings, connection);
            problem = file.Problem();
            if (problem is null)
            {
                return file;
            }

            file.Dispose();
            return null;
        }
        catch (SqliteException exception)
        {
            connection.Dispose();
            problem = Explain(settings.Path, exception);
            return null;
        }
    }

    /// <summary>Describes an error in a sentence that says what the administrator can do.</summary>
    public static string Explain(string path, SqliteException exception) => exception.SqliteErrorCode switch
    {
        5 or 6 => $"The database {path} has been locked for {BusySeconds} s by another program. Try again.",
        8 or 14 => $"The database {path} may not be written: run this as the user of the collector, for example with "
            + "sudo -u.",
        _ => $"The database {path} cannot be used: {exception.Message}",
    };

    /// <summary>Reads letters, oldest first.</summary>
    /// <param name="ids">Their numbers; <see langword="null"/> for all.</param>
    public IEnumerable<StoredDeadLetter> Read(IReadOnlySet<long>? ids)
    {
        using var command = _connection.CreateCommand();
        command.CommandText =
            "SELECT id, attempts, created, action, status, error_type, error_reason, document FROM dead_letters "
            + "ORDER BY id";
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            var id = reader.GetInt64(0);
            if (ids is null || ids.Contains(id))
            {
                yield return new StoredDeadLetter(id, reader.GetInt64(1), new DeadLetter(
                    DateTimeOffset.FromUnixTimeMilliseconds(reader.GetInt64(2)),
                    reader.GetString(3),
                    reader.GetInt32(4),
                    reader.GetString(5),
                    reader.GetString(6),
                    reader.GetFieldValue<byte[]>(7)));
            }
        }
    }

    /// <summary>Deletes letters.</summary>
    /// <returns>The number of letters.</returns>
    public int Drop(IReadOnlySet<long>? ids) => InTransaction(() => Delete([.. Read(ids)]));

    /// <summary>Moves letters back to the outbox.</summary>
    /// <param name="ids">Their numbers; <see langword="null"/> for all.</param>
    /// <param name="now">The time of the new batches.</param>
    /// <returns>The number of letters.</returns>
    public int Replay(IReadOnlySet<long>? ids, DateTimeOffset now) => InTransaction(() =>
    {
        StoredDeadLetter[] letters = [.. Read(ids)];
        var buffer = new BatchBuffer();
        foreach (var (_, _, letter) in letters)
        {
            byte[] lines = [.. System.Text.Encoding.UTF8.GetBytes(letter.Action), (byte)'\n',
                .. letter.Document.Span, (byte)'\n'];
            if (buffer.Documents == _settings.BatchDocumentsMax
                || (buffer.Documents > 0 && buffer.Length + lines.Length > _settings.BatchBytesMax))
            {
                Insert(buffer, now);
            }

            buffer.Append(lines, DocumentRoutes.Parse(lines).Runs[0].Route, TimeProvider.System);
        }

        Insert(buffer, now);
        return Delete(letters);
    });

    /// <summary>Reads the batches of the outbox, oldest first; damaged rows are left to the collector.</summary>
    public IEnumerable<OutboxBatch> ReadOutbox()
    {
        for (var row = OutboxRows.ReadNext(_session, 0); row is not null; row = OutboxRows.ReadNext(_session, row.Id))
        {
            if (row.Batch is { } batch)
            {
                yield return batch;
            }
        }
    }

    /// <summary>Discards the backlog of an index until now, as far as OpenSearch still rejects it.</summary>
    public void Discard(string index, DateTimeOffset now) => InTransaction(() =>
    {
        _session.Execute(
            "DELETE FROM discarded_index WHERE until < coalesce((SELECT min(created) FROM outbox), until + 1)");
        return _session.Execute(
            "INSERT OR REPLACE INTO discarded_index (index_name, until) VALUES ($index, $until)",
            ("$index", index),
            ("$until", now.ToUnixTimeMilliseconds()));
    });

    /// <inheritdoc/>
    public void Dispose() => _session.Dispose();

    private void Insert(BatchBuffer buffer, DateTimeOffset now)
    {
        if (buffer.Documents > 0)
        {
            OutboxRows.Insert(
                _session, OutboxBatch.Create(now, buffer.Routes, buffer.Lines, _settings.CompressBatches));
            buffer.Clear();
        }
    }

    private int Delete(StoredDeadLetter[] letters)
    {
        foreach (var letter in letters)
        {
            _session.Execute("DELETE FROM dead_letters WHERE id = $id", ("$id", letter.Id));
        }

        return letters.Length;
    }

    private int InTransaction(Func<int> change)
    {
        _session.Execute("BEGIN IMMEDIATE");
        try
        {
            var count = change();
            _session.Execute("COMMIT");
            return count;
        }
        catch (SqliteException)
        {
            _session.Execute("ROLLBACK");
            throw;
        }
    }

    private string? Problem()
    {
        _session.Execute("PRAGMA synchronous=FULL");
        var version = _session.Integer("PRAGMA user_version") ?? 0;
        return _session.Integer("PRAGMA application_id") != DatabaseSchema.ApplicationId
            ? $"The file {_settings.Path} is not a database of the collector."
            : version == DatabaseSchema.Steps.Count
                ? null
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"The database {_settings.Path} has schema version {version}, this program has ")
                    + $"{DatabaseSchema.Steps.Count}: use the program of the running collector, or start this one "
                    + "once.";
    }
}
