using System.Text;
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
            MemorySection.Definition, SampleOutcome.Ok, bench.Own(new MemorySampler(bench.Host.Roots(), bench.Time)))!;

        Assert.Equal(
            [1024, 2048, 3072, 4096, 5120, 6144, 7168, 8192],
            MemorySection.Definition.Fields.Take(8).Select(field => memory[field]!.Value));
    }

    /// <summary>Case: 24 of 32 GB are ZFS's cache, of which it keeps one.</summary>
    [Fact]
    public void What_ZFS_gives_back_of_its_cache_is_available()
    {
        using var bench = new SamplerBench("rpi4-bookworm");
        bench.Write("proc/meminfo", "MemTotal: 32000000 kB\nMemFree: 1000000 kB\nMemAvailable: 1200000 kB\n");
        var sampler = bench.Own(new MemorySampler(bench.Host.Roots(), bench.Time));
        Assert.Equal(0.9625, bench.Sample(SampleOutcome.Ok, sampler)[MeminfoSection.UsedRatio]);

        // The module is loaded while the agent runs.
        WriteArc(24_000_000_000);
        bench.Time.Advance(MemorySampler.SearchPeriod);
        var snapshot = bench.Sample(SampleOutcome.Ok, sampler);
        Assert.Equal((1_200_000L * 1024) + 22_976_000_000, snapshot[MeminfoSection.AvailableBytes]);
        Assert.Equal(24e9, snapshot[MemorySection.ZfsCacheBytes]);
        Assert.InRange(snapshot[MeminfoSection.UsedRatio]!.Value, 0.25, 0.27);

        WriteArc(500_000_000);
        bench.Time.Advance(Cadence.Costly);
        Assert.Equal(1_200_000 * 1024L, bench.Sample(SampleOutcome.Ok, sampler)[MeminfoSection.AvailableBytes]);

        bench.Host.Remove("proc/spl");
        bench.Time.Advance(Cadence.Costly);
        bench.Sample(SampleOutcome.Ok, sampler);

        void WriteArc(long size) => bench.Write(
            "proc/spl/kstat/zfs/arcstats",
            $"13 1 0x01 96 26112 5000000000 90000000000000\nname                            type data\nhits 4 1000\nc 4 24000000000\nc_min 4 1024000000\nc_max 4 26000000000\nsize 4 {size}\nmemory_available_bytes 3 -1000\n");
    }

    [Theory]
    [InlineData("MemTotal: 32000000 kB\nMemFree: 8000000 kB\nMemAvailable: 9000000 kB\n", "530 520 0:62 /proc/meminfo /proc/meminfo rw - fuse.lxcfs lxcfs rw\n")]
    [InlineData("MemTotal: 8000000 kB\nMemFree: 1000000 kB\nMemAvailable: 1200000 kB\n", "")]
    public void The_cache_of_the_host_is_not_that_of_a_container(string meminfo, string mounts)
    {
        using var bench = new SamplerBench("rpi4-bookworm");
        bench.Write("proc/meminfo", meminfo);
        bench.Write("proc/self/mountinfo", mounts);
        bench.Write("proc/spl/kstat/zfs/arcstats", "c_min 4 1024000000\nsize 4 16000000000\n");
        var snapshot = bench.Sample(SampleOutcome.Ok, bench.Own(new MemorySampler(bench.Host.Roots(), bench.Time)));

        Assert.Null(snapshot[MemorySection.ZfsCacheBytes]);
        Assert.True(snapshot[MeminfoSection.AvailableBytes] < 9_300_000_000);
    }

    /// <summary>Kernels before 3.14 have no estimate.</summary>
    [Fact]
    public void Without_the_kernel_s_estimate_its_cache_is_available()
    {
        using var bench = new SamplerBench("rpi4-bookworm");
        bench.Write("proc/meminfo", "MemTotal: 1000 kB\nMemFree: 100 kB\nBuffers: 50 kB\nCached: 500 kB\nShmem: 30 kB\nSReclaimable: 20 kB\n");
        var snapshot = bench.Sample(SampleOutcome.Ok, bench.Own(new MemorySampler(bench.Host.Roots(), bench.Time)));

        Assert.Equal(640 * 1024, snapshot[MeminfoSection.AvailableBytes]);
    }

    [Theory]
    [InlineData("c_min 4 10\nsize 4 30\n", true, 20)]
    [InlineData("size 4 30\nc_min 4 100", true, 0)]
    [InlineData("size 4 30\n", false, 0)]
    [InlineData("size 4 x\nc_min 4 10\n", false, 0)]
    [InlineData("size 4 18446744073709551616\nc_min 4 10\n", false, 0)]
    [InlineData("", false, 0)]
    public void Sizes_of_ZFS_s_cache(string text, bool isAccepted, double reclaimable)
    {
        Assert.Equal(isAccepted, ArcSize.TryParse(Encoding.UTF8.GetBytes(text), out var arc));
        Assert.Equal(reclaimable, arc.ReclaimableBytes);
    }
}
