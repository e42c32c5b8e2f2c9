namespace NodeTelemetry.Agent.Samplers;

/// <summary>What came of one sampler at one tick.</summary>
internal enum SampleOutcome
{
    /// <summary>It put something into the snapshot.</summary>
    Ok,

    /// <summary>Healthy, but nothing here: the hardware is absent or asleep, or a difference needs a second
    /// reading.</summary>
    NoData,

    /// <summary>It could not read, or what it read makes no sense.</summary>
    Failed,
}
