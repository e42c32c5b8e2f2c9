namespace NodeTelemetry.Collector.Diagnostics;

/// <summary>One counter per HTTP status. Thread-safe.</summary>
internal sealed class StatusCounters
{
    // Statuses have three digits; anything else is counted as 0.
    private const int StatusMax = 599;

    private readonly long[] _counts = new long[StatusMax + 1];

    /// <summary>Gets the statuses counted so far, with their counts.</summary>
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
