using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Doctor;

/// <summary>Whether a Raspberry Pi's firmware switches on the buses that a HAT needs.</summary>
internal sealed class OverlaysCheck : ICheck
{
    /// <inheritdoc/>
    public string Name => "overlays";

    /// <inheritdoc/>
    public IEnumerable<Finding> Run(DoctorContext context)
    {
        if (!context.IsRaspberryPi)
        {
            yield break;
        }

        var folder = context.FirmwareFolder["/boot".Length..].TrimStart('/');
        var config = DoctorContext.Lines(Path.Join(context.Roots.Boot, folder, "config.txt"));
        var hat = KernelText.ReadFile(context.Roots.ProcFile("device-tree/hat/product"), 128);
        if (Directory.Exists(context.Roots.Dev) && HasDevice(context, "i2c-"))
        {
            yield return Finding.Good(hat is null ? "I2C is on; no HAT tells its name." : $"I2C is on; HAT: {hat}.");
        }
        else if (config.Count == 0)
        {
            yield break;
        }
        else if (IsOn(config, "i2c_arm") || IsOn(config, "i2c"))
        {
            yield return Finding.Warning(
                $"I2C is on in {context.FirmwareFolder}/config.txt, but /dev has no i2c: the module is not loaded.",
                "echo i2c-dev | sudo tee /etc/modules-load.d/i2c-dev.conf && sudo modprobe i2c-dev");
        }
        else if (hat is not null)
        {
            yield return Finding.Warning(
                $"The HAT {hat} is there, but I2C is off in {context.FirmwareFolder}/config.txt: its sensors cannot be "
                + "read.",
                "sudo raspi-config nonint do_i2c 0 && sudo reboot");
        }
        else
        {
            yield return Finding.Good(
                "I2C is off. If there are sensors on it: sudo raspi-config nonint do_i2c 0 && sudo reboot");
        }
    }

    private static bool HasDevice(DoctorContext context, string prefix)
    {
        try
        {
            return Directory.EnumerateFileSystemEntries(context.Roots.Dev, prefix + "*").Any(static _ => true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // What cannot be listed cannot be opened either.
            return false;
        }
    }

    /// <summary>Source: the firmware's documentation of config.txt: <c>dtparam=i2c_arm=on,spi=on</c>; the last line
    /// wins.</summary>
    private static bool IsOn(IReadOnlyList<string> config, string parameter)
    {
        var isOn = false;
        foreach (var line in config.Select(static line => line.Trim()))
        {
            if (!line.StartsWith("dtparam=", StringComparison.Ordinal))
            {
                continue;
            }

            foreach (var setting in line["dtparam=".Length..].Split(','))
            {
                var parts = setting.Split('=');
                if (parts[0] == parameter)
                {
                    isOn = parts.Length == 1 || parts[1] is "on" or "1" or "yes" or "true";
                }
            }
        }

        return isOn;
    }
}
