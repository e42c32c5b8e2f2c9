using System.Text;
using NodeTelemetry.Agent.Samplers;
using NodeTelemetry.Agent.Samplers.Cpu;
using NodeTelemetry.Protocol.Catalog.Sections;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Samplers.Cpu;

public sealed class ThermalThrottleSamplerTests
{
    [Theory]
    [InlineData("12\n", true, 12)]
    [InlineData("12", true, 12)]
    [InlineData("12 13", true, 12)]
    [InlineData("18446744073709551615", true, ulong.MaxValue)]
    [InlineData("18446744073709551616", false, 0)]
    [InlineData("-1", false, 0)]
    [InlineData("", false, 0)]
    public void Counts(string text, bool isAccepted, ulong expected)
    {
        Assert.Equal(isAccepted, ThermalThrottleSampler.TryParse(Encoding.UTF8.GetBytes(text), out var count));
        Assert.Equal(isAccepted ? expected : 0, isAccepted ? count : 0);
    }

    [Fact]
    public void Counts_are_sent_at_every_tick_and_read_at_intervals()
    {
        using var bench = new SamplerBench("x64-server-64");
        var cpu = bench.Own(new CpuSampler(bench.Host.Roots()));
        var sampler = new ThermalThrottleSampler(bench.Host.Roots(), bench.Time);

        Assert.Equal(2, CountOf("5"));
        bench.Host.Advance();
        Assert.Equal(2, CountOf("5"));
        bench.Time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(6, CountOf("5"));
        Assert.Equal(0, CountOf("63"));

        double? CountOf(string core) => bench.Section(CoresSection.Definition, SampleOutcome.Ok, cpu, sampler)!
            .Find(core)!.Value[CoresSection.Throttles];
    }

    [Fact]
    public void A_damaged_count_is_absent_and_a_failure_once_each_time_that_it_is_read()
    {
        using var bench = new SamplerBench("hostile");
        var sampler = new ThermalThrottleSampler(bench.Host.Roots(), bench.Time);

        Assert.Null(bench.Section(CoresSection.Definition, SampleOutcome.Failed, sampler));
        bench.Sample(SampleOutcome.NoData, sampler);
        bench.Time.Advance(TimeSpan.FromSeconds(10));
        bench.Sample(SampleOutcome.Failed, sampler);
    }
}
