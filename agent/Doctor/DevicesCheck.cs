using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Doctor;

/// <summary>Checks whether the service and the current user may open the devices of sensors and firmware.</summary>
internal sealed class DevicesCheck : ICheck
{
    private const string Service = "nodetelemetry-agent";

    /// <summary>Prefixes of device names, with their group in Debian and their use.</summary>
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
        if (context.Roots.IsContainer)
        {
            foreach (var finding in CheckContainer(context))
            {
                yield return finding;
            }

            yield break;
        }

        var user = DoctorUser.Read(context.Roots);
        var groups = GroupNames(context.Roots);
        var good = new List<string>();
        foreach (var (name, rule, group, use) in Wanted(context))
        {
            if (context.ReadStatus(context.Roots.DevFile(name)) is not { } status)
            {
                continue;
            }

            var owner = groups.GetValueOrDefault(status.GroupId, $"{status.GroupId}");
            var mayService = (status.Mode & 6) == 6
                || ((status.Mode & 0x30) == 0x30 && Array.IndexOf(Groups, owner) >= 0);
            if (!mayService)
            {
                yield return Finding.Warning(
                    $"No permission for the service to open /dev/{name} ({use}): its group is {owner}, its mode "
                    + $"{Octal(status.Mode)}.",
                    $"echo 'KERNEL==\"{rule}\", GROUP=\"{group}\", MODE=\"0660\"' | sudo tee -a "
                    + $"/etc/udev/rules.d/60-nodetelemetry-{group}.rules && sudo udevadm trigger");
            }
            else if (!user.MayUse(status))
            {
                yield return Finding.Warning(
                    $"No permission for you to open /dev/{name} ({use}); the service may open it.",
                    $"sudo usermod -aG {owner} \"$USER\", then log in again");
            }
            else
            {
                good.Add($"/dev/{name}");
            }
        }

        if (good.Count > 0)
        {
            yield return Finding.Good($"Accessible: {string.Join(", ", good)}.");
        }

        if (user.Id == 0)
        {
            yield return Finding.Good(
                $"You are root and may open every device; the service runs as {Service} with the groups "
                + $"{string.Join(", ", Groups)} and needs no others.");
        }
    }

    /// <summary>Checks whether the container may open the devices.</summary>
    /// <remarks>Their permissions are those on the node,
    /// but the kernel also refuses each device that the container was not given.</remarks>
    private static IEnumerable<Finding> CheckContainer(DoctorContext context)
    {
        var user = DoctorUser.Read(context.Roots);
        var good = new List<string>();
        var refused = new List<string>();
        var arguments = new List<string>();
        foreach (var (name, _, _, use) in Wanted(context))
        {
            if (context.ReadStatus(context.Roots.DevFile(name)) is not { } status)
            {
                continue;
            }

            // A second user of a sound card or serial port would disturb the first.
            var isShareable = Array.Exists(Devices, device => name.StartsWith(device.Prefix, StringComparison.Ordinal));
            if (user.MayUse(status) && (!isShareable || context.CanOpen(context.Roots.DevFile(name))))
            {
                good.Add($"/dev/{name}");
                continue;
            }

            refused.Add($"/dev/{name} ({use})");
            arguments.Add($"--device /dev/{name}");
            var group = $"--group-add {status.GroupId}";
            if (!user.MayUse(status) && !arguments.Contains(group))
            {
                arguments.Add(group);
            }
        }

        if (good.Count > 0)
        {
            yield return Finding.Good($"Accessible: {string.Join(", ", good)}.");
        }

        if (refused.Count > 0)
        {
            yield return Finding.Warning(
                $"The container may not open {string.Join(", ", refused)}. A service of Docker Swarm cannot be given "
                + "devices: install the package on such nodes.",
                $"docker run {string.Join(' ', arguments)} …");
        }
    }

    private static string Octal(ushort mode) => Convert.ToString(mode & 0x1FF, 8).PadLeft(4, '0');

    /// <summary>Lists the devices to check, with their name in a udev rule, their group and their use.</summary>
    private static IEnumerable<(string Name, string Rule, string Group, string Use)> Wanted(DoctorContext context)
    {
        foreach (var path in ListPaths(context.Roots.Dev))
        {
            var name = Path.GetFileName(path);
            var device = Array.Find(Devices, device => name.StartsWith(device.Prefix, StringComparison.Ordinal));
            if (device != default)
            {
                yield return (name, device.Prefix + "*", device.Group, device.Use);
            }
        }

        // Every desktop has devices like these; check only those of a HAT.
        (string? Name, string Group, string Use)[] hatDevices =
        [
            (context.Hat == Hat.EnviroPlus && context.Streams.ParticlesPort is { } port ? context.GetName(port) : null,
                "dialout", "the particle sensor"),
            (context.MicrophoneDevice, "audio", "the microphone"),
            (context.LcdDevice, "video", "the display"),
            (context.MatrixDevice, "video", "the LED matrix"),
            (context.JoystickDevice, "input", "the joystick"),
        ];
        foreach (var (name, group, use) in hatDevices)
        {
            if (name is not null)
            {
                yield return (name, Path.GetFileName(name), group, use);
            }
        }
    }

    private static List<string> ListPaths(string directory)
    {
        try
        {
            return Directory.GetFileSystemEntries(directory).Order(StringComparer.Ordinal);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A container may have no /dev.
            return [];
        }
    }

    private static Dictionary<uint, string> GroupNames(KernelRoots roots)
    {
        var names = new Dictionary<uint, string>();
        foreach (var words in DoctorContext.ReadLines(roots.EtcFile("group")).Select(static line => line.Split(':')))
        {
            if (words.Length > 2 && uint.TryParse(words[2], out var number))
            {
                names.TryAdd(number, words[0]);
            }
        }

        return names;
    }
}
