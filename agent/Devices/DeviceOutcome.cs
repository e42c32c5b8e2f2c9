namespace NodeTelemetry.Agent.Devices;

/// <summary>How a call on a device file went.</summary>
internal enum DeviceOutcome
{
    /// <summary>It was done.</summary>
    Ok,

    /// <summary>There is no such device, or not any more (ENOENT, ENODEV, ENXIO).</summary>
    Absent,

    /// <summary>Somebody else has it: a driver of the kernel or another program (EBUSY).</summary>
    Busy,

    /// <summary>This user may not: a group is missing (EACCES, EPERM).</summary>
    NotPermitted,

    /// <summary>The device failed in another way.</summary>
    Failed,
}
