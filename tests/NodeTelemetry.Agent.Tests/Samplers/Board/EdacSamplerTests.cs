using NodeTelemetry.Agent.Samplers;
using NodeTelemetry.Agent.Samplers.Board;
using NodeTelemetry.Protocol.Catalog.Sections;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Samplers.Board;

public sealed class EdacSamplerTests
{
    [Fact]
    public void Errors_of_each_memory_controller_are_counted()
    {
        using var bench = new SamplerBench("vm-no-sensors");
        bench.Write("sys/devices/system/edac/mc/mc0/ce_count", "12\n");
        bench.Write("sys/devices/system/edac/mc/mc0/ue_count", "1\n");
        bench.Write("sys/devices/system/edac/mc/power/control", "auto\n");
        var sampler = new EdacSampler(bench.Host.Roots(), bench.Time);

        var controllers = bench.Section(EdacSection.Definition, SampleOutcome.Ok, sampler)!;
        Assert.Equal(1, controllers.EntryCount);
        Assert.Equal((12, 1), (controllers[0][EdacSection.Corrected], controllers[0][EdacSection.Uncorrected]));

        bench.Host.Remove("sys/devices/system/edac");
        bench.Time.Advance(EdacSampler.Period);
        Assert.Null(bench.Section(EdacSection.Definition, SampleOutcome.NoData, sampler));
    }
}
