namespace NodeTelemetry.Agent.Devices;

/// <summary>Maps errno(3) to <see cref="DeviceOutcome"/>.</summary>
internal static class DeviceOutcomes
{
    private const int NotPermitted = -1;
    private const int NoEntry = -2;
    private const int NoDeviceOrAddress = -6;
    private const int AccessDenied = -13;
    private const int Busy = -16;
    private const int NoDevice = -19;

    /// <summary>Maps the result of a call: a negated errno(3), or success if it is not negative.</summary>
    public static DeviceOutcome FromResult(int result) => result switch
    {
        >= 0 => DeviceOutcome.Ok,
        NoEntry or NoDevice or NoDeviceOrAddress => DeviceOutcome.Absent,
        Busy => DeviceOutcome.Busy,
        AccessDenied or NotPermitted => DeviceOutcome.NotPermitted,
        _ => DeviceOutcome.Failed,
    };
}
