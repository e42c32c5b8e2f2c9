namespace NodeTelemetry.Agent.Samplers;

/// <summary>The outcome of one sampler at one tick.</summary>
internal enum SampleOutcome
{
    /// <summary>It added values to the snapshot.</summary>
    Ok,

    /// <summary>Healthy, but without data: the hardware is absent or asleep,
    /// or a difference needs a second reading.</summary>
    NoData,

    /// <summary>The source could not be read or parsed.</summary>
    Failed,
}
