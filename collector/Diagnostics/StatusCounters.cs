namespace NodeTelemetry.Collector.Diagnostics;

/// <summary>One counter for each HTTP status. Any thread may add.</summary>
internal sealed class StatusCounters
{
    // Statuses have three digits; whatever else a server says is counted as 0.
    private const int StatusMax = 599;

    private readonly long[] _counts = new long[StatusMax + 1];

    /// <summary>Gets the statuses that have been seen, with their numbers.</summary>
    public IEnumerable<(int Status, long Count)> Seen
    {
        get
        {
            for (var status = 0; status <= StatusMax; status++)
            {
                if (Interlocked.Read(ref _counts[status]) is > 0 and var count)
                {
                    yield return (status, count);
                }
            }
        }
    }

    /// <summary>Counts one.</summary>
    public void Add(int status) => Interlocked.Increment(ref _counts[status is < 100 or > StatusMax ? 0 : status]);
}
