using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Samplers;

/// <summary>Maps file outcomes to sampler outcomes.</summary>
internal static class SampleOutcomes
{
    /// <summary>Gets the outcome of a sampler whose only file could not be read.</summary>
    public static SampleOutcome FromFile(FileOutcome outcome) =>
        outcome == FileOutcome.Absent ? SampleOutcome.NoData : SampleOutcome.Failed;
}
