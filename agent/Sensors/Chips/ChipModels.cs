using NodeTelemetry.Agent.Devices;

namespace NodeTelemetry.Agent.Sensors.Chips;

/// <summary>The chip models that the agent knows. Adding a chip adds one line here.</summary>
/// <remarks>A driver identifies a chip by its identity registers, never by its address alone.</remarks>
internal static class ChipModels
{
    private static readonly ChipModel Unknown = new() { PartNumber = string.Empty };

    /// <summary>All models. Chips are sent in this order.</summary>
    private static readonly ChipModel[] All =
    [
        Bme280.Model,
        Bme280.Bmp280Model,
        Bme680.Model,
        Ltr559.Model,
        Ads1015.Model,
        Ads1015.Ads1115Model,
        Mics6814.Model,
        Hts221.Model,
        Lps25h.Model,
        Lsm9ds1Motion.Model,
        Lsm9ds1Magnetometer.Model,
        Tcs3400.Model,
        Tcs3400.Tcs3472Model,
        Pms5003.Model,
        Pms5003.KernelModel,
    ];

    /// <summary>Gets every address at which a chip with a driver may be.</summary>
    public static IReadOnlyList<(byte Address, Func<II2cDevice, ChipSetup, IChipDriver> Create)> Addresses { get; } =
        [.. FindAddresses()];

    /// <summary>Finds a model by the entry's <c>chip</c>, in any case.</summary>
    /// <returns>A model without limits if the chip is not known.</returns>
    public static ChipModel Find(string? partNumber)
    {
        foreach (var model in All)
        {
            if (string.Equals(model.PartNumber, partNumber, StringComparison.OrdinalIgnoreCase))
            {
                return model;
            }
        }

        return Unknown;
    }

    /// <summary>Finds a model by the name of a kernel driver;
    /// <see langword="null"/> if the chip is not known.</summary>
    public static ChipModel? FindByKernelName(string kernelName)
    {
        foreach (var model in All)
        {
            if (model.IsNamedBy(kernelName))
            {
                return model;
            }
        }

        return null;
    }

    private static IEnumerable<(byte Address, Func<II2cDevice, ChipSetup, IChipDriver> Create)> FindAddresses()
    {
        foreach (var model in All)
        {
            foreach (var address in model.Addresses)
            {
                yield return (address, model.CreateDriver!);
            }
        }
    }
}
