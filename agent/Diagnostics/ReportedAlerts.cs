using NodeTelemetry.Protocol.Wire;

namespace NodeTelemetry.Agent.Diagnostics;

/// <summary>How the alerts of this node stand, as collectors tell it: for displays.</summary>
/// <remarks>Written by the thread that samples, read by any. What nobody has told, or not for long enough, is not
/// known.</remarks>
/// <param name="time">The clock.</param>
internal sealed class ReportedAlerts(TimeProvider time)
{
    /// <summary>Collectors that are believed at once: more than a cluster has.</summary>
    public const int CollectorCountMax = 4;

    // Replaced as a whole, so a reader sees all of it or nothing.
    private volatile Told[] _told = [];

    /// <summary>Gets the worst of what the collectors say; <see langword="null"/> when none says anything.</summary>
    public AlertLevel? Worst
    {
        get
        {
            AlertLevel? worst = null;
            foreach (var told in _told)
            {
                if (!IsOver(told) && (worst is null || told.Level > worst))
                {
                    worst = told.Level;
                }
            }

            return worst;
        }
    }

    /// <summary>Takes what a collector says, in place of what it said before.</summary>
    /// <param name="collector">The address and port that it speaks from.</param>
    /// <param name="level">How the alerts stand.</param>
    /// <param name="timeToLive">For how long that is good.</param>
    /// <returns><see langword="false"/> when as many others are believed already.</returns>
    public bool TryTell(ReadOnlySpan<byte> collector, AlertLevel level, TimeSpan timeToLive)
    {
        var kept = new List<Told>(CollectorCountMax);
        foreach (var told in _told)
        {
            if (!IsOver(told) && !collector.SequenceEqual(told.Collector))
            {
                kept.Add(told);
            }
        }

        if (kept.Count == CollectorCountMax)
        {
            return false;
        }

        kept.Add(new Told(collector.ToArray(), level, time.GetTimestamp(), timeToLive));
        _told = kept.ToArray();
        return true;
    }

    private bool IsOver(Told told) => time.GetElapsedTime(told.Timestamp) >= told.TimeToLive;

    private sealed record Told(byte[] Collector, AlertLevel Level, long Timestamp, TimeSpan TimeToLive);
}
