using NodeTelemetry.Protocol.Wire;

namespace NodeTelemetry.Collector.Nodes.State;

/// <summary>What has been reported about a node, so that nothing is repeated.
/// Written by the ingest loop only.</summary>
internal sealed class NotificationState(TimeProvider time)
{
    /// <summary>Least time between two late events: bad Wi-Fi must not flood the events.</summary>
    private static readonly TimeSpan LatePeriod = TimeSpan.FromMinutes(10);

    /// <summary>Least time between two events about the same identity conflict.</summary>
    private static readonly TimeSpan DuplicatePeriod = TimeSpan.FromHours(1);

    private (AlertLevel Level, long Timestamp)? _display;
    private long? _lateTimestamp;
    private long? _duplicateTimestamp;
    private long _returnsFrom;
    private int _returns;

    /// <summary>Gets or sets a value indicating whether the current silence has been reported.</summary>
    public bool IsSilenceReported { get; set; }

    /// <summary>Gets or sets when the current identity conflict was last detected.</summary>
    public long ConflictTimestamp { get; set; }

    /// <summary>Determines whether to report that the node is late, and records it.</summary>
    public bool TryReportLate(long now) => !IsSilenceReported && TryPass(ref _lateTimestamp, now, LatePeriod);

    /// <summary>Determines whether to send the alert level to its display.</summary>
    public bool IsDisplayDue(AlertLevel level, long now, TimeSpan period) =>
        _display is not { } sent || sent.Level != level || time.GetElapsedTime(sent.Timestamp, now) >= period;

    /// <summary>Records the alert level sent to its display.</summary>
    public void OnDisplayNotified(AlertLevel level, long now) => _display = (level, now);

    /// <summary>Determines whether to report an identity conflict, and records it.</summary>
    public bool TryReportConflict(long now) => TryPass(ref _duplicateTimestamp, now, DuplicatePeriod);

    /// <summary>Counts a return to an earlier run.</summary>
    /// <returns>The number of returns within the period.</returns>
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
