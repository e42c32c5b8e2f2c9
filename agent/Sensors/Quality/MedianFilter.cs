namespace NodeTelemetry.Agent.Sensors.Quality;

/// <summary>The median of the last three values.
/// It removes single outliers and delays a step by one measurement.</summary>
internal sealed class MedianFilter
{
    private double _last;
    private double _beforeLast;
    private int _count;

    /// <summary>Adds a value.</summary>
    /// <returns>The median; the value itself until there are three values.</returns>
    public double Next(double value)
    {
        var median = _count < 2
            ? value
            : Math.Max(Math.Min(_last, _beforeLast), Math.Min(Math.Max(_last, _beforeLast), value));
        (_beforeLast, _last) = (_last, value);
        _count = Math.Min(2, _count + 1);
        return median;
    }

    /// <summary>Discards all values.</summary>
    public void Reset() => _count = 0;
}
