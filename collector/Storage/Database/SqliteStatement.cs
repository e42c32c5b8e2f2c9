using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace NodeTelemetry.Collector.Storage.Database;

/// <summary>A prepared statement whose parameters are bound by index. Used by one thread at a time.</summary>
/// <remarks>
/// For statements that run thousands of times in a row: a command looks up every parameter by name,
/// and copies every blob. Parameters and columns count from 0. Allocates nothing.
/// </remarks>
internal sealed class SqliteStatement : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;

    /// <summary>Initializes a new instance of the <see cref="SqliteStatement"/> class.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="text">One statement.</param>
    /// <exception cref="SqliteException">The statement cannot be prepared.</exception>
    public SqliteStatement(SqliteConnection connection, string text)
    {
        _database = connection.Handle!;
        Check(raw.sqlite3_prepare_v2(_database, text, out _statement));
    }

    /// <summary>Binds integers to the first parameters.</summary>
    /// <returns>This.</returns>
    public SqliteStatement With(params ReadOnlySpan<long> values)
    {
        for (var index = 0; index < values.Length; index++)
        {
            Bind(index, values[index]);
        }

        return this;
    }

    /// <summary>Binds an integer; <see langword="null"/> is NULL.</summary>
    public void Bind(int index, long? value) => Check(value is { } number
        ? raw.sqlite3_bind_int64(_statement, index + 1, number)
        : raw.sqlite3_bind_null(_statement, index + 1));

    /// <summary>Binds a text; <see langword="null"/> is NULL.</summary>
    public void Bind(int index, string? value) => Check(value is null
        ? raw.sqlite3_bind_null(_statement, index + 1)
        : raw.sqlite3_bind_text(_statement, index + 1, value));

    /// <summary>Binds a blob, which is copied.</summary>
    public void Bind(int index, ReadOnlySpan<byte> value) =>
        Check(raw.sqlite3_bind_blob(_statement, index + 1, value));

    /// <summary>Goes to the next row.</summary>
    /// <returns>Whether there is one; otherwise the statement is ready to be run again.</returns>
    /// <exception cref="SqliteException">The statement has failed.</exception>
    public bool Read()
    {
        var code = raw.sqlite3_step(_statement);
        if (code == raw.SQLITE_ROW)
        {
            return true;
        }

        try
        {
            if (code != raw.SQLITE_DONE)
            {
                SqliteException.ThrowExceptionForRC(code, _database);
            }

            return false;
        }
        finally
        {
            Reset();
        }
    }

    /// <summary>Runs it.</summary>
    /// <returns>The number of rows that it changed.</returns>
    /// <exception cref="SqliteException">The statement has failed.</exception>
    public int Run()
    {
        while (Read())
        {
            // Without rows to return.
        }

        return raw.sqlite3_changes(_database);
    }

    /// <summary>Gets the integer in the first column of the first row; <see langword="null"/> without one.</summary>
    /// <exception cref="SqliteException">The statement has failed.</exception>
    public long? ReadInteger()
    {
        if (!Read())
        {
            return null;
        }

        var value = IsNull(0) ? (long?)null : Integer(0);
        Reset();
        return value;
    }

    /// <summary>Ends reading before the last row.</summary>
    public void Reset() => _ = raw.sqlite3_reset(_statement);

    /// <summary>Determines whether a column of the current row is NULL.</summary>
    public bool IsNull(int column) => raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL;

    /// <summary>Gets an integer of the current row.</summary>
    public long Integer(int column) => raw.sqlite3_column_int64(_statement, column);

    /// <summary>Gets a number of the current row.</summary>
    public double Double(int column) => raw.sqlite3_column_double(_statement, column);

    /// <summary>Gets a text of the current row.</summary>
    public string Text(int column) => raw.sqlite3_column_text(_statement, column).utf8_to_string() ?? string.Empty;

    /// <summary>Gets a blob of the current row; valid until the next one.</summary>
    public ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(_statement, column);

    /// <inheritdoc/>
    public void Dispose() => _statement.Dispose();

    private void Check(int code) => SqliteException.ThrowExceptionForRC(code, _database);
}
