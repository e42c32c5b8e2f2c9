using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Agent.Samplers;
using NodeTelemetry.Agent.Samplers.System;
using NodeTelemetry.Protocol.Catalog.Sections;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Samplers.System;

public sealed class ClockSamplerTests
{
    [Theory]
    [InlineData("0x2001 -152340 25000", true, -0.00015234, 0.025)]
    [InlineData("0x1 -152340 25000", true, -0.15234, 0.025)]
    [InlineData("0x40 0 16000000", false, 0, 16)]
    [InlineData("0x2041 90 500000", false, 0.00000009, 0.5)]
    public void The_kernels_words_for_it(string words, bool isSynchronised, double offset, double errorMax)
    {
        using var bench = new SamplerBench("rpi5-bookworm");
        bench.Write("kernel/adjtimex", words);
        Assert.True(ClockStatus.TryRead(bench.Kernel, out var status));
        Assert.Equal(isSynchronised, status.IsSynchronised);
        Assert.Equal(offset, status.OffsetSeconds, 12);
        Assert.Equal(errorMax, status.ErrorMaxSeconds, 12);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(8)]
    public void The_structure_of_both_sizes_of_word(int wordBytes)
    {
        var timex = new byte[ClockStatus.StructureBytes];
        BitConverter.TryWriteBytes(timex.AsSpan(1 * wordBytes), -250);
        timex.AsSpan((1 * wordBytes) + 4, wordBytes - 4).Fill(0xff);
        BitConverter.TryWriteBytes(timex.AsSpan(3 * wordBytes), 16_000_000);
        BitConverter.TryWriteBytes(timex.AsSpan(5 * wordBytes), 0x41);

        Assert.Equal(new ClockStatus(false, -0.00025, 16), ClockStatus.Parse(timex, wordBytes));
    }

    [Fact]
    public void This_kernel_answers_without_any_rights()
    {
        var calls = new LinuxKernelCalls();
        Assert.True(ClockStatus.TryRead(calls, out var status));
        Assert.InRange(status.ErrorMaxSeconds, 0, 1000);
        Assert.InRange(Math.Abs(status.OffsetSeconds), 0, 1);
    }

    [Fact]
    public void A_board_without_a_clock_of_its_own_says_so_and_one_may_come()
    {
        using var bench = new SamplerBench("rpi4-bookworm");
        var sampler = bench.Own(new ClockSampler(bench.Host.Roots(), bench.Kernel, bench.Time));
        Assert.Equal(0, bench.Section(ClockSection.Definition, SampleOutcome.Ok, sampler)![ClockSection.HasRtc]);

        bench.Write("sys/class/rtc/rtc0/name", "rtc-ds1307 1-0068\n");
        bench.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, bench.Section(ClockSection.Definition, SampleOutcome.Ok, sampler)![ClockSection.HasRtc]);
    }

    [Fact]
    public void A_filter_of_system_calls_is_a_failure_that_leaves_the_rest()
    {
        using var bench = new SamplerBench("rpi5-bookworm");
        bench.Host.Remove("kernel");
        var sampler = bench.Own(new ClockSampler(bench.Host.Roots(), bench.Kernel, bench.Time));
        var clock = bench.Section(ClockSection.Definition, SampleOutcome.Failed, sampler)!;
        Assert.Equal(1, clock[ClockSection.HasRtc]);
        Assert.Null(clock[ClockSection.Synchronised]);
    }

    [Fact]
    public void Impossible_words_are_refused()
    {
        using var bench = new SamplerBench("hostile");
        var sampler = bench.Own(new ClockSampler(bench.Host.Roots(), bench.Kernel, bench.Time));
        var clock = bench.Section(ClockSection.Definition, SampleOutcome.Ok, sampler)!;
        Assert.Null(clock[ClockSection.OffsetSeconds]);
        Assert.Equal(1, bench.Builder.ValuesRefused);
    }
}
