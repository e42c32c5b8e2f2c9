using NodeTelemetry.Agent.Devices;
using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Doctor;

/// <summary>Identifies the HAT and checks its chips.</summary>
internal sealed class HatCheck : ICheck
{
    /// <summary>The chips of every Sense HAT; others depend on the version.</summary>
    private static readonly string[] SenseHatChips = ["HTS221", "LPS25H", "LSM9DS1"];

    /// <inheritdoc/>
    public string Name => "hat";

    /// <inheritdoc/>
    public IEnumerable<Finding> Run(DoctorContext context)
    {
        if (context.HatProduct is { } text)
        {
            yield return Finding.Good($"HAT, identified by its EEPROM: {text}.");
        }

        if (context.Chips.Any(static chip => chip.IsDetected) && GetName(context.Hat) is { } name
            && context.HatProduct?.Contains(name, StringComparison.Ordinal) != true)
        {
            yield return Finding.Good($"HAT, identified by its chips: {name}.");
        }

        foreach (var bus in context.I2cBuses)
        {
            foreach (var finding in CheckBus(context, bus))
            {
                yield return finding;
            }
        }

        if (context.Hat == Hat.SenseHat && context.Chips.Any(static chip => chip.IsDetected))
        {
            foreach (var missing in SenseHatChips.Where(part => !context.HasChip(part)))
            {
                yield return Finding.Warning(
                    $"The {missing} of the Sense HAT does not reply. Check that the board is seated on all 40 pins.");
            }
        }
    }

    private static IEnumerable<Finding> CheckBus(DoctorContext context, int bus)
    {
        var chips = context.Chips.Where(chip => chip.Bus == bus).ToList();
        if (chips.Any(static chip => chip.Identity.Outcome == BusOutcome.Failed))
        {
            if (context.MayOpen($"i2c-{bus}"))
            {
                yield return Finding.Warning(
                    $"Transfers on i2c-{bus} fail: a device holds the bus, or the adapter is faulty. Disconnect its "
                    + "devices one by one.",
                    "sudo dmesg | grep -i i2c | tail");
            }

            yield break;
        }

        var answering = chips.Where(static chip => chip.Identity.IsKnown && chip.Driver is null)
            .Select(static chip => $"{chip.PartNumber} at {chip.AddressText}")
            .ToList();
        if (answering.Count > 0)
        {
            yield return Finding.Good($"On i2c-{bus}: {string.Join(", ", answering)}.");
        }

        foreach (var chip in chips)
        {
            if (chip.Driver is { } driver)
            {
                yield return CheckDriver(context, chip, driver);
            }
            else if (chip.Identity.Other is { } other)
            {
                yield return Finding.Good(
                    $"On i2c-{bus} at {chip.AddressText}: not a {chip.PartNumber} (identity 0x{other:x2}); ignored.");
            }
        }
    }

    private static Finding CheckDriver(DoctorContext context, DetectedChip chip, string driver)
    {
        var directory = $"/sys/bus/i2c/devices/{chip.Bus}-{chip.Address:x4}";
        var isShown = Array.Exists(
            KernelRoots.Folders(context.Roots.SysFile(directory["/sys/".Length..])),
            static path => Path.GetFileName(path.AsSpan()) is var name
                && (name.StartsWith("iio:device", StringComparison.Ordinal) || name is "hwmon"));
        return isShown
            ? Finding.Good(
                $"On i2c-{chip.Bus} at {chip.AddressText}: {driver}, read through its kernel driver.")
            : Finding.Warning(
                $"On i2c-{chip.Bus} at {chip.AddressText}: {driver}, bound to a kernel driver without readings. Unbind "
                + "the driver to let the agent read the chip directly.",
                $"echo {chip.Bus}-{chip.Address:x4} | sudo tee {directory}/driver/unbind");
    }

    private static string? GetName(Hat hat) => hat switch
    {
        Hat.Enviro => "Enviro",
        Hat.EnviroPlus => "Enviro+",
        Hat.SenseHat => "Sense HAT",
        _ => null,
    };
}
