using System.Text;
using NodeTelemetry.Agent.Samplers;
using NodeTelemetry.Agent.Samplers.Cpu;
using NodeTelemetry.Protocol.Catalog.Sections;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Samplers.Cpu;

public sealed class PressureSamplerTests
{
    [Theory]
    [InlineData("some avg10=1.24 avg60=0.99 avg300=0.62 total=912345678\nfull avg10=9 avg60=9 avg300=9 total=9\n", 0.0124, 912.345678)]
    [InlineData("full avg10=9 avg60=9 avg300=9 total=9\nsome avg10=0.00 avg60=0 avg300=0 total=0", 0.0, 0)]
    [InlineData("some avg10=5 avg60=0 avg300=0 total=18446744073709551615 more=1", 0.05, 18446744073709.55)]
    [InlineData("some avg10=5 avg60=0 avg300=0", null, 0)]
    [InlineData("some avg10=x avg60=0 avg300=0 total=1", null, 0)]
    [InlineData("some avg10=1 avg60=0 avg300=0 total=", null, 0)]
    [InlineData("some", null, 0)]
    [InlineData("full avg10=9 avg60=9 avg300=9 total=9\n", null, 0)]
    [InlineData("", null, 0)]
    public void Lines(string text, double? ratio, double seconds)
    {
        var isAccepted =
            PressureSampler.TryParse(Encoding.UTF8.GetBytes(text), "some"u8, out var parsedRatio, out var parsedSeconds);
        Assert.Equal(ratio is not null, isAccepted);
        if (isAccepted)
        {
            Assert.Equal(ratio!.Value, parsedRatio, 9);
            Assert.Equal(seconds, parsedSeconds, 2);
        }
    }

    [Fact]
    public void Each_resource_has_its_fields()
    {
        using var bench = new SamplerBench("rpi5-bookworm");
        var pressure = bench.Section(
            PressureSection.Definition, SampleOutcome.Ok, bench.Own(new PressureSampler(bench.Host.Roots(), bench.Time)))!;

        Assert.Equal(0.0124, pressure[PressureSection.CpuSomeRatio]!.Value, 9);
        Assert.Equal(912.345678, pressure[PressureSection.CpuSomeSeconds]!.Value, 6);
        Assert.Equal(0, pressure[PressureSection.CpuFullSeconds]);
        Assert.Equal(0.012345, pressure[PressureSection.MemorySomeSeconds]!.Value, 6);
        Assert.Equal(0.0031, pressure[PressureSection.IoSomeRatio]!.Value, 9);
        Assert.Equal(0.0019, pressure[PressureSection.IoFullRatio]!.Value, 3);
        Assert.Equal(21.172839, pressure[PressureSection.IoFullSeconds]!.Value, 6);
    }

    [Fact]
    public void A_kernel_that_has_it_switched_off_has_no_data()
    {
        using var bench = new SamplerBench("rpizero2w-bookworm");
        Assert.Null(bench.Section(
            PressureSection.Definition, SampleOutcome.NoData, bench.Own(new PressureSampler(bench.Host.Roots(), bench.Time))));
    }

    [Fact]
    public void It_is_read_again_when_its_time_has_come()
    {
        using var bench = new SamplerBench("rpizero2w-bookworm");
        bench.Write("proc/pressure/cpu", "some avg10=10.00 avg60=0.00 avg300=0.00 total=1\n");
        var sampler = bench.Own(new PressureSampler(bench.Host.Roots(), bench.Time));
        Assert.Equal(0.1, Share(SampleOutcome.Ok));
        bench.Write("proc/pressure/cpu", "some avg10=20.00 avg60=0.00 avg300=0.00 total=1\n");
        Assert.Equal(0.1, Share(SampleOutcome.Ok));
        bench.Time.Advance(Cadence.Costly);
        Assert.Equal(0.2, Share(SampleOutcome.Ok));

        bench.Write("proc/pressure/cpu", "nonsense\n");
        bench.Time.Advance(Cadence.Costly);
        Assert.Null(Share(SampleOutcome.Failed));
        Assert.Null(Share(SampleOutcome.NoData));

        double? Share(SampleOutcome expected) =>
            bench.Section(PressureSection.Definition, expected, sampler)?[PressureSection.CpuSomeRatio];
    }
}
