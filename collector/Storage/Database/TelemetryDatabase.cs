using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using NodeTelemetry.Collector.Diagnostics;

namespace NodeTelemetry.Collector.Storage.Database;

/// <summary>
/// The collector's one SQLite file: opens it, upgrades its schema, and quarantines it when it is damaged.
/// </summary>
/// <remarks>
/// <see cref="Session"/> belongs to the <see cref="DatabaseWriter"/>.
/// Readers use separate connections, which in WAL mode neither wait for the writer nor delay it.
/// </remarks>
internal sealed partial class TelemetryDatabase : IDisposable
{
    // A failing disk must not fill up with damaged files.
    private const int DamagedFilesMax = 3;

    // Seconds that a statement waits for another connection's lock; only an administrator's tool would hold one.
    private const int BusySeconds = 5;

    // SQLite keeps a log file at its largest size; after a burst it is truncated to this.
    private const int LogBytesKept = 16 * 1024 * 1024;

    // Tables of the first version: a file with these is the collector's, whatever its header says.
    private const string OwnTablesSql = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' "
        + "AND name IN ('outbox', 'outbox_total', 'dead_letters', 'history', 'node', 'node_progress')";

    private const int OwnTableCount = 6;

    // No collector will ever have more steps.
    private const int VersionMax = 9999;

    // Every statement is right, so this error of an opened file means that its schema is not.
    private const int SqliteError = 1;
    private const int SqliteCorrupt = 11;
    private const int SqliteNotDatabase = 26;

    private static readonly string SetApplicationSql = string.Create(
        CultureInfo.InvariantCulture, $"PRAGMA application_id={DatabaseSchema.ApplicationId};");

    // What stands beside a quarantined file.
    private static readonly string[] Companions = ["-wal", "-shm", SchemaTemplate.FirstPageSuffix];

    private readonly IReadOnlyList<string> _schema;
    private readonly StorageMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private FileStream? _guard;
    private volatile bool _isReadable;
    private int _openings;
    private bool _isAnnounced;
    private string? _recoverFrom;

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

    /// <summary>Gets the SQLite library in use.</summary>
    public string Library { get; }

    /// <summary>Gets the writer's connection; <see langword="null"/> while the database cannot be used.</summary>
    public DatabaseSession? Session { get; private set; }

    /// <summary>
    /// Gets how often the file was opened or quarantined: an earlier reader may belong to another file.
    /// </summary>
    public int Openings => Volatile.Read(ref _openings);

    /// <summary>Gets the size of the file and its write-ahead log.</summary>
    public long Bytes => Length(Path) + Length(Path + "-wal");

