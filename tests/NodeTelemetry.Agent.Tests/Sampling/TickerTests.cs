using NodeTelemetry.Agent.Diagnostics;
using NodeTelemetry.Agent.Sampling;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Sampling;

public sealed class TickerTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);
    private readonly ManualTimeProvider _time = new();
    private readonly AgentMetrics _metrics = new();
    private readonly List<double> _ticks = [];

    [Fact]
    public void Ticks_at_once_and_then_at_whole_intervals()
    {
        Run(ticks: 4, tickTakes: _ => TimeSpan.FromMilliseconds(30));

        Assert.Equal([0, 2, 4, 6], _ticks);
        Assert.Equal(0, _metrics.TicksSkipped);
    }

    [Fact]
    public void A_late_tick_skips_and_never_queues()
    {
        Run(ticks: 4, tickTakes: tick => tick == 1 ? TimeSpan.FromSeconds(5) : TimeSpan.Zero);

        Assert.Equal([0, 2, 8, 10], _ticks);
        Assert.Equal(2, _metrics.TicksSkipped);
    }

    [Fact]
    public void A_wait_that_ends_early_does_not_tick_twice()
    {
        var waits = 0;
        var start = _time.GetTimestamp();
        new Ticker(Interval, _time, _metrics).Run(
            () => _ticks.Add(Math.Round(_time.GetElapsedTime(start).TotalSeconds, 2)),
            wait =>
            {
                _time.Advance(wait - TimeSpan.FromMilliseconds(10));
                return ++waits == 3;
            });

        Assert.Equal([0, 1.99, 3.99], _ticks);
        Assert.Equal(0, _metrics.TicksSkipped);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void A_wall_clock_that_steps_changes_nothing(int hours)
    {
        Run(ticks: 4, tickTakes: tick =>
        {
            if (tick == 1)
            {
                _time.StepWallClock(TimeSpan.FromHours(hours));
            }

            return TimeSpan.Zero;
        });

        Assert.Equal([0, 2, 4, 6], _ticks);
    }

    private void Run(int ticks, Func<int, TimeSpan> tickTakes)
    {
        var start = _time.GetTimestamp();
        new Ticker(Interval, _time, _metrics).Run(
            () =>
            {
                _ticks.Add(_time.GetElapsedTime(start).TotalSeconds);
                _time.Advance(tickTakes(_ticks.Count - 1));
            },
            wait =>
            {
                _time.Advance(wait);
                return _ticks.Count == ticks;
            });
    }
}
