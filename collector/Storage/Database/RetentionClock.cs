using System.Runtime.InteropServices;

namespace NodeTelemetry.Collector.Storage.Database;

/// <summary>The time by which old data is deleted. A wall clock that jumps ahead deletes nothing.</summary>
/// <remarks>
/// It follows the newest time of the stored data and the monotonic clock.
/// A wall clock that is far ahead of both is either right, after a long stop, or wrong:
/// an empty battery, a bad time server.
/// It counts only when the system says that it is synchronized, and it has stayed ahead for a day.
/// Until then data is kept a little longer.
/// </remarks>
internal sealed partial class RetentionClock : IDatabaseWork
{
    /// <summary>A wall clock that is further ahead of the stored data than this has to be confirmed.</summary>
    public static readonly TimeSpan AheadMax = TimeSpan.FromDays(1);

    /// <summary>How long a wall clock must stay ahead, and be synchronized, before it counts.</summary>
    public static readonly TimeSpan ConfirmAfter = TimeSpan.FromDays(1);

    /// <summary>How often the time is stored: one page.</summary>
    private static readonly TimeSpan StorePeriod = TimeSpan.FromHours(1);

    private readonly TimeProvider _time;
    private readonly Func<bool> _isSynchronized;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private DateTimeOffset? _trusted;
    private long _timestamp;
    private long? _aheadTimestamp;
    private long? _storedTimestamp;

    /// <summary>Initializes a new instance of the <see cref="RetentionClock"/> class.</summary>
    /// <param name="time">The clock.</param>
    /// <param name="isSynchronized">Asks whether the system's clock is synchronized.</param>
    /// <param name="logger">The log.</param>
    public RetentionClock(TimeProvider time, Func<bool> isSynchronized, ILogger<RetentionClock> logger)
    {
        _time = time;
        _isSynchronized = isSynchronized;
        _logger = logger;
        _timestamp = time.GetTimestamp();
    }

    /// <summary>Gets the time by which data is old: never ahead of the wall clock.</summary>
    public DateTimeOffset Now
    {
        get
        {
            lock (_lock)
            {
                var wall = Update();
                return _trusted is { } trusted && trusted < wall ? trusted : wall;
            }
        }
    }

    /// <summary>Gets why less is deleted, in a sentence; <see langword="null"/> if the clock is plausible.</summary>
    public string? Problem
    {
        get
        {
            lock (_lock)
            {
                var wall = Update();
                return _aheadTimestamp is null || _trusted is not { } trusted ? null
                    : FormattableString.Invariant(
                        $"The clock of the collector is {(wall - trusted).TotalDays:0.0} days ahead of its data. ")
                        + "Old data is kept until the clock has been synchronized for a day; check the time service.";
            }
        }
    }

    /// <summary>Determines whether a time service keeps the kernel's clock synchronized; adjtimex(2).</summary>
    public static bool IsKernelSynchronized()
    {
        const int TimeError = 5;
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        // struct timex, zeroed: only reads.
        Span<byte> timex = stackalloc byte[208];
        timex.Clear();
        return AdjustTime(timex) is >= 0 and not TimeError;
    }

    /// <inheritdoc/>
    public void OnOpened(DatabaseSession session)
    {
        lock (_lock)
        {
            if (_trusted is not null)
            {
                return;
            }

            // Data of an earlier version may be of the future, because its clock was ahead for a while.
            var wall = _time.GetUtcNow().ToUnixTimeMilliseconds();
            var newest = session.Integer("SELECT time FROM retention")
                ?? session.Integer("SELECT max(last_seen) FROM node_progress WHERE last_seen <= $wall", ("$wall", wall))
                ?? wall;
            _trusted = DateTimeOffset.FromUnixTimeMilliseconds(newest);
            _timestamp = _time.GetTimestamp();
        }
    }

    /// <inheritdoc/>
    public void Write(DatabaseTransaction transaction)
    {
        if (!transaction.IsFinal && _storedTimestamp is { } stored && _time.GetElapsedTime(stored) < StorePeriod)
        {
            return;
        }

        transaction.Session.Execute(
            "INSERT INTO retention (id, time) VALUES (1, $time) ON CONFLICT (id) DO UPDATE SET time = excluded.time",
            ("$time", Now.ToUnixTimeMilliseconds()));
        transaction.OnCommitted(() => _storedTimestamp = _time.GetTimestamp());
    }

    [LibraryImport("libc", EntryPoint = "adjtimex", SetLastError = true)]
    private static partial int AdjustTime(Span<byte> timex);

    /// <summary>Follows the clocks.</summary>
    /// <returns>The wall clock.</returns>
    private DateTimeOffset Update()
    {
        var (wall, now) = (_time.GetUtcNow(), _time.GetTimestamp());
        if (_trusted is not { } trusted)
        {
            return wall;
        }

        trusted += _time.GetElapsedTime(_timestamp, now);
        _timestamp = now;
        var isAhead = wall - trusted > AheadMax;
        if (isAhead && _aheadTimestamp is null)
        {
            Log.Ahead(_logger, (wall - trusted).TotalDays, ConfirmAfter.TotalHours);
        }

        _aheadTimestamp = isAhead ? _aheadTimestamp ?? now : null;
        var isConfirmed = _aheadTimestamp is { } since && _time.GetElapsedTime(since, now) >= ConfirmAfter
            && _isSynchronized();
        if (isConfirmed)
        {
            _aheadTimestamp = null;
            Log.Confirmed(_logger);
        }

        // A wall clock that is behind is right after a time service corrected it, or wrong: the later time stays.
        var isNear = !isAhead && wall - trusted > -AheadMax;
        _trusted = isConfirmed || isNear ? wall : trusted;
        return wall;
    }
}