    /// <summary>Opens the file. A damaged file is quarantined, and a new one created.</summary>
    /// <param name="problem">Why it could not be opened, in a sentence; <see langword="null"/> if it was.</param>
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
            catch (SqliteException exception) when (
                attempt == 0 && (IsDamage(exception) || exception.SqliteErrorCode == SqliteError))
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
                problem = $"The directory of {Path} cannot be used: {exception.Message}";
            }

            if (problem is not null)
            {
                Close();
                return false;
            }
        }
    }

    /// <summary>Closes the writer's connection; readers keep their connections.</summary>
    public void Close()
    {
        Session?.Dispose();
        Session = null;
    }

    /// <summary>Opens a connection for reading; the caller disposes it.</summary>
    /// <returns><see langword="null"/> while there is no usable file.</returns>
    /// <exception cref="SqliteException">The file cannot be read.</exception>
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

    /// <summary>Determines whether an error means that the file itself is damaged.</summary>
    public static bool IsDamage(SqliteException exception) =>
        exception.SqliteErrorCode is SqliteCorrupt or SqliteNotDatabase;

    /// <summary>Describes an error in a sentence that says what the administrator can do.</summary>
    public string Explain(SqliteException exception) => exception.SqliteErrorCode switch
    {
        5 or 6 => $"The database {Path} is locked by another program.",
        8 => $"The database {Path} may not be written: check the owner and mode of the file and its directory.",
        10 => $"Reading or writing {Path} failed: {exception.Message} The disk may be failing.",
        13 => $"The disk that holds {Path} is full.",
        14 => $"The database {Path} cannot be opened: check that the directory exists and may be written.",
        _ => $"The database {Path} cannot be used: {exception.Message}",
    };

    /// <summary>Moves a damaged file away, with its log; only the newest few such files are kept.</summary>
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

            _metrics.FilesQuarantined.Inc();
            _recoverFrom = target;
            Log.Quarantined(_logger, Path, reason, target);
            RemoveOldest();
            problem = null;
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            problem = $"The database {Path} is damaged ({reason}) and cannot be quarantined: {exception.Message}";
            return false;
        }
    }

    /// <summary>Determines whether an error means that a row is damaged.</summary>
    public static bool IsRowDamage(Exception exception) => exception is InvalidDataException or InvalidCastException
        or InvalidOperationException or OverflowException or FormatException or ArgumentException
        or NotSupportedException or JsonException;

    /// <summary>Counts and logs a damaged row, which is skipped.</summary>
    /// <param name="table">Its table.</param>
    /// <param name="row">Its name or number.</param>
    /// <param name="reason">The damage.</param>
    public void ReportDamagedRow(string table, string row, string reason)
    {
        _metrics.RowsDamaged.Inc();
        Log.RowDamaged(_logger, row, table, Path, reason);
    }

    /// <summary>Counts and logs the end of the copy of the history of a damaged file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="rows">The rows copied since the start of the process.</param>
    /// <param name="damages">The places that could not be read.</param>
    public void ReportHistoryRecovered(string path, long rows, long damages)
    {
        _metrics.RowsDamaged.Inc(damages);
        Log.HistoryRecovered(_logger, path, rows, damages);
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
#pragma warning disable CA2100 // Texts are constants of this directory.
        command.CommandText = text;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private static long Pragma(SqliteConnection connection, string text)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Texts are constants of this directory.
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
                Recover(Session);
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
            // Only possible in an empty file. The writer shrinks the file after a long outage of OpenSearch.
            Execute(connection, "PRAGMA auto_vacuum=INCREMENTAL;");
        }

        var version = Pragma(connection, "PRAGMA user_version;");
        var application = Pragma(connection, "PRAGMA application_id;");
        var isEmpty = Pragma(connection, "SELECT count(*) FROM sqlite_schema;") == 0;
        var isOurs = Pragma(connection, OwnTablesSql) == OwnTableCount;
        if (!isEmpty && application != DatabaseSchema.ApplicationId && !isOurs)
        {
            return $"The file {Path} is the database of another program. It was not changed; choose another path.";
        }

        if (isOurs && version is < 1 or > VersionMax)
        {
            // The header is damaged beyond the number of the application: the tables are copied into a new file.
            throw new SqliteException($"The schema version is {version}.", SqliteCorrupt);
        }

        if (version > _schema.Count)
        {
            return $"The database {Path} has schema version {version}, created by a newer collector; "
                + $"this one supports up to {_schema.Count}. It was not changed; install "
                + "the newer collector again or choose another path.";
        }

        // FULL: a commit is on the disk when it returns. SCHEMA.md has the reason and the cost.
        Execute(connection, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0;");
        Execute(connection, string.Create(CultureInfo.InvariantCulture, $"PRAGMA journal_size_limit={LogBytesKept};"));

        // Some libraries, such as Debian's, overwrite deleted rows with zeros: every batch would be written twice.
        Execute(connection, "PRAGMA temp_store=MEMORY; PRAGMA secure_delete=OFF;");
        if (!isNew && SchemaTemplate.FindMissing(connection, _schema.Take((int)version)) is { } missing)
        {
            throw new SqliteException($"The schema lacks the {missing}.", SqliteCorrupt);
        }

        Upgrade(connection, (int)version);
        if (!isEmpty && application != DatabaseSchema.ApplicationId)
        {
            Execute(connection, SetApplicationSql);
            Log.ApplicationRepaired(_logger, Path, application);
        }

        return null;
    }

    /// <summary>Copies what can be read of the file that this one replaces.</summary>
    private void Recover(DatabaseSession session)
    {
        if (_recoverFrom is not { } path)
        {
            return;
        }

        using (var source = DamagedFile.TryOpen(path, out var problem))
        {
            if (source is null)
            {
                Log.NothingRecovered(_logger, path, problem);
            }
            else
            {
                session.Execute("BEGIN IMMEDIATE");
                var recovery = new DatabaseRecovery(source, session);
                recovery.Copy();
                recovery.BeginHistory(path);
                session.Execute("COMMIT");
                _metrics.RowsDamaged.Inc(source.Damages);
                _metrics.OutboxDocumentsDropped[OutboxDropReason.Damaged].Inc(recovery.DocumentsLost);
                Log.Recovered(
                    _logger, path, recovery.ToString(), recovery.Documents, recovery.DocumentsLost, source.Damages);
            }
        }

        _recoverFrom = null;
    }

    private void Upgrade(SqliteConnection connection, int version)
    {
        if (version == _schema.Count)
        {
            // Proves that the schema can be read and the file written before anything depends on that.
            Execute(connection, "BEGIN IMMEDIATE; ROLLBACK;");
            return;
        }

        Execute(connection, "BEGIN IMMEDIATE;");
        for (var step = version; step < _schema.Count; step++)
        {
            Execute(connection, _schema[step]);
        }

        Execute(connection, string.Create(
            CultureInfo.InvariantCulture, $"{SetApplicationSql} PRAGMA user_version={_schema.Count}; COMMIT;"));
        if (version > 0)
        {
            Log.Upgraded(_logger, Path, version, _schema.Count);
        }
    }

    private string ConnectionString(SqliteOpenMode mode) => new SqliteConnectionStringBuilder
    {
        DataSource = Path,
        Mode = mode,
        Pooling = false, // A pooled connection would keep a quarantined file open.
        DefaultTimeout = BusySeconds,
    }.ToString();

    private void RemoveOldest()
    {
        var name = System.IO.Path.GetFileName(Path);
        var damaged = Directory.GetFiles(System.IO.Path.GetDirectoryName(Path)!, $"{name}.damaged-*")
            .Where(static file =>
                Companions.All(suffix => !file.EndsWith(suffix, StringComparison.Ordinal)))
            .Order(StringComparer.Ordinal)
            .ToArray();
        foreach (var file in damaged.Take(damaged.Length - DamagedFilesMax))
        {
            Log.RemovedDamaged(_logger, file, DamagedFilesMax);
            foreach (var suffix in (IEnumerable<string>)["", .. Companions])
            {
                File.Delete(file + suffix);
            }
        }
    }
}
