using NodeTelemetry.Agent.Samplers;
using NodeTelemetry.Agent.Samplers.Memory;
using NodeTelemetry.Protocol.Catalog.Sections;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Samplers.Memory;

public sealed class MemorySamplerTests
{
    [Fact]
    public void Takes_what_is_sound_and_passes_over_the_rest()
    {
        Assert.True(MemorySampler.TryParse(
            "MemTotal: 10 kB\nMemFree: x kB\nCached: 4398046511105 kB\nDirty:\nSlab: 18446744073709551615 kB\nNew: 1 kB\nSwapFree: 3"u8,
            out var memory));
        Assert.Equal(new MemoryAmounts { Total = 10 * 1024, SwapFree = 3 * 1024 }, memory);
        Assert.False(MemorySampler.TryParse("MemFree: 1 kB\n"u8, out _));
        Assert.False(MemorySampler.TryParse(default, out _));
    }

    [Fact]
    public void What_raspi_cluster_does_not_know_is_in_a_section()
    {
        using var bench = new SamplerBench("rpi4-bookworm");
        bench.Write(
            "proc/meminfo",
            "MemTotal: 100 kB\nDirty: 1 kB\nWriteback: 2 kB\nAnonPages: 3 kB\nMapped: 4 kB\nShmem: 5 kB\nSlab: 6 kB\n"
            + "SReclaimable: 7 kB\nCommitted_AS: 8 kB\n");
        var memory = bench.Section(
            MemorySection.Definition, SampleOutcome.Ok, bench.Own(new MemorySampler(bench.Host.Roots())))!;

        Assert.Equal(
            [1024, 2048, 3072, 4096, 5120, 6144, 7168, 8192],
            MemorySection.Definition.Fields.Take(8).Select(field => memory[field]!.Value));
    }
}
