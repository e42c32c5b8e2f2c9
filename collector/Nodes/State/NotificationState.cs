using NodeTelemetry.Protocol.Wire;

namespace NodeTelemetry.Collector.Nodes.State;

/// <summary>
/// What has been told of one node, so that nothing is told over and over. Written by the ingest loop only.
/// </summary>
internal sealed class NotificationState(TimeProvider time)
{
    /// <summary>How often a node may be told to be late: bad Wi-Fi must not bury everything else.</summary>
    private static readonly TimeSpan LatePeriod = TimeSpan.FromMinutes(10);

    /// <summary>How often the same conflict of identities is told while it lasts.</summary>
    private static readonly TimeSpan DuplicatePeriod = TimeSpan.FromHours(1);

    private (AlertLevel Level, long Timestamp)? _display;
    private long? _lateTimestamp;
    private long? _duplicateTimestamp;
    private long _returnsFrom;
    private int _returns;

    /// <summary>Gets or sets a value indicating whether it was told that the node is late, or lost, now.</summary>
    public bool IsSilenceReported { get; set; }

    /// <summary>Gets or sets when the present conflict of identities was last seen.</summary>
    public long ConflictTimestamp { get; set; }

    /// <summary>Asks whether to tell that the node is late.</summary>
    public bool TryReportLate(long now) => !IsSilenceReported && TryPass(ref _lateTimestamp, now, LatePeriod);

    /// <summary>Asks whether to tell its display how its alerts stand.</summary>
    public bool IsDisplayDue(AlertLevel level, long now, TimeSpan period) =>
        _display is not { } told || told.Level != level || time.GetElapsedTime(told.Timestamp, now) >= period;

    /// <summary>Notes what its display was told.</summary>
    public void OnDisplayNotified(AlertLevel level, long now) => _display = (level, now);

    /// <summary>Asks whether to tell of a duplicate.</summary>
    public bool TryReportConflict(long now) => TryPass(ref _duplicateTimestamp, now, DuplicatePeriod);

    /// <summary>Counts a return to a run that had been left.</summary>
    /// <returns>How many there were within a period.</returns>
    public int CountReturn(long now, TimeSpan period)
    {
        if (_returns == 0 || time.GetElapsedTime(_returnsFrom, now) > period)
        {
            (_returnsFrom, _returns) = (now, 0);
        }

        return ++_returns;
    }

    private bool TryPass(ref long? last, long now, TimeSpan period)
    {
        if (last is { } timestamp && time.GetElapsedTime(timestamp, now) < period)
        {
            return false;
        }

        last = now;
        return true;
    }
}
