namespace NodeTelemetry.Collector.Storage.History;

/// <summary>What all nodes said within one step of a tier.</summary>
/// <param name="start">Its start in seconds since the epoch.</param>
internal sealed class HistoryBucket(long start)
{
    // What a row takes beside its cells: an object, a reference in a list and an array's header.
    private const int RowBytes = 80;
    private const int CellBytes = 32;

    /// <summary>Gets the start in seconds since the epoch.</summary>
    public long Start => start;

    /// <summary>Gets the nodes that said something.</summary>
    public List<HistoryRow> Rows { get; } = [];

    /// <summary>Gets the bytes of memory that it takes, roughly.</summary>
    public long Bytes { get; private set; }

    /// <summary>Adds a node.</summary>
    public HistoryRow Add(HistoryNode node)
    {
        var row = new HistoryRow(this, node);
        Rows.Add(row);
        Bytes += RowBytes;
        return row;
    }

    /// <summary>A row has more cells than it had.</summary>
    public void OnGrown(int cells) => Bytes += (long)cells * CellBytes;
}

/// <summary>What one node said within one step of a tier.</summary>
internal sealed class HistoryRow
{
    private readonly HistoryBucket _bucket;

    /// <summary>Initializes a new instance of the <see cref="HistoryRow"/> class.</summary>
    public HistoryRow(HistoryBucket bucket, HistoryNode node)
    {
        _bucket = bucket;
        Node = node;
        Cells = new HistoryCell[node.Series.Length];
        bucket.OnGrown(Cells.Length);
    }

    /// <summary>Gets the node.</summary>
    public HistoryNode Node { get; }

    /// <summary>Gets what it said, a cell for each of the node's series; the last ones may be missing.</summary>
    public HistoryCell[] Cells { get; private set; }

    /// <summary>Adds a value of a series.</summary>
    public void Add(int series, double value)
    {
        if (series >= Cells.Length)
        {
            var cells = Cells;
            Array.Resize(ref cells, Node.Series.Length);
            _bucket.OnGrown(cells.Length - Cells.Length);
            Cells = cells;
        }

        Cells[series].Add(value, value, value, 1);
    }
}
