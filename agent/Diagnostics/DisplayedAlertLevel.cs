using NodeTelemetry.Protocol.Wire;

namespace NodeTelemetry.Agent.Diagnostics;

/// <summary>The alert level of this node for displays, as reported by collectors.</summary>
/// <remarks>Written by the sampling thread, read by any thread. A level expires after its time to live.</remarks>
/// <param name="time">The clock.</param>
internal sealed class DisplayedAlertLevel(TimeProvider time)
{
    /// <summary>The maximum number of collectors at a time: more than a cluster has.</summary>
    public const int CollectorCountMax = 4;

    // Replaced as a whole, so that readers see a consistent list.
    private volatile Report[] _reports = [];

    /// <summary>Gets the worst current level; <see langword="null"/> if no collector reports one.</summary>
    public AlertLevel? Worst
    {
        get
        {
            AlertLevel? worst = null;
            foreach (var report in _reports)
            {
                if (!IsExpired(report) && (worst is null || report.Level > worst))
                {
                    worst = report.Level;
                }
            }

            return worst;
        }
    }

    /// <summary>Sets the level of a collector.</summary>
    /// <param name="collector">The address and port of the collector.</param>
    /// <param name="level">The alert level.</param>
    /// <param name="timeToLive">The time until the level expires.</param>
    /// <returns><see langword="false"/> if the maximum number of collectors is reached.</returns>
    public bool TrySet(ReadOnlySpan<byte> collector, AlertLevel level, TimeSpan timeToLive)
    {
        var kept = new List<Report>(CollectorCountMax);
        foreach (var report in _reports)
        {
            if (!IsExpired(report) && !collector.SequenceEqual(report.Collector))
            {
                kept.Add(report);
            }
        }

        if (kept.Count == CollectorCountMax)
        {
            return false;
        }

        kept.Add(new Report(collector.ToArray(), level, time.GetTimestamp(), timeToLive));
        _reports = kept.ToArray();
        return true;
    }

    private bool IsExpired(Report report) => time.GetElapsedTime(report.Timestamp) >= report.TimeToLive;

    private sealed record Report(byte[] Collector, AlertLevel Level, long Timestamp, TimeSpan TimeToLive);
}
