namespace NodeTelemetry.Collector.Export;

/// <summary>
/// Decides whether permanently rejected documents are bad documents, or whether their index or its template is wrong
/// and rejects good documents.
/// </summary>
/// <remarks>
/// There is a circuit for each index and reason, and it counts rejected and accepted documents over many requests:
/// a mapping that rejects a tenth of every batch is as wrong as one that rejects all.
/// While a circuit is open, its documents wait.
/// It becomes half-open on evidence that the index accepts other documents and rejects hardly any like these.
/// If these are rejected again by a request that began after that evidence, the circuit closes: the documents are bad.
/// (An earlier request does not count, because the repair may have come while it was under way.)
/// Safe for several concurrent requests.
/// </remarks>
internal sealed class RejectionCircuitBreaker(TimeProvider time)
{
    // Waiting documents are tried, and rejected, again every ten minutes at the latest (OpenSearch:RetryDelayMax).
    private static readonly TimeSpan ForgetAfter = TimeSpan.FromMinutes(15);

    // Indices follow from the time of the readings, a week or two of days; reasons are a closed list of some ten.
    private const int CircuitsMax = 256;

    private readonly Lock _lock = new();
    private readonly Dictionary<Rejection, RejectionCounts> _circuits = [];
    private volatile bool _isTracking;

    /// <summary>Gets a value indicating whether accepted documents have to be counted: after a rejection.</summary>
    public bool IsTracking => _isTracking;

    /// <summary>Counts documents that an index accepted.</summary>
    public void OnAccepted(string index, int documents)
    {
        lock (_lock)
        {
            foreach (var (rejection, counts) in _circuits)
            {
                if (rejection.Concerns(index))
                {
                    counts.Add(documents, rejected: 0);
                }
            }

            KeepLimit();
        }
    }

    /// <summary>Evaluates documents of a request that were rejected for the same reason.</summary>
    /// <param name="rejection">Their index and the reason.</param>
    /// <param name="accepted">The other documents of the same request that the index accepted;
    /// already passed to <see cref="OnAccepted"/>.</param>
    /// <param name="rejected">The number of these documents.</param>
    /// <param name="earlier">The evidence of the attempt before; <see langword="null"/> for the first attempt.</param>
    /// <returns>
    /// The evidence to keep until the next attempt; <see langword="null"/> if the circuit is closed:
    /// the documents are dead letters.
    /// </returns>
    public RejectionEvidence? Evaluate(Rejection rejection, int accepted, int rejected, RejectionEvidence? earlier)
    {
        lock (_lock)
        {
            if (!_circuits.TryGetValue(rejection, out var counts))
            {
                counts = new RejectionCounts();
                counts.Add(accepted, rejected: 0);
                _circuits.Add(rejection, counts);
            }

            counts.EvaluatedAt = time.GetTimestamp();
            KeepLimit();
            if (earlier?.Counts == counts)
            {
                // While everything is rejected, the last documents have few after them: the recent ones count as well.
                var since = counts.Total - earlier.From;
                return !since.IsTolerable || !counts.Recent.IsTolerable ? earlier with { IsHalfOpen = false }
                    : earlier.IsHalfOpen ? null
                    : earlier with { IsHalfOpen = true };
            }

            var from = counts.Total;
            counts.Add(accepted: 0, rejected);
            return earlier is null && new DocumentCounts(accepted, rejected).IsTolerable && counts.Recent.IsTolerable
                ? null
                : new RejectionEvidence(counts, from);
        }
    }

    // Documents whose counts are forgotten while they wait begin again with an open circuit.
    private void KeepLimit()
    {
        foreach (var (rejection, counts) in _circuits)
        {
            if (time.GetElapsedTime(counts.EvaluatedAt) > ForgetAfter)
            {
                _circuits.Remove(rejection);
            }
        }

        if (_circuits.Count > CircuitsMax)
        {
            _circuits.Remove(_circuits.MinBy(static entry => entry.Value.EvaluatedAt).Key);
        }

        _isTracking = _circuits.Count > 0;
    }
}

/// <summary>What rejected documents have in common.</summary>
/// <param name="Index">Their index; empty if a whole request was rejected because of one document.</param>
/// <param name="Reason">The type of the error.</param>
internal readonly record struct Rejection(string Index, string Reason)
{
    /// <summary>Determines whether a document that an index accepted is evidence about this rejection.</summary>
    public bool Concerns(string index) => Index.Length == 0 || Index == index;
}

/// <summary>How many documents were accepted and rejected.</summary>
internal readonly record struct DocumentCounts(long Accepted, long Rejected)
{
    // This few documents may be bad ones, as long as more are accepted.
    private const int FewMax = 10;

    // More than one in a hundred, for the same reason, is systematic and not an accident.
    private const double RatioMax = 0.01;

    /// <summary>Gets a value indicating whether the rejected documents may be bad ones.</summary>
    public bool IsTolerable =>
        Rejected < Accepted && (Rejected <= FewMax || Rejected <= RatioMax * (Accepted + Rejected));

    /// <summary>Subtracts earlier counts.</summary>
    public static DocumentCounts operator -(DocumentCounts all, DocumentCounts earlier) =>
        new(all.Accepted - earlier.Accepted, all.Rejected - earlier.Rejected);
}

/// <summary>Counts the documents of an index since some were rejected. Guarded by the breaker's lock.</summary>
internal sealed class RejectionCounts
{
    // Enough to distinguish one in a hundred from chance; earlier documents count half, then a quarter, then nothing.
    private const int RecentDocuments = 10_000;

    /// <summary>Gets all documents since the first rejection.</summary>
    public DocumentCounts Total { get; private set; }

    /// <summary>Gets the recent documents.</summary>
    public DocumentCounts Recent { get; private set; }

    /// <summary>Gets or sets when documents were last rejected, as a timestamp.</summary>
    public long EvaluatedAt { get; set; }

    /// <summary>Adds documents.</summary>
    public void Add(int accepted, int rejected)
    {
        Total = new DocumentCounts(Total.Accepted + accepted, Total.Rejected + rejected);
        Recent = new DocumentCounts(Recent.Accepted + accepted, Recent.Rejected + rejected);
        if (Recent.Accepted + Recent.Rejected > RecentDocuments)
        {
            Recent = new DocumentCounts(Recent.Accepted / 2, Recent.Rejected / 2);
        }
    }
}

/// <summary>The evidence about documents that were rejected and wait.</summary>
/// <param name="Counts">The counts of their index and reason.</param>
/// <param name="From">The counts when the documents were first rejected, without them.</param>
internal sealed record RejectionEvidence(RejectionCounts Counts, DocumentCounts From)
{
    /// <summary>
    /// Gets a value indicating whether the index accepts other documents by now, so that the next rejection decides.
    /// </summary>
    public bool IsHalfOpen { get; init; }
}
