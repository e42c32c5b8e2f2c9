namespace NodeTelemetry.Collector.Nodes.Silence;

/// <summary>Many nodes that fell silent together. Mutable; written by the ingest loop only.</summary>
/// <param name="begunTimestamp">When this process noticed it.</param>
/// <param name="cause">The likely cause.</param>
/// <param name="before">How long it had lasted before, in an earlier process.</param>
internal sealed class Outage(long begunTimestamp, NetworkCause cause, TimeSpan before = default)
{
    private readonly Dictionary<string, bool> _members = new(StringComparer.Ordinal);

    /// <summary>Gets when it was noticed.</summary>
    public long BegunTimestamp => begunTimestamp;

    /// <summary>Gets how long it had lasted when this process noticed it.</summary>
    public TimeSpan Before => before;

    /// <summary>Gets or sets when the last node returned, or the receive fault ended.</summary>
    public long? MendedTimestamp { get; set; }

    /// <summary>Gets the likely cause.</summary>
    public NetworkCause Cause => cause;

    /// <summary>Gets or sets a value indicating whether a receive fault lasts,
    /// so that silence proves nothing.</summary>
    public bool IsReceiveFaulted { get; set; }

    /// <summary>Gets the silent nodes, and whether each has returned.</summary>
    public IReadOnlyDictionary<string, bool> Members => _members;

    /// <summary>Gets how many have returned.</summary>
    public int ReturnedCount { get; private set; }

    /// <summary>Adds a node.</summary>
    public void Add(string id)
    {
        if (_members.TryGetValue(id, out var hasReturned) && hasReturned)
        {
            ReturnedCount--;
        }

        _members[id] = false;
    }

    /// <summary>Records that a node has returned.</summary>
    public void Return(string id, long now)
    {
        _members[id] = true;
        ReturnedCount++;
        MendedTimestamp = now;
    }
}
