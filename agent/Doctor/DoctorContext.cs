using NodeTelemetry.Agent.Devices;
using NodeTelemetry.Agent.Displays;
using NodeTelemetry.Agent.Displays.Panels;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Agent.Sampling;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Doctor;

/// <summary>What the checks look at.</summary>
internal sealed record DoctorContext
{
    /// <summary>Gets where the kernel's file systems are.</summary>
    public required KernelRoots Roots { get; init; }

    /// <summary>Gets what the node is known by.</summary>
    public required NodeIdentity Identity { get; init; }

    /// <summary>Gets whether the identity was given by <c>--node</c>.</summary>
    public bool IsIdentityGiven { get; init; }

    /// <summary>Gets a sample, the second one, so that differences are in it.</summary>
    public required NodeSnapshot Sample { get; init; }

    /// <summary>Gets how each sampler got on with it.</summary>
    public required IReadOnlyList<SamplerState> Samplers { get; init; }

    /// <summary>Gets the configured interfaces; none for every one that can multicast.</summary>
    public required IReadOnlyList<string> Interfaces { get; init; }

    /// <summary>Gets the UDP port of the groups.</summary>
    public required int Port { get; init; }

    /// <summary>Gets whether IPv4 multicast is sent.</summary>
    public required bool IsSendingIPv4 { get; init; }

    /// <summary>Gets whether IPv6 multicast is sent.</summary>
    public required bool IsSendingIPv6 { get; init; }

    /// <summary>Gets how many unicast targets there are.</summary>
    public required int TargetCount { get; init; }

    /// <summary>Gets the wall clock.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Gets the I2C buses on which chips are looked for.</summary>
    public IReadOnlyList<int> I2cBuses { get; init; } = [];

    /// <summary>Gets what was found on them.</summary>
    public IReadOnlyList<FoundChip> Chips { get; init; } = [];

    /// <summary>Gets the serial port of the particle counter, and the name of the sound card with the microphone;
    /// <see langword="null"/> where they are not wanted.</summary>
    public (string? ParticlesPort, string? SoundCard) Streams { get; init; }

    /// <summary>Gets a value indicating whether a display shall be used.</summary>
    public bool IsDisplayWanted { get; init; }

    /// <summary>Gets what asks for the status of a device: its owner and mode.</summary>
    public Func<string, FileStatus?> StatusOf { get; init; } =
        static path => FileStatus.TryRead(path, out var status) ? status : null;

    /// <summary>Gets a value indicating whether the node is a Raspberry Pi, whose firmware reads config.txt.</summary>
    public bool IsRaspberryPi =>
        BoardText?.StartsWith("Raspberry Pi", StringComparison.Ordinal) == true;

    /// <summary>Gets the board's model in the device tree.</summary>
    public string? BoardText => KernelText.ReadFile(Roots.ProcFile("device-tree/model"), 128);

    /// <summary>Gets the firmware's folder: <c>/boot/firmware</c> since Debian 12, <c>/boot</c> before.</summary>
    public string FirmwareFolder =>
        File.Exists(Roots.BootFile("firmware/config.txt")) || !File.Exists(Roots.BootFile("config.txt"))
            ? "/boot/firmware"
            : "/boot";

    /// <summary>Gets what the firmware's <c>config.txt</c> switches on.</summary>
    public FirmwareConfig FirmwareConfig => new(
        Lines(Path.Join(Roots.Boot, FirmwareFolder["/boot".Length..].TrimStart('/'), "config.txt")), BoardText);

    /// <summary>Gets what the HAT's EEPROM says, as the firmware has read it: product and vendor.</summary>
    public string? HatText =>
        KernelText.ReadFile(Roots.ProcFile("device-tree/hat/product"), 128) is not { } product ? null
        : KernelText.ReadFile(Roots.ProcFile("device-tree/hat/vendor"), 128) is { } vendor ? $"{product} ({vendor})"
        : product;

    /// <summary>Gets the HAT, by its EEPROM or by its chips.</summary>
    public Hat Hat
    {
        get
        {
            var text = HatText ?? string.Empty;
            var isEnviro = text.Contains("Enviro", StringComparison.Ordinal) || (HasChip("BM") && HasChip("LTR559"));
            return text.StartsWith("Sense HAT", StringComparison.Ordinal) || (HasChip("HTS221") && HasChip("LPS25H"))
                    ? Hat.SenseHat
                : !isEnviro ? Hat.Unknown
                : HasChip("ADS1") ? Hat.EnviroPlus
                : Hat.Enviro;
        }
    }

    /// <summary>Tells whether a chip is there, given by how its part number begins.</summary>
    public bool HasChip(string part) =>
        Chips.Any(chip => chip.IsThere && chip.PartNumber.StartsWith(part, StringComparison.Ordinal));

    /// <summary>Gets the name below /dev of the device that the microphone is recorded from.</summary>
    public string? MicrophoneDevice =>
        Streams.SoundCard is { } card && SoundCards.Find(Roots, card) is { } path ? NameOf(path) : null;

    /// <summary>Gets the name of the device of the LED matrix, if the kernel drives it.</summary>
    public string? MatrixDevice => FramebufferThat(static one => one.Name == DisplayFinder.MatrixName);

    /// <summary>Gets the name of the device of the Enviro's display, if the kernel drives it.</summary>
    public string? LcdDevice => FramebufferThat(static one =>
        FramebufferPanel.Fits(one, DisplayModel.Enviro.Width, DisplayModel.Enviro.Height));

    /// <summary>Gets the name of the device of the Sense HAT's joystick.</summary>
    public string? JoystickDevice =>
        InputDevice.Find(Roots, DisplayLoop.JoystickName) is { } path ? NameOf(path) : null;

    /// <summary>Gets a device's name below /dev.</summary>
    public string NameOf(string path) => Path.GetRelativePath(Roots.Dev, path);

    /// <summary>Tells whether there is a device whose name begins so.</summary>
    public bool HasDevice(string prefix)
    {
        try
        {
            return Directory.EnumerateFileSystemEntries(Roots.Dev, prefix + "*").Any(static _ => true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // What cannot be listed cannot be opened either.
            return false;
        }
    }

    /// <summary>Tells whether who asks may open a device.</summary>
    public bool MayOpen(string device) =>
        StatusOf(Roots.DevFile(device)) is { } status && DoctorUser.Read(Roots).MayUse(status);

    /// <summary>Gets the lines of a small text file; none if it is absent or cannot be read.</summary>
    public static IReadOnlyList<string> Lines(string path)
    {
        // Files of configuration and tables of the kernel; whatever is beyond is not looked at.
        var buffer = new byte[256 * 1024];
        return KernelFile.ReadOnce(path, buffer, out var length) == FileOutcome.Ok
            ? System.Text.Encoding.UTF8.GetString(buffer, 0, length).Split('\n')
            : [];
    }

    private string? FramebufferThat(Func<Framebuffer, bool> isWanted) =>
        Framebuffer.List(Roots).FirstOrDefault(isWanted) is { } found ? NameOf(found.Path) : null;
}
