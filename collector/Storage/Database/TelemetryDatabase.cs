using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using NodeTelemetry.Collector.Diagnostics;

namespace NodeTelemetry.Collector.Storage.Database;

/// <summary>
/// The collector's one SQLite file: opens it, brings its schema up to date, sets it aside when it is damaged.
/// </summary>
/// <remarks>
/// <see cref="Session"/> belongs to the <see cref="DatabaseWriter"/>; everyone else reads through connections of their
/// own, which in WAL mode neither wait for the writer nor make it wait.
/// </remarks>
internal sealed partial class TelemetryDatabase : IDisposable
{
    // A disk that damages file after file must not fill up with them.
    private const int DamagedFilesMax = 3;

    // Seconds that a statement waits for another connection's lock; only a tool of an administrator would hold one.
    private const int BusySeconds = 5;

    // SQLite keeps a log file at its largest size; after a burst it is cut back to this.
    private const int LogBytesKept = 16 * 1024 * 1024;

    private readonly IReadOnlyList<string> _schema;
    private readonly StorageMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private FileStream? _guard;
    private volatile bool _isReadable;
    private int _openings;
    private bool _isAnnounced;

    /// <summary>
    /// Initializes a new instance of the <see cref="TelemetryDatabase"/> class. Nothing is opened yet.
    /// </summary>
    public TelemetryDatabase(
        string path,
        CollectorMetrics metrics,
        TimeProvider time,
        ILogger<TelemetryDatabase> logger,
        IReadOnlyList<string>? schema = null)
    {
        Path = System.IO.Path.GetFullPath(path);
        _metrics = metrics.Storage;
        _time = time;
        _logger = logger;
        _schema = schema ?? DatabaseSchema.Steps;
        Library = SqliteLibrary.Initialize();
    }

    /// <summary>Gets the file.</summary>
    public string Path { get; }

    /// <summary>Gets which SQLite library is used.</summary>
    public string Library { get; }

    /// <summary>Gets the writer's connection; <see langword="null"/> while the database cannot be used.</summary>
    public DatabaseSession? Session { get; private set; }

    /// <summary>
    /// Gets how often the file was opened or set aside: a reader of before may be one of another file.
    /// </summary>
    public int Openings => Volatile.Read(ref _openings);

    /// <summary>Gets the size of the file and its write-ahead log.</summary>
    public long Bytes => Length(Path) + Length(Path + "-wal");

    /// <summary>Opens the file. A damaged one is set aside and a new one begun.</summary>
    /// <param name="problem">Why it could not be opened, in a sentence; <see langword="null"/> when it was.</param>
    public bool TryOpen(out string? problem)
    {
        Close();
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                problem = Open();
                return problem is null;
            }
            catch (SqliteException exception) when (attempt == 0 && IsDamage(exception))
            {
                Close();
                if (!TryQuarantine(exception.Message, out problem))
                {
                    return false;
                }
            }
            catch (SqliteException exception)
            {
                problem = Explain(exception);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                problem = $"The folder of {Path} cannot be used: {exception.Message}";
            }

