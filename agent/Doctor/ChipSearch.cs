using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Agent.Sensors;

namespace NodeTelemetry.Agent.Doctor;

/// <summary>Looks which of the known chips are on a bus. Reads identities only, so that nobody is disturbed: neither
/// other makers' chips, nor the service at its measurements.</summary>
internal static class ChipSearch
{
    /// <summary>A HAT's chips and drivers have names of some letters.</summary>
    private const int NameBytesMax = 64;

    /// <summary>Looks at every address.</summary>
    /// <param name="roots">Where sysfs is.</param>
    /// <param name="bus">The bus' number.</param>
    /// <param name="device">Makes the device at an address of it.</param>
    public static List<FoundChip> Run(KernelRoots roots, int bus, Func<byte, II2cDevice> device)
    {
        var found = new List<FoundChip>();
        foreach (var (address, make) in KnownChips.All)
        {
            var chip = make(device(address), new ChipSetup(static _ => { }));
            var driver = DriverOf(roots, bus, address);
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

    private static string? DriverOf(KernelRoots roots, int bus, byte address)
    {
        var folder = roots.SysFile($"bus/i2c/devices/{bus}-{address:x4}");
        return Path.Exists(Path.Join(folder, "driver"))
            ? KernelText.ReadFile(Path.Join(folder, "name"), NameBytesMax) ?? "a driver without a name"
            : null;
    }
}
