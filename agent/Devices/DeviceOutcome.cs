namespace NodeTelemetry.Agent.Devices;

/// <summary>The result of a call on a device file.</summary>
internal enum DeviceOutcome
{
    /// <summary>The call succeeded.</summary>
    Ok,

    /// <summary>The device is absent (ENOENT, ENODEV, ENXIO).</summary>
    Absent,

    /// <summary>A kernel driver or another program uses the device (EBUSY).</summary>
    Busy,

    /// <summary>No permission: the user is not in the group of the device (EACCES, EPERM).</summary>
    NotPermitted,

    /// <summary>Any other failure.</summary>
    Failed,
}
