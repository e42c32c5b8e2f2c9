namespace NodeTelemetry.Collector.Storage.History;

/// <summary>The values of all nodes within one step of a tier.</summary>
/// <param name="start">The start in seconds since the epoch.</param>
internal sealed class HistoryBucket(long start)
{
    // Memory of a row without its cells: an object, a reference in a list and the header of an array.
    private const int RowBytes = 80;
    private const int CellBytes = 32;

    /// <summary>Gets the start in seconds since the epoch.</summary>
    public long Start => start;

    /// <summary>Gets the nodes with values.</summary>
    public List<HistoryRow> Rows { get; } = [];

    /// <summary>Gets the approximate bytes of memory in use.</summary>
    public long Bytes { get; private set; }

    /// <summary>Adds a node.</summary>
    public HistoryRow Add(HistoryNode node)
    {
        var row = new HistoryRow(this, node);
        Rows.Add(row);
        Bytes += RowBytes;
        return row;
    }

    /// <summary>A row has grown.</summary>
    public void OnGrown(int cells) => Bytes += (long)cells * CellBytes;
}

/// <summary>The values of one node within one step of a tier.</summary>
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

    /// <summary>Gets a cell for each of the node's series; the last ones may be missing.</summary>
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
