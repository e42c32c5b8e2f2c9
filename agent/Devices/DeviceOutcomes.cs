namespace NodeTelemetry.Agent.Devices;

/// <summary>Translates what the kernel says of a device.</summary>
internal static class DeviceOutcomes
{
    private const int NotPermitted = -1;
    private const int NoEntry = -2;
    private const int NoDeviceOrAddress = -6;
    private const int AccessDenied = -13;
    private const int Busy = -16;
    private const int NoDevice = -19;

    /// <summary>Gets the outcome of a call by its result: errno(3) negated, or what it gave if not below 0.</summary>
    public static DeviceOutcome Of(int result) => result switch
    {
        >= 0 => DeviceOutcome.Ok,
        NoEntry or NoDevice or NoDeviceOrAddress => DeviceOutcome.Absent,
        Busy => DeviceOutcome.Busy,
        AccessDenied or NotPermitted => DeviceOutcome.NotPermitted,
        _ => DeviceOutcome.Failed,
    };
}
