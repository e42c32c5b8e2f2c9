using NodeTelemetry.Agent.Sensors.Quality;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Sensors.Quality;

public sealed class GasBaselineTests
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(10);

    [Fact]
    public void It_is_reported_after_an_hour_of_learning()
    {
        var baseline = new GasBaseline(isCleanHigh: true);
        Feed(baseline, 100_000, GasBaseline.LearnTime - Step);
        Assert.Null(baseline.Ohms);

        Feed(baseline, 100_000, 2 * Step);
        Assert.Equal(100_000, baseline.Ohms!.Value, 1e-6);
    }

    [Theory]
    [InlineData(true, 0.5)]
    [InlineData(false, 2)]
    public void An_hour_of_gas_hardly_moves_it_and_clean_air_brings_it_back(bool isCleanHigh, double gas)
    {
        const double Clean = 100_000;
        var baseline = new GasBaseline(isCleanHigh);
        baseline.Restore(Clean);

        Feed(baseline, Clean * gas, TimeSpan.FromHours(1));
        Assert.InRange(baseline.Ohms!.Value / Clean, 0.99, 1.01);

        Feed(baseline, Clean, TimeSpan.FromHours(5));
        Assert.InRange(baseline.Ohms!.Value / Clean, 0.999, 1.001);
    }

    [Fact]
    public void A_drift_of_weeks_is_followed()
    {
        var baseline = new GasBaseline(isCleanHigh: true);
        baseline.Restore(100_000);

        Feed(baseline, 50_000, TimeSpan.FromDays(28));

        Assert.InRange(baseline.Ohms!.Value, 50_000, 51_000);
    }

    [Fact]
    public void One_that_was_learnt_in_gas_is_right_after_some_hours_of_clean_air()
    {
        var baseline = new GasBaseline(isCleanHigh: true);
        Feed(baseline, 20_000, 2 * GasBaseline.LearnTime);

        Feed(baseline, 100_000, TimeSpan.FromHours(6));

        Assert.InRange(baseline.Ohms!.Value, 99_000, 100_000);
    }

    [Fact]
    public void A_machine_that_slept_has_learnt_nothing_meanwhile()
    {
        var baseline = new GasBaseline(isCleanHigh: true);
        baseline.Restore(100_000);

        baseline.Learn(200_000, TimeSpan.FromDays(30));

        Assert.InRange(baseline.Ohms!.Value, 100_000, 102_000);
    }

    private static void Feed(GasBaseline baseline, double ohms, TimeSpan time)
    {
        for (var elapsed = TimeSpan.Zero; elapsed < time; elapsed += Step)
        {
            baseline.Learn(ohms, Step);
        }
    }
}
