using NodeTelemetry.Agent.Samplers;
using NodeTelemetry.Agent.Samplers.System;
using NodeTelemetry.Protocol.Catalog.Sections;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Samplers.System;

public sealed class EntropySamplerTests
{
    [Theory]
    [InlineData("256\n", 256.0)]
    [InlineData("-1\n", null)]
    [InlineData("much\n", null)]
    [InlineData(null, null)]
    public void Entropy_is_in_bits(string? text, double? expected)
    {
        using var bench = new SamplerBench("vm-no-sensors");
        bench.Host.Remove("proc/sys/kernel/random/entropy_avail");
        if (text is not null)
        {
            bench.Write("proc/sys/kernel/random/entropy_avail", text);
        }

        var sampler = bench.Own(new EntropySampler(bench.Host.Roots(), bench.Time));
        var outcome = expected is null ? SampleOutcome.NoData : SampleOutcome.Ok;
        Assert.Equal(expected, bench.Sample(outcome, sampler)[SystemSection.EntropyBits]);
    }
}
