namespace NodeTelemetry.Collector.Export;

/// <summary>
/// Decides whether documents that are refused for good are bad documents, or whether their index or its template is
/// wrong and good documents are refused.
/// </summary>
/// <remarks>
/// It goes by index and reason, and by what was refused and taken over many requests: a mapping that refuses a tenth of
/// every batch is as wrong as one that refuses all. Documents are only given up on evidence that the index takes
/// others, and hardly any is refused like them: in the same request, or after they were refused first, and then only by
/// a request that began after the evidence, because a repair may come while one is on its way. Otherwise they wait
/// until somebody has repaired the index. May be used by several requests at once.
/// </remarks>
internal sealed class RejectionCircuitBreaker(TimeProvider time)
{
    // What waits is tried again, and refused again, every ten minutes at the latest (OpenSearch:RetryDelayMax).
    private static readonly TimeSpan ForgetAfter = TimeSpan.FromMinutes(15);

    // Indices come from readings' own time, a week or two of days; reasons are a closed list of some ten.
    private const int WatchesMax = 256;

    private readonly Lock _lock = new();
    private readonly Dictionary<Rejection, RejectionWindow> _watches = [];
    private volatile bool _isWatching;

    /// <summary>
    /// Gets a value indicating whether it has to be told what is taken: only after something was refused.
    /// </summary>
    public bool IsWatching => _isWatching;

    /// <summary>Takes note of documents that an index took.</summary>
    public void OnAccepted(string index, int documents)
    {
        lock (_lock)
        {
            foreach (var (refusal, watch) in _watches)
            {
                if (refusal.IsOf(index))
                {
                    watch.Add(documents, refused: 0);
                }
            }

            KeepLimit();
        }
    }

    /// <summary>Judges documents of a request that were refused alike.</summary>
    /// <param name="refusal">What they have in common.</param>
    /// <param name="taken">How many others the index took in the same request, already told to
    /// <see cref="OnAccepted"/>.</param>
    /// <param name="refused">How many they are.</param>
    /// <param name="suspicion">What is known of them from an earlier attempt; <see langword="null"/> for the
    /// first.</param>
    /// <returns>The suspicion to remember until the next attempt; <see langword="null"/> to give them up.</returns>
    public RejectionEvidence? Judge(Rejection refusal, int taken, int refused, RejectionEvidence? suspicion)
    {
        lock (_lock)
        {
            if (!_watches.TryGetValue(refusal, out var watch))
            {
                watch = new RejectionWindow();
                watch.Add(taken, refused: 0);
                _watches.Add(refusal, watch);
            }

            watch.JudgedAt = time.GetTimestamp();
            KeepLimit();
            if (suspicion?.Watch == watch)
            {
                // Of what is refused all the time the last ones have few after them; the recent ones say what they are.
                var since = watch.Total - suspicion.From;
                return !since.IsTolerable || !watch.Recent.IsTolerable ? suspicion with { IsLastTry = false }
                    : suspicion.IsLastTry ? null
                    : suspicion with { IsLastTry = true };
            }

            var from = watch.Total;
            watch.Add(taken: 0, refused);
            return suspicion is null && new DocumentCounts(taken, refused).IsTolerable && watch.Recent.IsTolerable
                ? null
                : new RejectionEvidence(watch, from);
        }
    }

    // Documents whose watch is forgotten while they wait are judged anew: they are not given up any earlier for it.
    private void KeepLimit()
    {
        foreach (var (refusal, watch) in _watches)
        {
            if (time.GetElapsedTime(watch.JudgedAt) > ForgetAfter)
            {
                _watches.Remove(refusal);
            }
        }

        if (_watches.Count > WatchesMax)
        {
            _watches.Remove(_watches.MinBy(static entry => entry.Value.JudgedAt).Key);
        }

        _isWatching = _watches.Count > 0;
    }
}

/// <summary>What refused documents have in common.</summary>
/// <param name="Index">Their index; empty when a request as a whole was refused because of one document.</param>
/// <param name="Reason">The type of the error.</param>
internal readonly record struct Rejection(string Index, string Reason)
{
    /// <summary>Tells whether a document that is taken speaks against it.</summary>
    public bool IsOf(string index) => Index.Length == 0 || Index == index;
}

/// <summary>How many documents were taken and refused.</summary>
internal readonly record struct DocumentCounts(long Taken, long Refused)
{
    // So few are documents that something went wrong with, as long as more are taken.
    private const int FewMax = 10;

    // More than one in a hundred, for the same reason, is a rule that somebody made and no accident.
    private const double ShareMax = 0.01;

    /// <summary>Gets a value indicating whether those refused may be bad documents.</summary>
    public bool IsTolerable =>
        Refused < Taken && (Refused <= FewMax || Refused <= ShareMax * (Taken + Refused));

    /// <summary>Subtracts what was before.</summary>
    public static DocumentCounts operator -(DocumentCounts all, DocumentCounts before) =>
        new(all.Taken - before.Taken, all.Refused - before.Refused);
}

/// <summary>What became of the documents of an index since some were refused. Guarded by the brake's lock.</summary>
internal sealed class RejectionWindow
{
    // As many as tell one in a hundred from chance; what was before counts half, then a quarter, then nothing.
    private const int RecentDocuments = 10_000;

    /// <summary>Gets all since it began.</summary>
    public DocumentCounts Total { get; private set; }

    /// <summary>Gets the recent ones.</summary>
    public DocumentCounts Recent { get; private set; }

    /// <summary>Gets or sets when some were refused last, as a timestamp.</summary>
    public long JudgedAt { get; set; }

    /// <summary>Adds documents.</summary>
    public void Add(int taken, int refused)
    {
        Total = new DocumentCounts(Total.Taken + taken, Total.Refused + refused);
        Recent = new DocumentCounts(Recent.Taken + taken, Recent.Refused + refused);
        if (Recent.Taken + Recent.Refused > RecentDocuments)
        {
            Recent = new DocumentCounts(Recent.Taken / 2, Recent.Refused / 2);
        }
    }
}

/// <summary>What is known of documents that were refused and are not given up yet.</summary>
/// <param name="Watch">What counts those like them.</param>
/// <param name="From">What it had counted when these were refused first, without them.</param>
internal sealed record RejectionEvidence(RejectionWindow Watch, DocumentCounts From)
{
    /// <summary>Gets a value indicating whether others are taken by now, so that these are bad if they are refused
    /// again.</summary>
    public bool IsLastTry { get; init; }
}
