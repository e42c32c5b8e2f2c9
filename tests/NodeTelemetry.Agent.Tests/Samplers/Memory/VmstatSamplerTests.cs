using System.Text;
using NodeTelemetry.Agent.Samplers;
using NodeTelemetry.Agent.Samplers.Memory;
using NodeTelemetry.Protocol.Catalog.Sections;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Samplers.Memory;

public sealed class VmstatSamplerTests
{
    [Theory]
    [InlineData("pswpin 5\npswpout 6\n", 5ul)]
    [InlineData("x 1\npswpin 5", 5ul)]
    [InlineData("xpswpin 1\npswpin 5\n", 5ul)]
    [InlineData("pswpin 18446744073709551615\n", ulong.MaxValue)]
    [InlineData("pswpin 5 6\n", 5ul)]
    [InlineData("pswpin 18446744073709551616\n", null)]
    [InlineData("pswpin -1\n", null)]
    [InlineData("pswpin \n6\n", null)]
    [InlineData("pswpin", null)]
    [InlineData("xpswpin 1\n", null)]
    [InlineData("", null)]
    public void A_counter_is_found_wherever_it_stands(string text, ulong? expected) =>
        Assert.Equal(expected, VmstatSampler.Parse(Encoding.UTF8.GetBytes(text), "pswpin "u8));

    [Fact]
    public void Swap_traffic_is_in_bytes()
    {
        using var bench = new SamplerBench("rpi3-bullseye");
        var sampler = bench.Own(new VmstatSampler(bench.Host.Roots(), bench.Time));
        var memory = bench.Section(MemorySection.Definition, SampleOutcome.Ok, sampler)!;

        Assert.Equal(91312.0 * Environment.SystemPageSize, memory[MemorySection.SwapInBytes]);
        Assert.Equal(184096.0 * Environment.SystemPageSize, memory[MemorySection.SwapOutBytes]);
        Assert.Equal(918211, memory[MemorySection.MajorFaults]);
        Assert.Equal(7, memory[MemorySection.OomKills]);
    }

    [Fact]
    public void A_kernel_without_swap_has_no_swap_traffic()
    {
        using var bench = new SamplerBench("rpi3-bullseye");
        bench.Write("proc/vmstat", "pgmajfault 3\n");
        var memory = bench.Section(
            MemorySection.Definition, SampleOutcome.Ok, bench.Own(new VmstatSampler(bench.Host.Roots(), bench.Time)))!;
        Assert.Null(memory[MemorySection.SwapInBytes]);
        Assert.Null(memory[MemorySection.OomKills]);
        Assert.Equal(3, memory[MemorySection.MajorFaults]);
    }

    [Fact]
    public void It_is_read_again_when_its_time_has_come_and_a_failure_counts_once()
    {
        using var bench = new SamplerBench("rpi3-bullseye");
        bench.Write("proc/vmstat", "pgmajfault 3\n");
        var sampler = bench.Own(new VmstatSampler(bench.Host.Roots(), bench.Time));
        Assert.Equal(3, Faults(SampleOutcome.Ok));
        bench.Write("proc/vmstat", "pgmajfault 5\n");
        Assert.Equal(3, Faults(SampleOutcome.Ok));
        bench.Time.Advance(Cadence.Costly);
        Assert.Equal(5, Faults(SampleOutcome.Ok));

        bench.Write("proc/vmstat", "nonsense\n");
        bench.Time.Advance(Cadence.Costly);
        Assert.Null(Faults(SampleOutcome.Failed));
        Assert.Null(Faults(SampleOutcome.NoData));

        double? Faults(SampleOutcome expected) =>
            bench.Section(MemorySection.Definition, expected, sampler)?[MemorySection.MajorFaults];
    }
}
