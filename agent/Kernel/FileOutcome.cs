namespace NodeTelemetry.Agent.Kernel;

/// <summary>The result of reading a kernel file.</summary>
internal enum FileOutcome
{
    /// <summary>The read succeeded, possibly with 0 bytes.</summary>
    Ok,

    /// <summary>Healthy, but no data: the file or device does not exist, or the sensor is suspended.</summary>
    Absent,

    /// <summary>The file exists but cannot be read.</summary>
    Failed,
}
