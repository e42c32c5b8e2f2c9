namespace NodeTelemetry.TestKit;

/// <summary>The agent as it is shipped for boards without a .NET runtime: compiled for Mono.</summary>
public static class MonoAgent
{
    /// <summary>The emulator of 32-bit ARM.</summary>
    public const string Emulator = "/usr/bin/qemu-arm-static";

    private const string Runtime = "/usr/bin/mono";

    /// <summary>Gets the folder for 32-bit ARM.</summary>
    public static string Folder { get; } = System.IO.Path.Combine(
        RepositoryRoot.Path, "artifacts/publish/linux-armel/agent");

    private static readonly string Configuration =
        System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));

    /// <summary>Gets the program.</summary>
    public static string Path { get; } = System.IO.Path.Combine(
        RepositoryRoot.Path, $"artifacts/bin/NodeTelemetry.Agent/{Configuration}_net472/nodetelemetry-agent.exe");

    /// <summary>Gets the command that runs it with the Mono of this machine.</summary>
    public static IReadOnlyList<string> Command { get; } = [Runtime, Path];

    /// <summary>Gets why it cannot be run; <see langword="null"/> if it can.</summary>
    public static string? Obstacle { get; } =
        !File.Exists(Path) ? $"There is no agent at {Path}; create it with: dotnet build agent -f net472"
        : !File.Exists(Runtime) ? "Mono is missing; install it with: apt-get install mono-runtime libmono-posix4.0-cil "
            + "libmono-system-core4.0-cil libmono-system-numerics4.0-cil"
        : null;

    /// <summary>Gets why the folder for 32-bit ARM cannot be run; <see langword="null"/> if it can.</summary>
    public static string? ArmObstacle { get; } =
        !File.Exists($"{Folder}/runtime/mono-sgen") ? $"{Folder} is missing; create it with: ./build.sh publish linux-armel"
        : !File.Exists(Emulator) ? $"{Emulator} is missing; install it with: apt-get install qemu-user-static"
        : null;

    /// <summary>Gets the command that runs the folder for 32-bit ARM on an emulated processor.</summary>
    /// <param name="processor">Its name: <c>arm1176</c> is that of a Raspberry Pi Zero, <c>cortex-a7</c> of a Pi 2.</param>
    public static IReadOnlyList<string> OnArm(string processor) =>
    [
        Emulator, "-cpu", processor,
        "-E", $"MONO_PATH={Folder}/lib", "-E", $"MONO_CFG_DIR={Folder}/etc", "-E", $"MONO_GAC_PREFIX={Folder}",
        "-E", "MONO_GC_PARAMS=major=marksweep,nursery-size=512k",
        $"{Folder}/runtime/nodetelemetry-agent", "--library-path", $"{Folder}/runtime", $"{Folder}/runtime/mono-sgen",
        $"{Folder}/lib/nodetelemetry-agent.exe",
    ];
}
