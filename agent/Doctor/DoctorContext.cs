using NodeTelemetry.Agent.Devices;
using NodeTelemetry.Agent.Displays;
using NodeTelemetry.Agent.Displays.Panels;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Agent.Sampling;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Doctor;

/// <summary>The input of the checks.</summary>
internal sealed record DoctorContext
{
    /// <summary>Gets the roots of the kernel's file systems.</summary>
    public required KernelRoots Roots { get; init; }

    /// <summary>Gets the node's identity.</summary>
    public required NodeIdentity Identity { get; init; }

    /// <summary>Gets the identity in the state directory, if it is that of this machine.</summary>
    public string? KeptNode { get; init; }

    /// <summary>Gets a value indicating whether <c>--node</c> sets the identity.</summary>
    public bool IsIdentityGiven { get; init; }

    /// <summary>Gets the second sample, which includes rates.</summary>
    public required NodeSnapshot Sample { get; init; }

    /// <summary>Gets the state of each sampler after that sample.</summary>
    public required IReadOnlyList<SamplerState> Samplers { get; init; }

    /// <summary>Gets the configured interfaces; empty for those backed by hardware.</summary>
    public required IReadOnlyList<string> Interfaces { get; init; }

    /// <summary>Gets the UDP port of the multicast groups.</summary>
    public required int Port { get; init; }

    /// <summary>Gets a value indicating whether IPv4 multicast is sent.</summary>
    public required bool IsSendingIPv4 { get; init; }

    /// <summary>Gets a value indicating whether IPv6 multicast is sent.</summary>
    public required bool IsSendingIPv6 { get; init; }

    /// <summary>Gets a value indicating whether each interface sends to both groups.</summary>
    public bool IsSendingBoth { get; init; }

    /// <summary>Gets the number of unicast targets.</summary>
    public required int TargetCount { get; init; }

    /// <summary>Gets the wall clock.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Gets the I2C buses that are searched for chips.</summary>
    public IReadOnlyList<int> I2cBuses { get; init; } = [];

    /// <summary>Gets the chips detected on them.</summary>
    public IReadOnlyList<DetectedChip> Chips { get; init; } = [];

    /// <summary>Gets the serial port of the particle sensor and the sound card of the microphone;
    /// <see langword="null"/> if not configured.</summary>
    public (string? ParticlesPort, string? SoundCard) Streams { get; init; }

    /// <summary>Gets a value indicating whether to use a display.</summary>
    public bool IsDisplayWanted { get; init; }

    /// <summary>Gets the function that reads owner and mode of a device.</summary>
    public Func<string, FileStatus?> ReadStatus { get; init; } =
        static path => FileStatus.TryRead(path, out var status) ? status : null;

    /// <summary>Gets the function that tries to open a device for reading and writing.</summary>
    public Func<string, bool> CanOpen { get; init; } = static path =>
    {
        var calls = new LinuxDeviceCalls();
        var descriptor = calls.Open(path, LibC.OpenToReadAndWrite);
        if (descriptor >= 0)
        {
            calls.Close(descriptor);
        }

        return descriptor >= 0;
    };

    /// <summary>Gets a value indicating whether the node is a Raspberry Pi, whose firmware reads config.txt.</summary>
    public bool IsRaspberryPi =>
        BoardModel?.StartsWith("Raspberry Pi", StringComparison.Ordinal) == true;

    /// <summary>Gets the board's model in the device tree.</summary>
    public string? BoardModel => KernelText.ReadFile(Roots.ProcFile("device-tree/model"), 128);

    /// <summary>Gets the firmware's directory: <c>/boot/firmware</c> since Debian 12, <c>/boot</c> before.</summary>
    public string FirmwareDirectory =>
        File.Exists(Roots.BootFile("firmware/config.txt")) || !File.Exists(Roots.BootFile("config.txt"))
            ? "/boot/firmware"
            : "/boot";

