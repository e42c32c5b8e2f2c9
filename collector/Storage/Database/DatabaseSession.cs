using System.Globalization;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace NodeTelemetry.Collector.Storage.Database;

/// <summary>An open connection with its prepared statements. Used by one thread at a time.</summary>
internal sealed class DatabaseSession(SqliteConnection connection) : IDisposable
{
    private const int CacheWriteStatus = 9; // SQLITE_DBSTATUS_CACHE_WRITE: pages handed to the file system

    private readonly Dictionary<string, SqliteCommand> _commands = [];
    private readonly Dictionary<string, SqliteStatement> _statements = [];

    /// <summary>Gets the number of rows that this connection has inserted, changed and deleted.</summary>
    public int TotalChanges => raw.sqlite3_total_changes(connection.Handle);

    /// <summary>Gets the prepared statement of a text, with its parameters set.</summary>
    /// <remarks>The text must be a constant: the statement of every distinct text is kept.</remarks>
    public SqliteCommand Command(string text, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        if (!_commands.TryGetValue(text, out var command))
        {
            command = connection.CreateCommand();
#pragma warning disable CA2100 // Texts are constants of this directory.
            command.CommandText = text;
#pragma warning restore CA2100
            _commands.Add(text, command);
        }

        if (command.Parameters.Count == 0)
        {
            foreach (var (name, value) in parameters)
            {
                command.Parameters.AddWithValue(name, value ?? DBNull.Value);
            }

            return command;
        }

        for (var index = 0; index < parameters.Length; index++)
        {
            command.Parameters[index].Value = parameters[index].Value ?? DBNull.Value;
        }

        return command;
    }

    /// <summary>Gets the prepared statement of a text, for one that runs many times in a row.</summary>
    /// <remarks>The text must be a constant: the statement of every distinct text is kept.</remarks>
    public SqliteStatement Prepare(string text)
    {
        if (!_statements.TryGetValue(text, out var statement))
        {
            statement = new SqliteStatement(connection, text);
            _statements.Add(text, statement);
        }

        return statement;
    }

    /// <summary>Runs a statement.</summary>
    /// <returns>The number of rows that it changed.</returns>
    public int Execute(string text, params ReadOnlySpan<(string Name, object? Value)> parameters) =>
        Command(text, parameters).ExecuteNonQuery();

    /// <summary>
    /// Gets the integer in the first column of the first row; <see langword="null"/> without a row, or for NULL.
    /// </summary>
    public long? Integer(string text, params ReadOnlySpan<(string Name, object? Value)> parameters) =>
        Command(text, parameters).ExecuteScalar() switch
        {
            null or DBNull => null,
            var value => Convert.ToInt64(value, CultureInfo.InvariantCulture),
        };

    /// <summary>Copies the write-ahead log into the file, without waiting for readers.</summary>
    /// <returns>The pages copied; a page that is in the log several times counts each time.</returns>
    public long Checkpoint()
    {
        using var reader = Command("PRAGMA wal_checkpoint(PASSIVE)").ExecuteReader();
        return reader.Read() ? Math.Max(0, reader.GetInt64(2)) : 0;
    }

    /// <summary>Takes the number of pages written to the log since the last call.</summary>
    public int TakePagesWritten()
    {
        _ = raw.sqlite3_db_status(connection.Handle, CacheWriteStatus, out var count, out _, 1);
        return count;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var command in _commands.Values)
        {
            command.Dispose();
        }

        foreach (var statement in _statements.Values)
        {
            statement.Dispose();
        }

        connection.Dispose();
    }
}
