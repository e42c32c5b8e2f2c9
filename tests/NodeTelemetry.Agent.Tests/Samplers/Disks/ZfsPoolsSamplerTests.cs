using NodeTelemetry.Agent.Samplers;
using NodeTelemetry.Agent.Samplers.Disks;
using NodeTelemetry.Protocol.Catalog.Sections;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Samplers.Disks;

public sealed class ZfsPoolsSamplerTests
{
    [Fact]
    public void Only_a_pool_with_all_its_devices_is_online()
    {
        using var bench = new SamplerBench("vm-no-sensors");
        bench.Write("proc/spl/kstat/zfs/arcstats", "size 4 1\n");
        bench.Write("proc/spl/kstat/zfs/rpool/state", "ONLINE\n");
        bench.Write("proc/spl/kstat/zfs/tank/state", "DEGRADED\n");
        var sampler = new ZfsPoolsSampler(bench.Host.Roots(), bench.Time);

        var pools = bench.Section(PoolsSection.Definition, SampleOutcome.Ok, sampler)!;
        Assert.Equal(2, pools.EntryCount);
        Assert.Equal(1, pools.Find("rpool")!.Value[PoolsSection.Online]);
        Assert.Equal(0, pools.Find("tank")!.Value[PoolsSection.Online]);
        Assert.Equal("DEGRADED", pools.Find("tank")!.Value.Text(PoolsSection.State));

        bench.Host.Remove("proc/spl");
        bench.Time.Advance(ZfsPoolsSampler.Period);
        Assert.Null(bench.Section(PoolsSection.Definition, SampleOutcome.NoData, sampler));
    }
}