    /// <summary>Gets the firmware's <c>config.txt</c>.</summary>
    public FirmwareConfig FirmwareConfig => new(
        ReadLines(Path.Join(Roots.Boot, FirmwareDirectory["/boot".Length..].TrimStart('/'), "config.txt")), BoardModel);

    /// <summary>Gets product and vendor in the HAT's EEPROM, as read by the firmware.</summary>
    public string? HatProduct =>
        KernelText.ReadFile(Roots.ProcFile("device-tree/hat/product"), 128) is not { } product ? null
        : KernelText.ReadFile(Roots.ProcFile("device-tree/hat/vendor"), 128) is { } vendor ? $"{product} ({vendor})"
        : product;

    /// <summary>Gets the HAT, identified by its EEPROM or by its chips.</summary>
    public Hat Hat
    {
        get
        {
            var text = HatProduct ?? string.Empty;
            var isEnviro = text.Contains("Enviro", StringComparison.Ordinal) || (HasChip("BM") && HasChip("LTR559"));
            return text.StartsWith("Sense HAT", StringComparison.Ordinal) || (HasChip("HTS221") && HasChip("LPS25H"))
                    ? Hat.SenseHat
                : !isEnviro ? Hat.Unknown
                : HasChip("ADS1") ? Hat.EnviroPlus
                : Hat.Enviro;
        }
    }

    /// <summary>Gets whether a chip was detected whose part number starts with a text.</summary>
    public bool HasChip(string part) =>
        Chips.Any(chip => chip.IsDetected && chip.PartNumber.StartsWith(part, StringComparison.Ordinal));

    /// <summary>Gets the name below /dev of the microphone's sound device.</summary>
    public string? MicrophoneDevice =>
        Streams.SoundCard is { } card && SoundCards.Find(Roots, card) is { } path ? GetName(path) : null;

    /// <summary>Gets the device name of the LED matrix, if a kernel driver is bound to it.</summary>
    public string? MatrixDevice => FindFramebuffer(static one => one.Name == DisplayFinder.MatrixName);

    /// <summary>Gets the device name of the Enviro's display, if a kernel driver is bound to it.</summary>
    public string? LcdDevice => FindFramebuffer(static one =>
        FramebufferPanel.Fits(one, DisplayModel.Enviro.Width, DisplayModel.Enviro.Height));

    /// <summary>Gets the device name of the Sense HAT's joystick.</summary>
    public string? JoystickDevice =>
        InputDevice.Find(Roots, DisplayLoop.JoystickName) is { } path ? GetName(path) : null;

    /// <summary>Gets a device's name below /dev.</summary>
    public string GetName(string path) => Path.GetRelativePath(Roots.Dev, path);

    /// <summary>Gets whether there is a device whose name starts with a prefix.</summary>
    public bool HasDevice(string prefix)
    {
        try
        {
            return Directory.EnumerateFileSystemEntries(Roots.Dev, prefix + "*").Any(static _ => true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A directory that cannot be listed has no accessible devices.
            return false;
        }
    }

    /// <summary>Gets whether the current user may open a device.</summary>
    public bool MayOpen(string device) =>
        ReadStatus(Roots.DevFile(device)) is { } status && DoctorUser.Read(Roots).MayUse(status);

    /// <summary>Reads the lines of a small text file; none if it is absent or cannot be read.</summary>
    public static IReadOnlyList<string> ReadLines(string path)
    {
        // Enough for configuration files and tables of the kernel; the rest is ignored.
        var buffer = new byte[256 * 1024];
        return KernelFile.ReadOnce(path, buffer, out var length) == FileOutcome.Ok
            ? System.Text.Encoding.UTF8.GetString(buffer, 0, length).Split('\n')
            : [];
    }

    private string? FindFramebuffer(Func<Framebuffer, bool> isWanted) =>
        Framebuffer.List(Roots).FirstOrDefault(isWanted) is { } found ? GetName(found.Path) : null;
}
