using Microsoft.Data.Sqlite;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Hosting;

namespace NodeTelemetry.Collector.Storage.Database;

/// <summary>
/// The only writer of the database: once a second, or when rows are due before, it commits all due rows together.
/// </summary>
/// <remarks>
/// While the database cannot be written, every <see cref="IDatabaseWork"/> keeps its rows in bounded memory,
/// <see cref="Status"/> has the reason, and the file is opened again every few seconds until it works.
/// </remarks>
internal sealed partial class DatabaseWriter : IAsyncDisposable
{
    // The pause between two rounds while there is more to do: a long task does not slow everything else down.
    private static readonly TimeSpan PauseMin = TimeSpan.FromMilliseconds(250);

    // The longest pause: what a table takes meanwhile, an event or an alert, is stored after it.
    private static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(1);

    // The pause before an unusable file is tried again: after making room on a disk, the effect shows at once.
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(5);

    // A rate over a shorter time is meaningless.
    private static readonly TimeSpan RateDelay = TimeSpan.FromMinutes(1);

    // How often the displayed size of the file is updated.
    private static readonly TimeSpan StatusPeriod = TimeSpan.FromSeconds(2);

    // Pages in the write-ahead log before they are copied into the file: SQLite's own default, 4 MB.
    private const int CheckpointPages = 1000;

    // Free pages stay in the file for the next rows, 16 MiB of them …
    private const int FreePagesKept = 4096;

    // … and one page in four: avoids vacuum churn when the size of the file varies.
    private const int FreeShareKept = 4;

    // Frees 512 pages, 2 MiB, at a time: as short as a transaction, and a large backlog is freed in minutes.
    private const string ShrinkSql = "PRAGMA incremental_vacuum(512)";

    private const int PageBytes = 4096;
    private const int LogFrameBytes = PageBytes + 24;

    private readonly TelemetryDatabase _database;
    private readonly IReadOnlyList<IDatabaseWork> _works;
    private readonly CollectorMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly WakeSignal _signal;
    private readonly Lock _round = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly long _started;
    private Task _loop = Task.CompletedTask;
    private volatile DatabaseStatus _status;
    private int _logPages;
    private long _freePages;
    private long? _failed;
    private long? _shrinkFailed;
    private long _statusAt;
    private string? _problem;
    private string? _loggedProblem;
    private bool _isWriteFailure;

    /// <summary>Initializes a new instance of the <see cref="DatabaseWriter"/> class.</summary>
    /// <param name="database">The file; it is opened by the first round.</param>
    /// <param name="works">The tables, in the order in which they are written.</param>
    /// <param name="metrics">The counters.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">The log.</param>
    public DatabaseWriter(
        TelemetryDatabase database,
        IReadOnlyList<IDatabaseWork> works,
        CollectorMetrics metrics,
        TimeProvider time,
        ILogger<DatabaseWriter> logger)
    {
        _database = database;
        _works = works;
        _metrics = metrics;
        _time = time;
        _signal = new WakeSignal(time);
        _logger = logger;
        _started = time.GetTimestamp();
        _status = new DatabaseStatus(database.Path, 0, null, 0);
    }

    /// <summary>Gets the status of the database.</summary>
    public DatabaseStatus Status => _status;

    /// <summary>
    /// Gets the loop: it ends when stopped. If it fails, the program has a defect, and the process must end.
    /// </summary>
    public Task Completion => _loop;

    /// <summary>Opens the database and starts the loop; a failure to open only shows in <see cref="Status"/>.</summary>
    public void Start()
    {
        RunRound(final: false);
        _loop = Task.Run(() => RunAsync(_stop.Token));
    }

    /// <summary>Runs one round on the caller's thread.</summary>
    /// <param name="final">Whether the collector stops: everything is due,
    /// and the file is tried even after a recent failure.</param>
    /// <returns>Whether all due rows are stored.</returns>
    public bool RunRound(bool final)
    {
        lock (_round)
        {
            foreach (var work in _works)
            {
                work.Prepare(final);
            }

            var isStored = RunTransaction(final);
            UpdateStatus();
            return isStored;
        }
    }

    /// <summary>Stops the loop and stores all rows that are still in memory.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        if (!RunRound(final: true))
        {
            Log.NotStoredAtStop(_logger, _problem ?? "unknown");
        }

