using NodeTelemetry.Agent.Devices;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Agent.Sensors.Chips;

namespace NodeTelemetry.Agent.Doctor;

/// <summary>Searches a bus for supported chips.
/// Reads identities only, which disturbs neither other chips nor the measurements of the service.</summary>
internal static class ChipSearch
{
    /// <summary>Tries the address of every supported chip.</summary>
    /// <param name="roots">The root of sysfs.</param>
    /// <param name="bus">The bus number.</param>
    /// <param name="device">Creates the device at an address of the bus.</param>
    public static List<DetectedChip> Run(KernelRoots roots, int bus, Func<byte, II2cDevice> device)
    {
        var found = new List<DetectedChip>();
        foreach (var (address, create) in ChipModels.Addresses)
        {
            var chip = create(device(address), new ChipSetup(static _ => { }));
            var kernel = new KernelAddress(roots, bus, address);
            var driver = kernel.IsBound ? kernel.ReadChipName() ?? "a driver without a name" : null;
            var identity = driver is null ? chip.Identify() : default;
            found.Add(new DetectedChip(bus, address, chip.PartNumber, identity, driver));
            if (identity.Outcome == BusOutcome.Failed)
            {
                // On a stuck bus, each transfer lasts until the adapter's timeout.
                break;
            }
        }

        return found;
    }
}
