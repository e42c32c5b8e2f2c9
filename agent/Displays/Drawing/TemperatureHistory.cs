namespace NodeTelemetry.Agent.Displays.Drawing;

/// <summary>A temperature over the last hours, with one point per column of a graph.</summary>
/// <remarks>A point holds minimum and maximum of a span.
/// When all points are in use, pairs are merged and the span doubles, until they cover a day; from then on,
/// the oldest is dropped. So a graph is useful after minutes and covers a day after a day.
/// The history starts with the CPU temperature and restarts with the first air temperature; from then on,
/// only air temperatures count.</remarks>
internal sealed class TemperatureHistory
{
    /// <summary>One per column of a panel with 160 columns.</summary>
    public const int PointCountMax = 160;

    /// <summary>The initial span of a point.</summary>
    public static readonly TimeSpan SpanMin = TimeSpan.FromSeconds(10);

    /// <summary>The approximate maximum that all points cover.</summary>
    public static readonly TimeSpan Whole = TimeSpan.FromDays(1);

    private readonly (float Least, float Greatest)[] _points = new (float, float)[PointCountMax];
    private long _began;
    private TimeSpan _span = SpanMin;
    private int _count;

    /// <summary>Gets the points, oldest first.</summary>
    public ReadOnlySpan<(float Least, float Greatest)> Points => _points.AsSpan(0, _count);

    /// <summary>Gets the time that the points cover.</summary>
    public TimeSpan Covered => _count * _span;

    /// <summary>Gets a value indicating whether it holds air temperatures.</summary>
    public bool IsAir { get; private set; }

    /// <summary>Adds a value.</summary>
    /// <param name="temperature">The temperature.</param>
    /// <param name="time">The clock.</param>
    public void Add(DisplayedTemperature temperature, TimeProvider time)
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

        // A gap, such as a disconnected sensor, is drawn as a single point.
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
