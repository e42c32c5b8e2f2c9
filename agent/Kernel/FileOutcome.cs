namespace NodeTelemetry.Agent.Kernel;

/// <summary>What came of reading a kernel file.</summary>
internal enum FileOutcome
{
    /// <summary>There are bytes, maybe none.</summary>
    Ok,

    /// <summary>Healthy, but nothing here: no such file, no such device, or a sensor that is asleep.</summary>
    Absent,

    /// <summary>It is there and cannot be read.</summary>
    Failed,
}