        _database.Close();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
        _signal.Dispose();
    }

    private async Task RunAsync(CancellationToken token)
    {
        try
        {
            while (true)
            {
                var wait = _works.Min(static work => work.Wait);
                await _signal.WaitAsync(wait < PauseMin ? PauseMin : wait > PauseMax ? PauseMax : wait, token);
                RunRound(final: false);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped on request.
        }
    }

    private bool RunTransaction(bool final)
    {
        // The second attempt follows when the file was damaged and has been replaced by a new one.
        for (var attempt = 0; attempt < 2; attempt++)
        {
            if (!EnsureOpen(final))
            {
                return false;
            }

            try
            {
                WriteAll(_database.Session!, final);
                return true;
            }
            catch (SqliteException exception)
            {
                Fail(exception);
                if (!TelemetryDatabase.IsDamage(exception) || !_database.TryQuarantine(exception.Message, out _))
                {
                    return false;
                }

                _failed = null;
            }
        }

        return false;
    }

    private bool EnsureOpen(bool final)
    {
        if (_database.Session is not null && File.Exists(_database.Path))
        {
            return true;
        }

        if (!final && _failed is { } failed && _time.GetElapsedTime(failed) < RetryDelay)
        {
            return false;
        }

        if (!_database.TryOpen(out var problem))
        {
            Degrade(problem!);
            return false;
        }

        try
        {
            foreach (var work in _works)
            {
                work.OnOpened(_database.Session!);
            }

            _logPages = 0;
            return true;
        }
        catch (SqliteException exception)
        {
            Fail(exception);
            if (TelemetryDatabase.IsDamage(exception))
            {
                // The next round creates a new file; if this one cannot be moved, opening it reports that.
                _ = _database.TryQuarantine(exception.Message, out _);
                _failed = null;
            }

            return false;
        }
    }

    private void WriteAll(DatabaseSession session, bool isFinal)
    {
        var transaction = new DatabaseTransaction(session, isFinal);
        var changes = session.TotalChanges;
        TimeSpan elapsed;
        try
        {
            foreach (var work in _works)
            {
                work.Take(transaction);
            }

            // Takes no lock before the first row is written, so an idle round costs nothing.
            var started = _time.GetTimestamp();
            session.Execute("BEGIN");
            foreach (var work in _works)
            {
                work.Write(transaction);
            }

            session.Execute("COMMIT");
            elapsed = _time.GetElapsedTime(started);
        }
        catch (SqliteException)
        {
            // Closing rolls back, and releases everything that the failure left in the connection.
            _database.Close();
            transaction.RollBack();
            throw;
        }

        var isWritten = session.TotalChanges != changes;
        transaction.Commit();
        if (isWritten)
        {
            _metrics.Storage.Transactions.Inc();
            _metrics.Storage.CommitDuration.Observe(elapsed.TotalSeconds);
        }

        // A file that opens is not proven to work after a failed write until something has been written.
        if (_problem is not null && (isWritten || !_isWriteFailure))
        {
            Recover();
        }

        Shrink(session, isWritten);
        Account(session, isFinal);
    }

    // Not while the number of free pages grows: a backlog is being delivered, and the pages to move are deleted next.
    // In a separate transaction: a lack of room for moving pages must not prevent storing rows.
    private void Shrink(DatabaseSession session, bool isWritten)
    {
        if (!isWritten || (_shrinkFailed is { } failed && _time.GetElapsedTime(failed) < RetryDelay))
        {
            return;
        }

        try
        {
            _shrinkFailed = null;
            var free = FreePages(session);
            if (free <= _freePages && free > FreePagesKept
                && free > (session.Integer("PRAGMA page_count") ?? 0) / FreeShareKept)
            {
                session.Execute(ShrinkSql);
                free = FreePages(session);
            }

            _freePages = free;
        }
        catch (SqliteException exception) when (!TelemetryDatabase.IsDamage(exception))
        {
            _shrinkFailed = _time.GetTimestamp();
            Log.NotShrunk(_logger, _database.Path, exception.Message);
        }
    }

    private static long FreePages(DatabaseSession session) => session.Integer("PRAGMA freelist_count") ?? 0;

    private void Account(DatabaseSession session, bool final)
    {
        var pages = session.TakePagesWritten();
        _logPages += pages;
        _metrics.Storage.BytesWritten.Inc((long)pages * LogFrameBytes);
        if (_logPages >= CheckpointPages || (final && _logPages > 0))
        {
            _logPages = 0;
            _metrics.Storage.BytesWritten.Inc(session.Checkpoint() * PageBytes);
        }
    }

    private void Fail(SqliteException exception)
    {
        _metrics.Storage.TransactionsFailed.Inc();
        _database.Close();
        _isWriteFailure = true;
        Degrade(_database.Explain(exception));
    }

    private void Degrade(string problem)
    {
        _failed = _time.GetTimestamp();
        _problem = problem;
        if (problem != _loggedProblem)
        {
            _loggedProblem = problem;
            Log.Degraded(_logger, problem, RetryDelay.TotalSeconds);
        }
    }

    private void Recover()
    {
        _problem = null;
        _loggedProblem = null;
        _isWriteFailure = false;
        _failed = null;
        Log.Recovered(_logger, _database.Path);
    }

    private void UpdateStatus()
    {
        if (_status.Problem == _problem && _statusAt != 0 && _time.GetElapsedTime(_statusAt) < StatusPeriod)
        {
            return;
        }

        _statusAt = _time.GetTimestamp();
        var elapsed = _time.GetElapsedTime(_started);
        var perDay = elapsed < RateDelay ? 0 : _metrics.Storage.BytesWritten.Value * (TimeSpan.FromDays(1) / elapsed);
        _status = new DatabaseStatus(_database.Path, _database.Bytes, _problem, (long)perDay);
    }
}
