using NodeTelemetry.Agent.Displays.Drawing;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Displays.Drawing;

public sealed class TemperatureHistoryTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly TemperatureHistory _history = new();

    [Fact]
    public void Values_within_a_span_are_one_point_with_the_least_and_the_greatest()
    {
        Add(20, TimeSpan.Zero);
        Add(22, TimeSpan.FromSeconds(3));
        Add(19, TimeSpan.FromSeconds(3));
        Add(25, TemperatureHistory.SpanMin);

        Assert.Equal([(19f, 22f), (25f, 25f)], _history.Points.ToArray());
    }

    [Fact]
    public void Points_that_do_not_fit_become_points_of_double_the_span_until_they_cover_a_day()
    {
        var covered = TimeSpan.Zero;
        for (var hours = 0.0; hours < 30; hours += TemperatureHistory.SpanMin.TotalHours)
        {
            Add(hours, TemperatureHistory.SpanMin);
            Assert.InRange(_history.Points.Length, 1, TemperatureHistory.PointCountMax);
            Assert.True(_history.Covered >= Min(covered, TemperatureHistory.Whole));
            covered = _history.Covered;
        }

        Assert.InRange(_history.Covered, TemperatureHistory.Whole, 2 * TemperatureHistory.Whole);
        for (var index = 1; index < _history.Points.Length; index++)
        {
            // What rises by the hour rises from point to point: none is lost, none comes twice.
            Assert.True(_history.Points[index].Least > _history.Points[index - 1].Greatest);
        }
    }

    [Fact]
    public void After_that_the_oldest_go()
    {
        for (var index = 0; index < 40_000; index++)
        {
            Add(index, TemperatureHistory.SpanMin);
        }

        Assert.True(_history.Points[0].Least > 20_000);
        Assert.Equal(39_999, _history.Points[^1].Greatest);
    }

    [Fact]
    public void The_processors_temperature_is_not_the_airs()
    {
        Add(50, TimeSpan.Zero, isAir: false);
        Add(51, TemperatureHistory.SpanMin, isAir: false);
        Assert.Equal(2, _history.Points.Length);

        Add(21, TimeSpan.FromSeconds(1));
        Add(52, TemperatureHistory.SpanMin, isAir: false);
        Add(22, TimeSpan.FromSeconds(1));

        Assert.Equal([(21f, 21f), (22f, 22f)], _history.Points.ToArray());
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private void Add(double celsius, TimeSpan after, bool isAir = true)
    {
        _time.Advance(after);
        _history.Add(new DisplayedTemperature(celsius, "x", State: null, isAir), _time);
    }
}
