using NodeTelemetry.Agent.Devices;

namespace NodeTelemetry.Agent.Sensors.Chips;

/// <summary>The chips of the Enviro and Sense HATs, and where they are.</summary>
/// <remarks>Source: the boards' schematics. Each is recognised by its identity registers, never by its address alone.
/// </remarks>
internal static class KnownChips
{
    /// <summary>The Enviro's BME280.</summary>
    public const byte ClimateAddress = 0x76;

    /// <summary>The Enviro's LTR559.</summary>
    public const byte LightAddress = 0x23;

    /// <summary>The Enviro+'s ADS1015 or ADS1115.</summary>
    public const byte ConverterAddress = 0x49;

    /// <summary>Gets the addresses at which a chip may be, with what makes its driver; of a chip that may be at two,
    /// the usual one first.</summary>
    public static IReadOnlyList<(byte Address, Func<II2cDevice, ChipSetup, ISensorChip> Make)> All { get; } =
    [
        (ClimateAddress, static (device, setup) => new Bme280(device, setup.Wait)),
        (0x77, static (device, setup) => new Bme280(device, setup.Wait)),
        (LightAddress, static (device, setup) =>
            new Ltr559(device, setup.Wait) { MeasuresProximity = setup.MeasuresProximity }),
        (ConverterAddress, static (device, setup) => new Ads1015(device, setup.Wait, setup.Board)),
        (0x5F, static (device, setup) => new Hts221(device, setup.Wait)),
        (0x5C, static (device, setup) => new Lps25h(device, setup.Wait)),
        (0x6A, static (device, setup) => new Lsm9ds1Motion(device, setup.Wait)),
        (0x6B, static (device, setup) => new Lsm9ds1Motion(device, setup.Wait)),
        (0x1C, static (device, setup) => new Lsm9ds1Magnetometer(device, setup.Wait)),
        (0x1E, static (device, setup) => new Lsm9ds1Magnetometer(device, setup.Wait)),
        (0x39, static (device, setup) => new Tcs3400(device, setup.Wait)),
        (0x29, static (device, setup) => new Tcs3400(device, setup.Wait)),
    ];
}