            if (problem is not null)
            {
                Close();
                return false;
            }
        }
    }

    /// <summary>Closes the writer's connection; readers keep theirs.</summary>
    public void Close()
    {
        Session?.Dispose();
        Session = null;
    }

    /// <summary>Opens a connection to read with; the caller disposes of it.</summary>
    /// <returns><see langword="null"/> while there is no file of ours to read.</returns>
    /// <exception cref="SqliteException">The file cannot be read just now.</exception>
    public SqliteConnection? OpenReader()
    {
        if (!_isReadable || !File.Exists(Path))
        {
            return null;
        }

        var connection = new SqliteConnection(ConnectionString(SqliteOpenMode.ReadWrite));
        try
        {
            connection.Open();
            Execute(connection, "PRAGMA query_only=1; PRAGMA temp_store=MEMORY;");
            return connection;
        }
        catch (SqliteException)
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Tells whether an error means that the file itself is broken.</summary>
    public static bool IsDamage(SqliteException exception) =>
        exception.SqliteErrorCode is 11 or 26; // SQLITE_CORRUPT, SQLITE_NOTADB

    /// <summary>Makes a sentence of an error that says what a person can do.</summary>
    public string Explain(SqliteException exception) => exception.SqliteErrorCode switch
    {
        5 or 6 => $"The database {Path} is locked by another program.",
        8 => $"The database {Path} may not be written: check the owner and mode of the file and its folder.",
        10 => $"Reading or writing {Path} failed: {exception.Message} The disk may be failing.",
        13 => $"The disk that holds {Path} is full.",
        14 => $"The database {Path} cannot be opened: check that the folder exists and may be written.",
        _ => $"The database {Path} cannot be used: {exception.Message}",
    };

    /// <summary>
    /// Moves a damaged file out of the way, with its log; only the newest few of such files are kept.
    /// </summary>
    public bool TryQuarantine(string reason, out string? problem)
    {
        _isReadable = false;
        _isAnnounced = false;
        Interlocked.Increment(ref _openings);
        var stamp = _time.GetUtcNow().ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var target = $"{Path}.damaged-{stamp}";
        for (var number = 2; File.Exists(target); number++)
        {
            target = $"{Path}.damaged-{stamp}-{number}";
        }

        try
        {
            foreach (var suffix in (ReadOnlySpan<string>)["", "-wal", "-shm"])
            {
                if (File.Exists(Path + suffix))
                {
                    File.Move(Path + suffix, target + suffix);
                }
            }

            _metrics.FilesQuarantined.Add();
            Log.Quarantined(_logger, Path, reason, target);
            RemoveOldest();
            problem = null;
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            problem = $"The database {Path} is damaged ({reason}) and cannot be set aside: {exception.Message}";
            return false;
        }
    }

    /// <summary>Tells whether an error means that a row holds what was never written there.</summary>
    public static bool IsRowDamage(Exception exception) => exception is InvalidDataException or InvalidCastException
        or InvalidOperationException or OverflowException or FormatException or ArgumentException
        or NotSupportedException or JsonException;

    /// <summary>Counts and logs a row that cannot be read and is left out.</summary>
    /// <param name="table">Its table.</param>
    /// <param name="row">Its name or number.</param>
    /// <param name="reason">What is wrong with it.</param>
    public void ReportDamagedRow(string table, string row, string reason)
    {
        _metrics.RowsDamaged.Add();
        Log.RowDamaged(_logger, row, table, Path, reason);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Close();
        _guard?.Dispose();
        _guard = null;
    }

    private static long Length(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? file.Length : 0;
    }

    private static void Execute(SqliteConnection connection, string text)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Texts are constants of this folder.
        command.CommandText = text;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private static long Pragma(SqliteConnection connection, string text)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Texts are constants of this folder.
        command.CommandText = text;
#pragma warning restore CA2100
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    private string? Open()
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        if (!TryGuard())
        {
            return $"The database {Path} is in use by another collector.";
        }

        var isNew = Length(Path) == 0;
        var connection = new SqliteConnection(ConnectionString(SqliteOpenMode.ReadWriteCreate));
        try
        {
            connection.Open();
            var problem = Prepare(connection, isNew);
            if (problem is null)
            {
                Session = new DatabaseSession(connection);
                _isReadable = true;
                Interlocked.Increment(ref _openings);

                // Once for each file: one that can be opened and not written is opened again every few seconds.
                if (!_isAnnounced)
                {
                    _isAnnounced = true;
                    Log.Opened(_logger, Path, Bytes, _schema.Count, Library);
                }

                return null;
            }

            connection.Dispose();
            return problem;
        }
        catch (SqliteException)
        {
            connection.Dispose();
            throw;
        }
    }

    // Two collectors on one file would merge their histories. A lock that dies with its process needs no cleaning up.
    private bool TryGuard()
    {
        if (_guard is not null)
        {
            return true;
        }

        try
        {
            _guard = new FileStream(Path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return true;
        }
        catch (IOException exception) when (exception is not DirectoryNotFoundException && IsLocked(exception))
        {
            return false;
        }
    }

    // EWOULDBLOCK of flock(2); on Windows ERROR_SHARING_VIOLATION.
    private static bool IsLocked(IOException exception) => (exception.HResult & 0xFFFF) is 11 or 32;

    private string? Prepare(SqliteConnection connection, bool isNew)
    {
        if (isNew)
        {
            // Only an empty file can be told this. After a long outage of OpenSearch the writer shrinks the file again.
            Execute(connection, "PRAGMA auto_vacuum=INCREMENTAL;");
        }

        var version = Pragma(connection, "PRAGMA user_version;");
        var application = Pragma(connection, "PRAGMA application_id;");
        var isEmpty = Pragma(connection, "SELECT count(*) FROM sqlite_schema;") == 0;
        if (!isEmpty && application != DatabaseSchema.ApplicationId)
        {
            return $"The file {Path} is the database of another program. It was not touched; choose another path.";
        }

        if (version > _schema.Count)
        {
            return $"The database {Path} has schema version {version}, made by a newer collector; "
                + $"this one knows up to {_schema.Count}. It was not touched; install "
                + "the newer collector again or choose another path.";
        }

        // FULL: a commit is on the disk when it returns. SCHEMA.md says why, and what it costs.
        Execute(connection, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0;");
        Execute(connection, string.Create(CultureInfo.InvariantCulture, $"PRAGMA journal_size_limit={LogBytesKept};"));

        // Some libraries, Debian's among them, write zeros over what is deleted: every batch twice, for no secret.
        Execute(connection, "PRAGMA temp_store=MEMORY; PRAGMA secure_delete=OFF;");
        Upgrade(connection, (int)version);
        return null;
    }

    private void Upgrade(SqliteConnection connection, int version)
    {
        if (version == _schema.Count)
        {
            // Proves that the schema can be read and the file written, before anything depends on it.
            Execute(connection, "BEGIN IMMEDIATE; ROLLBACK;");
            return;
        }

        Execute(connection, "BEGIN IMMEDIATE;");
        for (var step = version; step < _schema.Count; step++)
        {
            Execute(connection, _schema[step]);
        }

        Execute(connection, string.Create(
            CultureInfo.InvariantCulture,
            $"PRAGMA application_id={DatabaseSchema.ApplicationId}; PRAGMA user_version={_schema.Count}; COMMIT;"));
        if (version > 0)
        {
            Log.Upgraded(_logger, Path, version, _schema.Count);
        }
    }

    private string ConnectionString(SqliteOpenMode mode) => new SqliteConnectionStringBuilder
    {
        DataSource = Path,
        Mode = mode,
        Pooling = false, // A pooled connection would keep a file open that has been set aside.
        DefaultTimeout = BusySeconds,
    }.ToString();

    private void RemoveOldest()
    {
        var name = System.IO.Path.GetFileName(Path);
        var damaged = Directory.GetFiles(System.IO.Path.GetDirectoryName(Path)!, $"{name}.damaged-*")
            .Where(static file =>
                !file.EndsWith("-wal", StringComparison.Ordinal) && !file.EndsWith("-shm", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .ToArray();
        foreach (var file in damaged.Take(damaged.Length - DamagedFilesMax))
        {
            Log.RemovedDamaged(_logger, file, DamagedFilesMax);
            foreach (var suffix in (ReadOnlySpan<string>)["", "-wal", "-shm"])
            {
                File.Delete(file + suffix);
            }
        }
    }
}
