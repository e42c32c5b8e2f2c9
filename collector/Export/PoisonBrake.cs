namespace NodeTelemetry.Collector.Export;

/// <summary>
/// Decides whether documents that are refused for good are bad documents, or whether the template is wrong and would
/// have every document refused.
/// </summary>
/// <remarks>
/// Documents are only given up on evidence that OpenSearch takes others: in the same request, or after they were
/// refused first, and then in a request that began after the evidence. When most are refused, nothing is given up, and
/// the export stands until somebody has repaired the template. May be used by several requests at once.
/// </remarks>
internal sealed class PoisonBrake
{
    // More than this share of a request, refused for one and the same reason, is suspicious. So is a request of which
    // nothing was taken, whatever the reasons: a wrong template refuses each kind of document in its own way.
    private const double SuspiciousShare = 0.5;

    private readonly Lock _lock = new();
    private long _taken;
    private long _refused;

    /// <summary>Judges the refused documents of a request.</summary>
    /// <param name="taken">How many documents of the request were taken.</param>
    /// <param name="refused">How many were refused for good.</param>
    /// <param name="areAlike">Whether all of those for the same reason.</param>
    /// <param name="suspicion">What is known of them from an earlier attempt; <see langword="null"/> for the
    /// first.</param>
    /// <returns>The suspicion to remember until the next attempt; <see langword="null"/> to give them up.</returns>
    public Suspicion? Judge(int taken, int refused, bool areAlike, Suspicion? suspicion)
    {
        lock (_lock)
        {
            _taken += taken;
            if (refused == 0)
            {
                return null;
            }

            if (suspicion is null)
            {
                _refused += refused;
                return taken == 0 || (areAlike && refused > SuspiciousShare * (taken + refused))
                    ? new Suspicion(_taken, _refused)
                    : null;
            }

            if (suspicion.IsLastTry)
            {
                return null;
            }

            // More have been taken since than were refused, these among them. A repair may have come while this very
            // request was on its way: they are tried once more.
            var takenSince = _taken - suspicion.Taken;
            var refusedSince = _refused - suspicion.Refused + refused;
            return takenSince > refusedSince ? suspicion with { IsLastTry = true } : suspicion;
        }
    }
}

/// <summary>What is known of documents that were refused.</summary>
/// <param name="Taken">How many documents had been taken when these were refused for the first time.</param>
/// <param name="Refused">How many had been refused by then, these among them.</param>
internal sealed record Suspicion(long Taken, long Refused)
{
    /// <summary>Gets a value indicating whether others are taken by now, so that these are bad if they are refused
    /// again.</summary>
    public bool IsLastTry { get; init; }
}
