using NodeTelemetry.Agent.Samplers;
using NodeTelemetry.Agent.Samplers.Board;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Samplers.Board;

public sealed class ThermalSamplerTests
{
    [Theory]
    [InlineData("rpi4-bookworm", "Ok", 48.686)]
    [InlineData("x64-debian12", "Ok", 53.125)]
    [InlineData("vm-no-sensors", "NoData", null)]
    [InlineData("hostile", "Failed", null)]
    public void Finds_the_processor_on(string name, string outcome, double? celsius)
    {
        using var host = new FixtureHost(name);
        using var sampler = new ThermalSampler(host.Roots());
        var builder = new SnapshotBuilder();

        Assert.Equal(outcome, sampler.Sample(builder).ToString());
        Assert.Equal(celsius, builder.Number(CpuSummarySection.TemperatureCelsius));
    }

    [Fact]
    public void Takes_the_hottest_of_several_clusters_and_passes_over_the_impossible()
    {
        using var host = new FixtureHost("rpi4-bookworm");
        host.Write("sys/class/thermal/thermal_zone1/type", "cpu1-thermal\n"u8);
        host.Write("sys/class/thermal/thermal_zone1/temp", "61000\n"u8);
        host.Write("sys/class/thermal/thermal_zone2/type", "cpu2-thermal\n"u8);
        host.Write("sys/class/thermal/thermal_zone2/temp", "228000\n"u8);
        using var sampler = new ThermalSampler(host.Roots());
        var builder = new SnapshotBuilder();

        Assert.Equal(SampleOutcome.Ok, sampler.Sample(builder));
        Assert.Equal(61, builder.Number(CpuSummarySection.TemperatureCelsius));
    }

    [Fact]
    public void A_sensor_that_goes_away_is_no_failure()
    {
        using var host = new FixtureHost("rpi4-bookworm");
        using var sampler = new ThermalSampler(host.Roots());
        host.Remove("sys/class/thermal/thermal_zone0");

        Assert.Equal(SampleOutcome.NoData, sampler.Sample(new SnapshotBuilder()));
    }

    [Fact]
    public void Uses_the_board_s_sensor_only_when_there_is_no_better()
    {
        using var host = new FixtureHost("x64-debian12");
        host.Write("sys/class/thermal/thermal_zone1/type", "acpitz\n"u8);
        host.Write("sys/class/thermal/thermal_zone1/temp", "27800\n"u8);
        var builder = new SnapshotBuilder();
        using (var better = new ThermalSampler(host.Roots()))
        {
            better.Sample(builder);
        }

        Assert.Equal(53.125, builder.Number(CpuSummarySection.TemperatureCelsius));

        host.Remove("sys/class/hwmon");
        using var sampler = new ThermalSampler(host.Roots());
        sampler.Sample(builder);
        Assert.Equal(27.8, builder.Number(CpuSummarySection.TemperatureCelsius));
    }
}
