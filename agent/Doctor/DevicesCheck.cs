using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Doctor;

/// <summary>Whether the service, and who asks, may open the devices of sensors and of the firmware.</summary>
internal sealed class DevicesCheck : ICheck
{
    private const string Service = "nodetelemetry-agent";

    /// <summary>The name's beginning, the group that Debian gives it, and what it is for.</summary>
    private static readonly (string Prefix, string Group, string Use)[] Devices =
    [
        ("vcio", "video", "throttling and under-voltage"),
        ("i2c-", "i2c", "sensors on I2C"),
        ("spidev", "spi", "sensors and displays on SPI"),
        ("gpiochip", "gpio", "sensors and displays on GPIO"),
    ];

    /// <inheritdoc/>
    public string Name => "devices";

    /// <inheritdoc/>
    public IEnumerable<Finding> Run(DoctorContext context)
    {
        var user = DoctorUser.Read(context.Roots);
        var groups = GroupNames(context.Roots);
        var good = new List<string>();
        foreach (var path in Paths(context.Roots.Dev))
        {
            var name = Path.GetFileName(path);
            var device = Array.Find(Devices, device => name.StartsWith(device.Prefix, StringComparison.Ordinal));
            if (device == default || !FileStatus.TryRead(path, out var status))
            {
                continue;
            }

            var owner = groups.GetValueOrDefault(status.GroupId, $"{status.GroupId}");
            var mayService = (status.Mode & 6) == 6
                || ((status.Mode & 0x30) == 0x30 && Array.Exists(Devices, one => one.Group == owner));
            if (!mayService)
            {
                yield return Finding.Warning(
                    $"/dev/{name} ({device.Use}) belongs to the group {owner} with mode {Octal(status.Mode)}: "
                    + "the service cannot open it.",
                    $"echo 'KERNEL==\"{device.Prefix}*\", GROUP=\"{device.Group}\", MODE=\"0660\"' | sudo tee "
                    + $"/etc/udev/rules.d/60-nodetelemetry-{device.Group}.rules && sudo udevadm trigger");
            }
            else if (!user.MayUse(status))
            {
                yield return Finding.Warning(
                    $"You may not open /dev/{name} ({device.Use}); the service may.",
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
                + $"{string.Join(", ", Devices.Select(static device => device.Group))}, and needs no more.");
        }
    }

    private static string Octal(ushort mode) => Convert.ToString(mode & 0x1FF, 8).PadLeft(4, '0');

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
