using NodeTelemetry.Agent.Devices;
using NodeTelemetry.Agent.Displays;

namespace NodeTelemetry.Agent.Doctor;

/// <summary>Checks whether a Raspberry Pi's firmware enables the devices of a HAT.</summary>
/// <remarks>Only missing devices count: a missing line in config.txt is reported along with its device.</remarks>
internal sealed class OverlaysCheck : ICheck
{
    /// <summary>Raspberry Pis whose Bluetooth uses the PL011 UART, unless an overlay frees it.</summary>
    private static readonly string[] Bluetooth =
    [
        "Raspberry Pi 3", "Raspberry Pi 4", "Raspberry Pi Zero W", "Raspberry Pi Zero 2 W",
        "Raspberry Pi Compute Module 4",
    ];

    /// <summary>The overlays that free it, with their older names.</summary>
    private static readonly string[] BluetoothOverlays =
        ["miniuart-bt", "disable-bt", "pi3-miniuart-bt", "pi3-disable-bt"];

    /// <inheritdoc/>
    public string Name => "overlays";

    /// <inheritdoc/>
    public IEnumerable<Finding> Run(DoctorContext context)
    {
        if (!context.IsRaspberryPi)
        {
            yield break;
        }

        var config = context.FirmwareConfig;
        if (I2c(context, config) is { } bus)
        {
            yield return bus;
        }

        foreach (var finding in context.Hat switch
        {
            Hat.Enviro or Hat.EnviroPlus => CheckEnviro(context, config),
            Hat.SenseHat when context.IsDisplayWanted => [CheckSenseHat(context)],
            _ => [],
        })
        {
            yield return finding;
        }
    }

    private static Finding? I2c(DoctorContext context, FirmwareConfig config)
    {
        if (context.HasDevice("i2c-"))
        {
            return Finding.Good("I2C is enabled.");
        }

        if (!config.IsReadable)
        {
            return null;
        }

        if (config.IsOn("i2c_arm") || config.IsOn("i2c") || config.IsOn("i2c1"))
        {
            return Finding.Warning(
                $"I2C is enabled in {context.FirmwareDirectory}/config.txt, but /dev has no i2c device: the module is "
                + "not loaded.",
                "echo i2c-dev | sudo tee /etc/modules-load.d/i2c-dev.conf && sudo modprobe i2c-dev");
        }

        return context.HatProduct is { } hat
            ? Finding.Warning(
                $"Missing dtparam=i2c_arm=on in {context.FirmwareDirectory}/config.txt: the sensors of the HAT ({hat}) "
                + "cannot be read.",
                "sudo raspi-config nonint do_i2c 0, then reboot")
            : Finding.Good(
                "I2C is disabled. If sensors are connected to it: sudo raspi-config nonint do_i2c 0, then reboot");
    }

    private static IEnumerable<Finding> CheckEnviro(DoctorContext context, FirmwareConfig config)
    {
        if (context.IsDisplayWanted)
        {
            yield return Display(context, config);
        }

        if (context.Streams.SoundCard is not null)
        {
            yield return Microphone(context, config);
        }

        if (context.Hat == Hat.EnviroPlus && context.Streams.ParticlesPort is { } port)
        {
            yield return ParticleSensor(context, config, port);
        }
    }

    private static Finding Microphone(DoctorContext context, FirmwareConfig config)
    {
        const string Line = "dtoverlay=adau7002-simple";
        return context.MicrophoneDevice is not null ? Finding.Good("The microphone is available as a sound card.")
            : config.HasOverlay(Line["dtoverlay=".Length..])
                ? Finding.Warning(
                    $"The microphone's overlay is configured ({Line}), but its sound card is missing.",
                    "sudo dmesg | grep -i -E 'adau|i2s|asoc' | tail")
            : Missing(context, "microphone", Line);
    }

