namespace NodeTelemetry.TestKit;

/// <summary>Runs single programs for 64-bit ARM. The kernel is this machine's; some of its socket options, such as the interface of multicasts, are
/// not emulated.</summary>
public static class Arm64Emulator
{
    /// <summary>The emulator.</summary>
    public const string Path = "/usr/bin/qemu-aarch64-static";

    /// <summary>Gets why it cannot be used; <see langword="null"/> if it can.</summary>
    public static string? Obstacle { get; } =
        File.Exists(Path) ? null : $"{Path} is missing; install it with: apt-get install qemu-user-static";

    /// <summary>Gets the command that runs a program with the C library of Debian 11, where it was fetched.</summary>
    public static IReadOnlyList<string> RunWithOldLibrary(string program) => Run(program, "sysroot/linux-arm64");

    /// <summary>Gets the command that runs a program with the C library of Debian 12, where it was fetched.</summary>
    public static IReadOnlyList<string> Run(string program) => Run(program, "machine-arm64");

    private static string[] Run(string program, string root)
    {
        var folder = System.IO.Path.Combine(RepositoryRoot.Path, "artifacts", root);
        return [Path, "-L", File.Exists(System.IO.Path.Combine(folder, "stamp")) ? folder : "/usr/aarch64-linux-gnu", program];
    }
}
