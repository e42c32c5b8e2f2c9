using NodeTelemetry.Agent.Diagnostics;
using NodeTelemetry.Agent.Samplers;
using NodeTelemetry.Agent.Samplers.System;
using NodeTelemetry.Protocol.Catalog.Sections;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Samplers.System;

public sealed class AgentSamplerTests
{
    [Fact]
    public void Every_counter_is_sent()
    {
        var metrics = new AgentMetrics();
        metrics.AddSamplerFailed();
        metrics.AddTicksSkipped(2);
        metrics.AddSendFailed();
        metrics.AddSectionsDropped(4);
        metrics.AddTextfilesDropped(5);
        var builder = new SnapshotBuilder();
        builder.Section(CpuSection.Definition).Set(CpuSection.UserRatio, 7);
        new AgentSampler(metrics).Sample(builder);

        var agent = builder.Build("n", Snapshots.Header, null).Section(AgentSection.Definition)!;
        Assert.Equal([1, 1, 2, 1, 4, 5], AgentSection.Definition.Fields.Select(field => agent[field]!.Value));
    }
}
