using NodeTelemetry.Agent.Devices;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Agent.Sensors.Chips;

namespace NodeTelemetry.Agent.Doctor;

/// <summary>Looks which of the known chips are on a bus. Reads identities only, so that nobody is disturbed:
/// neither other makers' chips, nor the service at its measurements.</summary>
internal static class ChipSearch
{
    /// <summary>Looks at every address.</summary>
    /// <param name="roots">Where sysfs is.</param>
    /// <param name="bus">The bus' number.</param>
    /// <param name="device">Makes the device at an address of it.</param>
    public static List<FoundChip> Run(KernelRoots roots, int bus, Func<byte, II2cDevice> device)
    {
        var found = new List<FoundChip>();
        foreach (var (address, create) in ChipModels.Addresses)
        {
            var chip = create(device(address), new ChipSetup(static _ => { }));
            var known = new KernelAddress(roots, bus, address);
            var driver = known.IsBound ? known.ReadChipName() ?? "a driver without a name" : null;
            var identity = driver is null ? chip.Identify() : default;
            found.Add(new FoundChip(bus, address, chip.PartNumber, identity, driver));
            if (identity.Outcome == BusOutcome.Failed)
            {
                // Each transfer on a bus that is stuck lasts as long as the adapter's patience.
                break;
            }
        }

        return found;
    }
}
