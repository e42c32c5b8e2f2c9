namespace NodeTelemetry.Agent.Displays.Drawing;

/// <summary>A temperature over the last hours, in as many points as a graph has columns.</summary>
/// <remarks>A point holds the least and the greatest of a span. When all are full, two become one of double the span,
/// until they cover a day: so a graph is worth looking at after minutes, and shows a day after a day. Then the oldest
/// go. It begins with the processor's temperature and anew when a sensor has the air's; after that only the air's
/// counts.</remarks>
internal sealed class TemperatureHistory
{
    /// <summary>A column each on a panel of 160.</summary>
    public const int PointCountMax = 160;

    /// <summary>The span of a point at first.</summary>
    public static readonly TimeSpan SpanMin = TimeSpan.FromSeconds(10);

    /// <summary>What all points cover at most, or a little more.</summary>
    public static readonly TimeSpan Whole = TimeSpan.FromDays(1);

    private readonly (float Least, float Greatest)[] _points = new (float, float)[PointCountMax];
    private long _began;
    private TimeSpan _span = SpanMin;
    private int _count;

    /// <summary>Gets the points from the oldest on.</summary>
    public ReadOnlySpan<(float Least, float Greatest)> Points => _points.AsSpan(0, _count);

    /// <summary>Gets the time that the points cover.</summary>
    public TimeSpan Covered => _count * _span;

    /// <summary>Gets a value indicating whether it is the air's.</summary>
    public bool IsAir { get; private set; }

    /// <summary>Adds a value.</summary>
    /// <param name="temperature">The temperature.</param>
    /// <param name="time">The clock.</param>
    public void Add(ShownTemperature temperature, TimeProvider time)
    {
        if (temperature.IsAir != IsAir)
        {
            if (IsAir)
            {
                return;
            }

            (IsAir, _count, _span) = (true, 0, SpanMin);
        }

        var value = (float)temperature.Celsius;
        var elapsed = time.GetElapsedTime(_began);
        if (_count > 0 && elapsed < _span)
        {
            ref var point = ref _points[_count - 1];
            point = (Math.Min(point.Least, value), Math.Max(point.Greatest, value));
            return;
        }

        // A gap, as of a sensor that was away, is closed by one point: the graph is for the eye.
        _began = time.GetTimestamp();
        if (_count == PointCountMax)
        {
            MakeRoom();
        }

        _points[_count++] = (value, value);
    }

    private void MakeRoom()
    {
        if (_span * PointCountMax >= Whole)
        {
            _points.AsSpan(1).CopyTo(_points);
            _count--;
            return;
        }

        _span *= 2;
        _count /= 2;
        for (var index = 0; index < _count; index++)
        {
            var (first, second) = (_points[2 * index], _points[(2 * index) + 1]);
            _points[index] = (Math.Min(first.Least, second.Least), Math.Max(first.Greatest, second.Greatest));
        }
    }
}
