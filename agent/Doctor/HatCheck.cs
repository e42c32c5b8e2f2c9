using NodeTelemetry.Agent.Devices;
using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Doctor;

/// <summary>Which HAT is on the header, and which of its chips answer or belong to the kernel.</summary>
internal sealed class HatCheck : ICheck
{
    /// <summary>The chips that every Sense HAT has; further ones depend on its version.</summary>
    private static readonly string[] SenseHatChips = ["HTS221", "LPS25H", "LSM9DS1"];

    /// <inheritdoc/>
    public string Name => "hat";

    /// <inheritdoc/>
    public IEnumerable<Finding> Run(DoctorContext context)
    {
        if (context.HatText is { } text)
        {
            yield return Finding.Good($"By its EEPROM: {text}.");
        }

        if (context.Chips.Any(static chip => chip.IsThere) && NameOf(context.Hat) is { } name
            && context.HatText?.Contains(name, StringComparison.Ordinal) != true)
        {
            yield return Finding.Good($"By its chips: {name}.");
        }

        foreach (var bus in context.I2cBuses)
        {
            foreach (var finding in OfBus(context, bus))
            {
                yield return finding;
            }
        }

        if (context.Hat == Hat.SenseHat && context.Chips.Any(static chip => chip.IsThere))
        {
            foreach (var missing in SenseHatChips.Where(part => !context.HasChip(part)))
            {
                yield return Finding.Warning(
                    $"The {missing} of the Sense HAT does not answer. Is the board seated on all 40 pins?");
            }
        }
    }

    private static IEnumerable<Finding> OfBus(DoctorContext context, int bus)
    {
        var chips = context.Chips.Where(chip => chip.Bus == bus).ToList();
        if (chips.Any(static chip => chip.Identity.Outcome == BusOutcome.Failed))
        {
            if (context.MayOpen($"i2c-{bus}"))
            {
                yield return Finding.Warning(
                    $"i2c-{bus} does not work: something holds it, or the adapter fails. Pull out what is plugged "
                    + "into it, one after the other.",
                    "sudo dmesg | grep -i i2c | tail");
            }

            yield break;
        }

        var answering = chips.Where(static chip => chip.Identity.IsKnown && chip.Driver is null)
            .Select(static chip => $"{chip.PartNumber} at {chip.Place}")
            .ToList();
        if (answering.Count > 0)
        {
            yield return Finding.Good($"On i2c-{bus}: {string.Join(", ", answering)}.");
        }

        foreach (var chip in chips)
        {
            if (chip.Driver is { } driver)
            {
                yield return OfKernel(context, chip, driver);
            }
            else if (chip.Identity.Other is { } other)
            {
                yield return Finding.Good(
                    $"On i2c-{bus} at {chip.Place}: another chip than {chip.PartNumber} (it says 0x{other:x2}); it is "
                    + "left alone.");
            }
        }
    }

    private static Finding OfKernel(DoctorContext context, FoundChip chip, string driver)
    {
        var folder = $"/sys/bus/i2c/devices/{chip.Bus}-{chip.Address:x4}";
        var isShown = Array.Exists(
            KernelRoots.Folders(context.Roots.SysFile(folder["/sys/".Length..])),
            static path => Path.GetFileName(path.AsSpan()) is var name
                && (name.StartsWith("iio:device", StringComparison.Ordinal) || name is "hwmon"));
        return isShown
            ? Finding.Good(
                $"On i2c-{chip.Bus} at {chip.Place}: {driver}, driven by the kernel and read through it.")
            : Finding.Warning(
                $"On i2c-{chip.Bus} at {chip.Place}: {driver}, held by a driver of the kernel that shows no readings. "
                + "The agent leaves it alone; it would read the chip itself if the driver let go of it.",
                $"echo {chip.Bus}-{chip.Address:x4} | sudo tee {folder}/driver/unbind");
    }

    private static string? NameOf(Hat hat) => hat switch
    {
        Hat.Enviro => "Enviro",
        Hat.EnviroPlus => "Enviro+",
        Hat.SenseHat => "Sense HAT",
        _ => null,
    };
}
