using NodeTelemetry.Agent.Devices;
using NodeTelemetry.Agent.Displays;

namespace NodeTelemetry.Agent.Doctor;

/// <summary>Whether a Raspberry Pi's firmware switches on what a HAT needs.</summary>
/// <remarks>Devices count, not lines: a line that is missing is named where the device is missing.</remarks>
internal sealed class OverlaysCheck : ICheck
{
    /// <summary>Raspberry Pis whose Bluetooth has the good UART, unless an overlay takes it away.</summary>
    private static readonly string[] Bluetooth =
    [
        "Raspberry Pi 3", "Raspberry Pi 4", "Raspberry Pi Zero W", "Raspberry Pi Zero 2 W",
        "Raspberry Pi Compute Module 4",
    ];

    /// <summary>The overlays that take it away, with their older names.</summary>
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
            Hat.Enviro or Hat.EnviroPlus => OfEnviro(context, config),
            Hat.SenseHat when context.IsDisplayWanted => [OfSenseHat(context)],
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
            return Finding.Good("I2C is on.");
        }

        if (!config.IsThere)
        {
            return null;
        }

        if (config.IsOn("i2c_arm") || config.IsOn("i2c") || config.IsOn("i2c1"))
        {
            return Finding.Warning(
                $"I2C is on in {context.FirmwareFolder}/config.txt, but /dev has no i2c: the module is not loaded.",
                "echo i2c-dev | sudo tee /etc/modules-load.d/i2c-dev.conf && sudo modprobe i2c-dev");
        }

        return context.HatText is { } hat
            ? Finding.Warning(
                $"The HAT is there ({hat}), but I2C is off in {context.FirmwareFolder}/config.txt "
                + "(dtparam=i2c_arm=on): its sensors cannot be read.",
                "sudo raspi-config nonint do_i2c 0, then reboot")
            : Finding.Good(
                "I2C is off. If there are sensors on it: sudo raspi-config nonint do_i2c 0, then reboot");
    }

    private static IEnumerable<Finding> OfEnviro(DoctorContext context, FirmwareConfig config)
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
        return context.MicrophoneDevice is not null ? Finding.Good("The microphone is a sound card.")
            : config.HasOverlay(Line["dtoverlay=".Length..])
                ? Finding.Warning(
                    $"The microphone's overlay is loaded ({Line}), but there is no such sound card.",
                    "sudo dmesg | grep -i -E 'adau|i2s|asoc' | tail")
            : Missing(context, "The microphone", Line);
    }

    private static Finding Display(DoctorContext context, FirmwareConfig config)
    {
        const string FreeLine = "dtoverlay=spi0-2cs,no_miso";
        if (context.LcdDevice is { } panel)
        {
            return Finding.Good($"The display is driven by the kernel (/dev/{panel}).");
        }

        if (!context.HasDevice(DisplayFinder.LcdDevice))
        {
            return config.IsOn("spi")
                ? Finding.Warning(
                    $"SPI is on in {context.FirmwareFolder}/config.txt, but /dev has no "
                    + $"{DisplayFinder.LcdDevice}, which the display needs: another overlay has taken it.",
                    $"grep -n dtoverlay {context.FirmwareFolder}/config.txt")
                : Missing(context, "The display", "dtparam=spi=on");
        }

        return HasFreeDataLine(config)
            ? Finding.Good("SPI is on, and leaves the display its data/command line (GPIO 9).")
            : Finding.Warning(
                "The display's data/command line is GPIO 9, which SPI has as its input (MISO): where the kernel keeps "
                + $"the two apart, the display stays dark. It wants {FreeLine} in {context.FirmwareFolder}/config.txt.",
                Append(context, FreeLine));
    }

    private static bool HasFreeDataLine(FirmwareConfig config) =>
        !config.IsThere || config.HasOverlay("spi0-2cs", "no_miso") || config.HasOverlay("spi0-1cs", "no_miso");

    /// <summary>The particle sensor is not part of the board, so its absence is no fault.</summary>
    private static Finding ParticleSensor(DoctorContext context, FirmwareConfig config, string port)
    {
        const string Sensor = "The particle sensor (PMS5003), if there is one,";
        var missing = MissingSerialLines(context, config);
        if (missing.Count > 0)
        {
            return Finding.Good(
                $"{Sensor} needs {string.Join(" and ", missing)} in {context.FirmwareFolder}/config.txt. If it is "
                + $"plugged in: {Append(context, string.Join("\\n", missing))}");
        }

        var name = context.NameOf(port);
        return !context.HasDevice(name) ? Finding.Good($"{Sensor} needs /dev/{name}, which is not there.")
            : ConsolePorts.Contain(context.Roots, port)
                ? Finding.Warning(
                    $"The console is on /dev/{name}, where the particle sensor would be: it is left alone.",
                    "sudo raspi-config nonint do_serial_cons 1, then reboot")
            : Finding.Good($"{Sensor} is reached by /dev/{name}.");
    }

    private static List<string> MissingSerialLines(DoctorContext context, FirmwareConfig config)
    {
        var board = context.BoardText!;
        if (!config.IsThere)
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

    private static Finding OfSenseHat(DoctorContext context)
    {
        // The firmware loads the overlay by itself when it can read the EEPROM.
        return context.MatrixDevice is not { } matrix
            ? Missing(context, "The LED matrix and the joystick", "dtoverlay=rpi-sense")
            : Finding.Good(
                $"The LED matrix is /dev/{matrix}"
                + (context.JoystickDevice is { } joystick ? $", the joystick /dev/{joystick}." : "."));
    }

    private static Finding Missing(DoctorContext context, string what, string line) => Finding.Warning(
        $"{what} cannot be used without {line} in {context.FirmwareFolder}/config.txt.", Append(context, line));

    private static string Append(DoctorContext context, string lines) =>
        $"printf '[all]\\n{lines}\\n' | sudo tee -a {context.FirmwareFolder}/config.txt, then reboot";
}
