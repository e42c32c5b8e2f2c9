namespace NodeTelemetry.Agent.Sensors;

/// <summary>The chips of the Enviro and Sense HATs, and where they are.</summary>
/// <remarks>Source: the boards' schematics. BME280 breakouts may be strapped to the second address. Each is recognised
/// by its identity registers, never by its address alone.</remarks>
internal static class KnownChips
{
    /// <summary>Gets the addresses at which a chip may be, with what makes its driver.</summary>
    public static IReadOnlyList<(byte Address, Func<II2cDevice, Action<TimeSpan>, ISensorChip> Make)> All { get; } =
    [
        (0x76, static (device, wait) => new Bme280(device, wait)),
        (0x77, static (device, wait) => new Bme280(device, wait)),
        (0x23, static (device, wait) => new Ltr559(device, wait)),
        (0x5F, static (device, wait) => new Hts221(device, wait)),
        (0x5C, static (device, wait) => new Lps25h(device, wait)),
    ];
}