    private static Finding Display(DoctorContext context, FirmwareConfig config)
    {
        const string FreeLine = "dtoverlay=spi0-2cs,no_miso";
        if (context.LcdDevice is { } panel)
        {
            return Finding.Good($"The display has a kernel driver (/dev/{panel}).");
        }

        if (!context.HasDevice(DisplayFinder.LcdDevice))
        {
            return config.IsOn("spi")
                ? Finding.Warning(
                    $"SPI is enabled in {context.FirmwareDirectory}/config.txt, but /dev has no "
                    + $"{DisplayFinder.LcdDevice}, which the display needs: another overlay uses it.",
                    $"grep -n dtoverlay {context.FirmwareDirectory}/config.txt")
                : Missing(context, "display", "dtparam=spi=on");
        }

        return HasFreeDataLine(config)
            ? Finding.Good("SPI is enabled and leaves GPIO 9 to the display's data/command line.")
            : Finding.Warning(
                $"Missing {FreeLine} in {context.FirmwareDirectory}/config.txt: SPI uses GPIO 9 as its input (MISO), "
                + "but the display needs it as its data/command line and may stay dark.",
                Append(context, FreeLine));
    }

    private static bool HasFreeDataLine(FirmwareConfig config) =>
        !config.IsReadable || config.HasOverlay("spi0-2cs", "no_miso") || config.HasOverlay("spi0-1cs", "no_miso");

    /// <summary>The particle sensor is optional, so its absence is no problem.</summary>
    private static Finding ParticleSensor(DoctorContext context, FirmwareConfig config, string port)
    {
        const string Sensor = "A particle sensor (PMS5003)";
        var missing = MissingSerialLines(context, config);
        if (missing.Count > 0)
        {
            return Finding.Good(
                $"{Sensor} needs {string.Join(" and ", missing)} in {context.FirmwareDirectory}/config.txt. If one is "
                + $"connected: {Append(context, string.Join("\\n", missing))}");
        }

        var name = context.GetName(port);
        return !context.HasDevice(name) ? Finding.Good($"{Sensor} needs /dev/{name}, which does not exist.")
            : ConsolePorts.Contain(context.Roots, port)
                ? Finding.Warning(
                    $"The serial console uses /dev/{name}, so the particle sensor there is not read.",
                    "sudo raspi-config nonint do_serial_cons 1, then reboot")
            : Finding.Good($"{Sensor} would be read at /dev/{name}.");
    }

    private static List<string> MissingSerialLines(DoctorContext context, FirmwareConfig config)
    {
        var board = context.BoardModel!;
        if (!config.IsReadable)
        {
            return [];
        }

        if (board.StartsWith("Raspberry Pi 5", StringComparison.Ordinal))
        {
            return config.IsOn("uart0") ? [] : ["dtparam=uart0=on"];
        }

        var missing = new List<string>();
        if (!config.IsOn("enable_uart"))
        {
            missing.Add("enable_uart=1");
        }

        if (Array.Exists(Bluetooth, start => board.StartsWith(start, StringComparison.Ordinal))
            && !Array.Exists(BluetoothOverlays, overlay => config.HasOverlay(overlay)))
        {
            missing.Add("dtoverlay=miniuart-bt");
        }

        return missing;
    }

    private static Finding CheckSenseHat(DoctorContext context)
    {
        // The firmware loads the overlay automatically if it can read the EEPROM.
        return context.MatrixDevice is not { } matrix
            ? Missing(context, "LED matrix and joystick", "dtoverlay=rpi-sense")
            : Finding.Good(
                $"The LED matrix is /dev/{matrix}"
                + (context.JoystickDevice is { } joystick ? $", the joystick /dev/{joystick}." : "."));
    }

    private static Finding Missing(DoctorContext context, string device, string line) => Finding.Warning(
        $"Missing {line} in {context.FirmwareDirectory}/config.txt for the {device}.", Append(context, line));

    private static string Append(DoctorContext context, string lines) =>
        $"printf '[all]\\n{lines}\\n' | sudo tee -a {context.FirmwareDirectory}/config.txt, then reboot";
}
