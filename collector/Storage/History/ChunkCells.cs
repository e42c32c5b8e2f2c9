namespace NodeTelemetry.Collector.Storage.History;

/// <summary>The cells of the series of one node in some consecutive buckets.</summary>
/// <remarks>Reused: it grows, and allocates nothing then.</remarks>
internal sealed class ChunkCells
{
    private const int GrowthMin = 16;

    private readonly Dictionary<long, int> _rows = [];
    private long[] _series = [];
    private int[] _order = [];
    private HistoryCell[] _cells = [];

    /// <summary>Gets the number of buckets.</summary>
    public int Width { get; private set; }

    /// <summary>Gets the number of series.</summary>
    public int Count => _rows.Count;

    /// <summary>Removes everything.</summary>
    /// <param name="width">The number of buckets from now on.</param>
    public void Clear(int width)
    {
        Width = width;
        _rows.Clear();
    }

    /// <summary>Gets the cells of a series, which is added if it is missing.</summary>
    /// <returns>The cells, valid until the next series is added.</returns>
    public Span<HistoryCell> Get(long series)
    {
        if (!_rows.TryGetValue(series, out var row))
        {
            row = _rows.Count;
            if (row == _series.Length || (row + 1) * Width > _cells.Length)
            {
                var length = Math.Max(GrowthMin, 2 * row);
                Array.Resize(ref _series, Math.Max(length, _series.Length));
                Array.Resize(ref _order, _series.Length);
                Array.Resize(ref _cells, Math.Max(length * Width, _cells.Length));
            }

            _rows.Add(series, row);
            _series[row] = series;
            _cells.AsSpan(row * Width, Width).Clear();
        }

        return _cells.AsSpan(row * Width, Width);
    }

    /// <summary>Gets the series in ascending order.</summary>
    public ReadOnlySpan<long> Sort()
    {
        var series = _series.AsSpan(0, Count);
        var order = _order.AsSpan(0, Count);
        var isSorted = true;
        for (var row = 0; row < Count; row++)
        {
            order[row] = row;
            isSorted &= row == 0 || series[row] > series[row - 1];
        }

        if (!isSorted)
        {
            // The rows stay where they are.
            var sorted = series.ToArray();
            sorted.AsSpan().Sort(order);
            return sorted;
        }

        return series;
    }

    /// <summary>Merges the cells of others, which have the same buckets.</summary>
    /// <param name="other">The others.</param>
    /// <param name="isReplacing">Whether a cell of at least as many samples replaces one,
    /// instead of being added.</param>
    public void Merge(ChunkCells other, bool isReplacing)
    {
        for (var row = 0; row < other.Count; row++)
        {
            var cells = Get(other._series[row]);
            for (var bucket = 0; bucket < Width; bucket++)
            {
                ref readonly var cell = ref other._cells[(row * Width) + bucket];
                if (!isReplacing)
                {
                    cells[bucket].Add(cell);
                }
                else if (cell.Count > 0 && cell.Count >= cells[bucket].Count)
                {
                    cells[bucket] = cell;
                }
            }
        }
    }

    /// <summary>Copies some of the buckets into another one.</summary>
    /// <param name="target">Receives them, and is cleared before.</param>
    /// <param name="first">The first bucket.</param>
    /// <param name="width">The number of buckets.</param>
    public void CopyTo(ChunkCells target, int first, int width)
    {
        target.Clear(width);
        for (var row = 0; row < Count; row++)
        {
            var cells = _cells.AsSpan((row * Width) + first, width);
            foreach (ref readonly var cell in cells)
            {
                if (cell.Count > 0)
                {
                    cells.CopyTo(target.Get(_series[row]));
                    break;
                }
            }
        }
    }
}
