using NodeTelemetry.Agent.Samplers;
using NodeTelemetry.Agent.Samplers.Memory;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Samplers.Memory;

public sealed class MemorySamplerTests
{
    [Fact]
    public void Takes_valid_lines_and_skips_the_rest()
    {
        var meminfo = new SectionBuilder(MeminfoSection.Definition);
        var more = new SectionBuilder(MemorySection.Definition);

        Assert.True(MemorySampler.TryParse(
            "MemTotal: 10 kB\nMemFree: x kB\nCached: 4398046511105 kB\nDirty:\nSlab: 18446744073709551615 kB\nNew: 1 kB\nSwapFree: 3"u8,
            meminfo,
            more));
        Assert.Equal(10 * 1024, meminfo.Number(MeminfoSection.TotalBytes));
        Assert.Equal(3 * 1024, meminfo.Number(MeminfoSection.SwapFreeBytes));
        Assert.Equal(2, MeminfoSection.Definition.WireFields.Count(field => meminfo.Number(field) is not null));
        Assert.Null(more.Build());
    }

    [Fact]
    public void Takes_nothing_without_a_total()
    {
        var meminfo = new SectionBuilder(MeminfoSection.Definition);
        var more = new SectionBuilder(MemorySection.Definition);

        Assert.False(MemorySampler.TryParse("MemFree: 1 kB\nDirty: 1 kB\n"u8, meminfo, more));
        Assert.False(MemorySampler.TryParse(default, meminfo, more));
        Assert.Null(meminfo.Build());
        Assert.Null(more.Build());
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
