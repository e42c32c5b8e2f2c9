using NodeTelemetry.Agent.Diagnostics;
using NodeTelemetry.Protocol.Catalog.Sections;

namespace NodeTelemetry.Agent.Samplers.System;

/// <summary>The agent's own counters. Runs last, so that it includes the failures of the same tick.</summary>
internal sealed class AgentSampler(AgentMetrics metrics) : ISampler
{
    /// <inheritdoc/>
    public string Name => "agent";

    /// <inheritdoc/>
    public SampleOutcome Sample(SnapshotBuilder into)
    {
        var section = into.Section(AgentSection.Definition);
        section.Set(AgentSection.SamplersFailed, metrics.SamplersFailed);
        section.Set(AgentSection.ValuesRefused, into.ValuesRefused);
        section.Set(AgentSection.TicksSkipped, metrics.TicksSkipped);
        section.Set(AgentSection.SendsFailed, metrics.SendsFailed);
        section.Set(AgentSection.SectionsDropped, metrics.SectionsDropped);
        section.Set(AgentSection.TextfilesDropped, metrics.TextfilesDropped);
        return SampleOutcome.Ok;
    }
}
