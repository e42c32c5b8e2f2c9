using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Doctor;

/// <summary>Whether the service, and who asks, may open the devices of sensors and of the firmware.</summary>
internal sealed class DevicesCheck : ICheck
{
    private const string Service = "nodetelemetry-agent";

    /// <summary>How names begin that are looked at, the group that Debian gives them, and what they are for.</summary>
    private static readonly (string Prefix, string Group, string Use)[] Devices =
    [
        ("vcio", "video", "throttling and under-voltage"),
        ("i2c-", "i2c", "sensors on I2C"),
        ("spidev", "spi", "sensors and displays on SPI"),
        ("gpiochip", "gpio", "sensors and displays on GPIO"),
    ];

    /// <summary>The groups of the service.</summary>
    private static readonly string[] Groups = ["audio", "dialout", "gpio", "i2c", "input", "spi", "video"];

    /// <inheritdoc/>
    public string Name => "devices";

    /// <inheritdoc/>
    public IEnumerable<Finding> Run(DoctorContext context)
    {
        var user = DoctorUser.Read(context.Roots);
        var groups = GroupNames(context.Roots);
        var good = new List<string>();
        foreach (var (name, rule, group, use) in Wanted(context))
        {
            if (context.StatusOf(context.Roots.DevFile(name)) is not { } status)
            {
                continue;
            }

            var owner = groups.GetValueOrDefault(status.GroupId, $"{status.GroupId}");
            var mayService = (status.Mode & 6) == 6
                || ((status.Mode & 0x30) == 0x30 && Array.IndexOf(Groups, owner) >= 0);
            if (!mayService)
            {
                yield return Finding.Warning(
                    $"/dev/{name} ({use}) belongs to the group {owner} with mode {Octal(status.Mode)}: "
                    + "the service cannot open it.",
                    $"echo 'KERNEL==\"{rule}\", GROUP=\"{group}\", MODE=\"0660\"' | sudo tee -a "
                    + $"/etc/udev/rules.d/60-nodetelemetry-{group}.rules && sudo udevadm trigger");
            }
            else if (!user.MayUse(status))
            {
                yield return Finding.Warning(
                    $"You may not open /dev/{name} ({use}); the service may.",
                    $"sudo usermod -aG {owner} \"$USER\", then log in anew");
            }
            else
            {
                good.Add($"/dev/{name}");
            }
        }

        if (good.Count > 0)
        {
            yield return Finding.Good($"May be opened: {string.Join(", ", good)}.");
        }

        if (user.Id == 0)
        {
            yield return Finding.Good(
                $"You are root, who may everything; the service runs as {Service} with the groups "
                + $"{string.Join(", ", Groups)}, and needs no more.");
        }
    }

    private static string Octal(ushort mode) => Convert.ToString(mode & 0x1FF, 8).PadLeft(4, '0');

    /// <summary>Gets what is looked at: its name, the name in a rule of udev, its group and its use.</summary>
    private static IEnumerable<(string Name, string Rule, string Group, string Use)> Wanted(DoctorContext context)
    {
        foreach (var path in Paths(context.Roots.Dev))
        {
            var name = Path.GetFileName(path);
            var device = Array.Find(Devices, device => name.StartsWith(device.Prefix, StringComparison.Ordinal));
            if (device != default)
            {
                yield return (name, device.Prefix + "*", device.Group, device.Use);
            }
        }

        // Every desktop has devices like these; only those of a HAT matter.
        (string? Name, string Group, string Use)[] ofHat =
        [
            (context.Hat == Hat.EnviroPlus && context.Streams.ParticlesPort is { } port ? context.NameOf(port) : null,
                "dialout", "the particle sensor"),
            (context.MicrophoneDevice, "audio", "the microphone"),
            (context.LcdDevice, "video", "the display"),
            (context.MatrixDevice, "video", "the LED matrix"),
            (context.JoystickDevice, "input", "the joystick"),
        ];
        foreach (var (name, group, use) in ofHat)
        {
            if (name is not null)
            {
                yield return (name, Path.GetFileName(name), group, use);
            }
        }
    }

    private static List<string> Paths(string folder)
    {
        try
        {
            return Directory.GetFileSystemEntries(folder).Order(StringComparer.Ordinal);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A container without devices has nothing to be opened.
            return [];
        }
    }

    private static Dictionary<uint, string> GroupNames(KernelRoots roots)
    {
        var names = new Dictionary<uint, string>();
        foreach (var words in DoctorContext.Lines(roots.EtcFile("group")).Select(static line => line.Split(':')))
        {
            if (words.Length > 2 && uint.TryParse(words[2], out var number))
            {
                names.TryAdd(number, words[0]);
            }
        }

        return names;
    }
}
