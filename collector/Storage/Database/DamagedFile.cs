using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace NodeTelemetry.Collector.Storage.Database;

/// <summary>A damaged database, read around its damage: every row on a readable page is found.</summary>
/// <remarks>Nothing is written to it but a damaged schema, not even its own log when it is closed.</remarks>
internal sealed class DamagedFile : IDisposable
{
    private const int NoCheckpointOnClose = 1006; // SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE

    // Row numbers are far smaller; a damaged page cannot hide more rows than this.
    private const long GapMax = 1L << 48;

    private readonly SqliteConnection _connection;
    private readonly DatabaseSession _session;

    private DamagedFile(SqliteConnection connection)
    {
        _connection = connection;
        _session = new DatabaseSession(connection);
    }

    /// <summary>Receives a row of a table.</summary>
    /// <param name="row">Its columns.</param>
    public delegate void OnRow(SqliteDataReader row);

    /// <summary>Gets the number of places where rows could not be read.</summary>
    public long Damages { get; private set; }

    /// <summary>Opens a file. A damaged schema is replaced by the known one.</summary>
    /// <param name="path">The file.</param>
    /// <param name="problem">Why nothing can be read of it; <see langword="null"/> if it was opened.</param>
    public static DamagedFile? TryOpen(string path, out string? problem)
    {
        if (!File.Exists(path))
        {
            problem = "There is no such file.";
            return null;
        }

        if (TryOpenAsItIs(path, out problem) is { } file)
        {
            return file;
        }

        try
        {
            if (!SchemaTemplate.TryReplace(path, DatabaseSchema.Steps)
                || TryOpenAsItIs(path, out problem) is not { } replaced)
            {
                return null;
            }

            replaced.Damages++;
            return replaced;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or SqliteException)
        {
            problem = $"Its schema is damaged and cannot be replaced: {exception.Message}";
            return null;
        }
    }

    /// <summary>Reads an integer.</summary>
    /// <returns><see langword="null"/> if there is none, or it cannot be read.</returns>
    public long? Integer(string text, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        try
        {
            return _session.Integer(text, parameters);
        }
        catch (SqliteException)
        {
            return null;
        }
    }

    /// <summary>Gets the columns of a table; none if it does not exist.</summary>
    public IReadOnlyList<string> GetColumns(string table)
    {
        var columns = new List<string>();
        ReadOnce("SELECT name FROM pragma_table_info($table)", row => columns.Add(row.GetString(0)), ("$table", table));
        return columns;
    }

    /// <summary>Reads the rows of a statement until its first damaged page.</summary>
    /// <returns>Whether all could be read.</returns>
    public bool ReadOnce(string text, OnRow onRow, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        try
        {
            using var reader = _session.Command(text, parameters).ExecuteReader();
            while (reader.Read())
            {
                onRow(reader);
            }

            return true;
        }
        catch (SqliteException exception) when (TelemetryDatabase.IsDamage(exception))
        {
            Damages++;
            return false;
        }
    }

    /// <summary>Reads rows in the order of an integer key, and skips what cannot be read.</summary>
    /// <param name="select">Selects rows in the order of their key, their first column,
    /// from <c>$from</c> on.</param>
    /// <param name="find">Selects the first key from <c>$from</c> on.</param>
    /// <param name="from">The first key.</param>
    /// <param name="onRow">Receives each row; returns whether to go on.</param>
    /// <param name="parameters">Further parameters of both statements.</param>
    public void Read(
        string select,
        string find,
        long from,
        Func<SqliteDataReader, bool> onRow,
        params (string Name, object? Value)[] parameters)
    {
        long? next = from;
        while (next is { } start)
        {
            long? last = null;
            try
            {
                using var reader = _session.Command(select, [.. parameters, ("$from", start)]).ExecuteReader();
                while (reader.Read())
                {
                    last = reader.GetInt64(0);
                    if (!onRow(reader))
                    {
                        return;
                    }
                }

                return;
            }
            catch (SqliteException exception) when (TelemetryDatabase.IsDamage(exception))
            {
                Damages++;
                next = FindReadable(find, (last ?? start) + 1, parameters);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _session.Dispose();
        _connection.Dispose();
    }

    private static DamagedFile? TryOpenAsItIs(string path, out string? problem)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadWrite,
            Pooling = false,
        }.ToString());
        var file = new DamagedFile(connection);
        try
        {
            connection.Open();
            _ = raw.sqlite3_db_config(connection.Handle, NoCheckpointOnClose, 1, out _);
            var version = (int)(file._session.Integer("PRAGMA user_version") ?? 0);
            problem = SchemaTemplate.FindMissing(connection, DatabaseSchema.Steps.Take(version)) is { } missing
                ? $"Its schema lacks the {missing}."
                : null;
        }
        catch (SqliteException exception)
        {
            problem = exception.Message;
        }

        if (problem is null)
        {
            return file;
        }

        if (connection.Handle is { } handle)
        {
            // What the log still holds must be in the file before its first page is replaced.
            _ = raw.sqlite3_wal_checkpoint_v2(handle, null, raw.SQLITE_CHECKPOINT_TRUNCATE, out _, out _);
        }

        file.Dispose();
        return null;
    }

    /// <summary>Finds the first key, from a given one on, whose page can be read.</summary>
    private long? FindReadable(string find, long from, (string Name, object? Value)[] parameters)
    {
        var width = 1L;
        while (!CanFind(find, from + width - 1, parameters, out _))
        {
            width *= 2;
            if (width > GapMax)
            {
                return null;
            }
        }

        var (damaged, readable) = (from + (width / 2) - 1, from + width - 1);
        while (readable - damaged > 1)
        {
            var middle = damaged + ((readable - damaged) / 2);
            if (CanFind(find, middle, parameters, out _))
            {
                readable = middle;
            }
            else
            {
                damaged = middle;
            }
        }

        return CanFind(find, readable, parameters, out var key) ? key : null;
    }

    private bool CanFind(string find, long from, (string Name, object? Value)[] parameters, out long? key)
    {
        try
        {
            key = _session.Integer(find, [.. parameters, ("$from", from)]);
            return true;
        }
        catch (SqliteException exception) when (TelemetryDatabase.IsDamage(exception))
        {
            key = null;
            return false;
        }
    }
}
