using NodeTelemetry.Agent.Sensors.Quality;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Sensors.Quality;

public sealed class CpuHeatTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly CpuHeat _heat;

    public CpuHeatTests() => _heat = new CpuHeat(_time);

    [Theory]
    [InlineData(2.25, 21.7778)]
    [InlineData(1.95, 20.2051)]
    public void The_vendor_s_worked_example(double factor, double expected)
    {
        Assert.Equal(expected, CpuHeat.Compensate(32, 55, factor), 1e-4);
        Assert.Equal(factor, CpuHeat.Factor(32, 55, expected), 1e-4);
    }

    [Fact]
    public void The_mean_is_of_the_last_five_seconds_whatever_the_interval()
    {
        Assert.Null(_heat.MeanCelsius);
        for (var tenth = 0; tenth < 100; tenth++)
        {
            _heat.Add(tenth < 50 ? 0 : 50);
            _time.Advance(TimeSpan.FromMilliseconds(100));
        }

        Assert.Equal(50, _heat.MeanCelsius);
        _time.Advance(TimeSpan.FromSeconds(1));
        _heat.Add(0);
        Assert.Equal(40, _heat.MeanCelsius!.Value, 1e-9);
    }

    [Fact]
    public void What_is_old_counts_no_longer()
    {
        _heat.Add(80);
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.Null(_heat.MeanCelsius);

        _heat.Add(40);
        Assert.Equal(40, _heat.MeanCelsius);
    }
}
