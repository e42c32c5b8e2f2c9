using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Doctor;

/// <summary>The devices of a HAT that have no fixed number: they are found by the names that their drivers give
/// them.</summary>
internal static class HatDevices
{
    /// <summary>The sound card that the overlay <c>adau7002-simple</c> makes.</summary>
    public const string Microphone = "adau7002";

    /// <summary>The LED matrix of the Sense HAT.</summary>
    public const string Matrix = "RPi-Sense FB";

    /// <summary>The joystick of the Sense HAT.</summary>
    public const string Joystick = "Raspberry Pi Sense HAT Joystick";

    /// <summary>What the framebuffers of the drivers for the Enviro's display have in their names.</summary>
    private static readonly string[] Panels = ["panel-mipi-dbi", "mipi-dbi", "st7735"];

    private const int CountMax = 32;
    private const int NameBytesMax = 64;

    /// <summary>Gets the device of the LED matrix: <c>fb1</c>.</summary>
    public static string? MatrixOf(KernelRoots roots) =>
        Find(roots, "graphics", "fb", "name", static name => name == Matrix);

    /// <summary>Gets the device of the Enviro's display, if a driver of the kernel has it.</summary>
    public static string? PanelOf(KernelRoots roots) => Find(
        roots,
        "graphics",
        "fb",
        "name",
        static name => Panels.Any(panel => name.Contains(panel, StringComparison.Ordinal)));

    /// <summary>Gets the device of the joystick: <c>input/event2</c>.</summary>
    public static string? JoystickOf(KernelRoots roots) =>
        Find(roots, "input", "event", "device/name", static name => name == Joystick) is { } name
            ? "input/" + name
            : null;

    /// <summary>Gets the device that the microphone is recorded from: <c>snd/pcmC1D0c</c>.</summary>
    public static string? MicrophoneOf(KernelRoots roots) =>
        Find(roots, "sound", "card", "id", static id => id.StartsWith(Microphone, StringComparison.Ordinal)) is { } card
            ? $"snd/pcmC{card["card".Length..]}D0c"
            : null;

    private static string? Find(
        KernelRoots roots, string kind, string prefix, string nameFile, Func<string, bool> isWanted)
    {
        foreach (var folder in KernelRoots.NumberedFolders(roots.SysFile("class/" + kind), prefix, CountMax))
        {
            if (KernelText.ReadFile(Path.Join(folder, nameFile), NameBytesMax) is { } name && isWanted(name))
            {
                return Path.GetFileName(folder);
            }
        }

        return null;
    }
}
