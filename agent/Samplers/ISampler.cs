namespace NodeTelemetry.Agent.Samplers;

/// <summary>Reads one source.</summary>
internal interface ISampler
{
    /// <summary>Gets its name in messages and metrics.</summary>
    string Name { get; }

    /// <summary>Reads its source <paramref name="into"/> the snapshot of this tick.</summary>
    SampleOutcome Sample(SnapshotBuilder into);
}
