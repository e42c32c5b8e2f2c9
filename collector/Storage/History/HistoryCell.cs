namespace NodeTelemetry.Collector.Storage.History;

/// <summary>Smallest, mean and largest value of one reading in one bucket.</summary>
internal struct HistoryCell
{
    /// <summary>The smallest value.</summary>
    public double Low;

    /// <summary>The largest value.</summary>
    public double High;

    /// <summary>The sum of the values.</summary>
    public double Sum;

    /// <summary>The number of values; with 0 the others are undefined.</summary>
    public long Count;

    /// <summary>Gets the mean.</summary>
    public readonly double Mean => Sum / Count;

    /// <summary>Rounds a computed number to at least seven digits: the others are noise, which cannot be compressed.
    /// </summary>
    public static double Round(double value) =>
        Math.Round(value, Math.Abs(value) switch { >= 1e6 => 0, >= 1e3 => 3, _ => 6 });

    /// <summary>Adds the values of one or more samples.</summary>
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
