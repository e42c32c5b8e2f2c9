namespace NodeTelemetry.Collector.Storage;

/// <summary>Smallest, mean and largest of one reading in one bucket.</summary>
internal struct HistoryCell
{
    /// <summary>The smallest value.</summary>
    public double Low;

    /// <summary>The largest value.</summary>
    public double High;

    /// <summary>The sum of the values.</summary>
    public double Sum;

    /// <summary>The number of values; with 0 the others mean nothing.</summary>
    public long Count;

    /// <summary>Gets the mean.</summary>
    public readonly double Mean => Sum / Count;

    /// <summary>Adds what one or more samples said.</summary>
    public void Add(double low, double sum, double high, long count)
    {
        Low = Count == 0 ? low : Math.Min(Low, low);
        High = Count == 0 ? high : Math.Max(High, high);
        Sum += sum;
        Count += count;
    }

    /// <summary>Adds another cell.</summary>
    public void Add(in HistoryCell other)
    {
        if (other.Count > 0)
        {
            Add(other.Low, other.Sum, other.High, other.Count);
        }
    }
}

/// <summary>A node as the history knows it.</summary>
internal sealed class HistoryNode(string name)
{
    /// <summary>Gets the identity.</summary>
    public string Name => name;

    /// <summary>
    /// Gets or sets the number that stands for it in the database; 0 when not looked up yet. The writer's own.
    /// </summary>
    public long Key { get; set; }

    /// <summary>
    /// Gets or sets the start of the newest bucket noted with the number, in seconds since the epoch. The writer's own.
    /// </summary>
    public long LastNoted { get; set; }

    /// <summary>Gets or sets which of its sensors are followed; <see langword="null"/> if it has none.</summary>
    public FollowedSensors? Sensors { get; set; }

    /// <summary>Gets or sets the bucket that <see cref="Cells"/> belongs to.</summary>
    public HistoryBucket? Bucket { get; set; }

    /// <summary>Gets or sets what the samples in <see cref="Bucket"/> said, one cell per reading.</summary>
    public HistoryCell[] Cells { get; set; } = [];
}

/// <summary>What all nodes said within one step of the finest tier.</summary>
internal sealed class HistoryBucket(long start)
{
    // What an entry takes beside its cells: two references in a list and an array's header.
    private const int EntryBytes = 40;
    private const int CellBytes = 32;

    /// <summary>Gets the start in seconds since the epoch.</summary>
    public long Start => start;

    /// <summary>Gets the nodes that said something, with one cell per reading each.</summary>
    public List<(HistoryNode Node, HistoryCell[] Cells)> Entries { get; } = [];

    /// <summary>Gets the bytes of memory that it takes, roughly.</summary>
    public long Bytes { get; private set; }

    /// <summary>Adds a node.</summary>
    /// <returns>The bytes of memory that it takes.</returns>
    public long Add(HistoryNode node, HistoryCell[] cells)
    {
        var bytes = EntryBytes + (CellBytes * cells.Length);
        Entries.Add((node, cells));
        Bytes += bytes;
        return bytes;
    }
}
