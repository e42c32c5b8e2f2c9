using System.Runtime.InteropServices;

namespace NodeTelemetry.TestKit;

/// <summary>The agent as it is shipped: compiled natively, by the build script or by hand.</summary>
public static class NativeAgent
{
    private static readonly string Rid = "linux-" + RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant();

    /// <summary>Gets the path of the program, which the environment can change.</summary>
    public static string Path { get; } = Environment.GetEnvironmentVariable("NODETELEMETRY_NATIVE_AGENT")
        ?? System.IO.Path.Combine(
            RepositoryRoot.Path, $"artifacts/publish/NodeTelemetry.Agent/release_{Rid}/nodetelemetry-agent");

    /// <summary>Gets the command that runs the agent with the C library of Debian 11, with which it was linked.</summary>
    public static IReadOnlyList<string> WithOldLibrary { get; } =
    [
        System.IO.Path.Combine(RepositoryRoot.Path, "artifacts/sysroot/linux-x64/lib64/ld-linux-x86-64.so.2"), "--library-path",
        System.IO.Path.Combine(RepositoryRoot.Path, "artifacts/sysroot/linux-x64/lib/x86_64-linux-gnu"), Path,
    ];

    /// <summary>Gets why it cannot be run with that library; <see langword="null"/> if it can.</summary>
    public static string? OldLibraryObstacle { get; } = RuntimeInformation.OSArchitecture != Architecture.X64
        ? "the library is for x64"
        : File.Exists(WithOldLibrary[0]) ? null : "The C library of Debian 11 is missing; fetch it with: packaging/sysroot linux-x64";

    /// <summary>Gets the command that runs the agent for 64-bit ARM, emulated where that is needed.</summary>
    public static IReadOnlyList<string> Arm64 { get; } = Arm64Emulator.RunWithOldLibrary(System.IO.Path.Combine(
        RepositoryRoot.Path, "artifacts/publish/NodeTelemetry.Agent/release_linux-arm64/nodetelemetry-agent"));

    /// <summary>Gets why the agent for 64-bit ARM cannot be run; <see langword="null"/> if it can.</summary>
    public static string? Arm64Obstacle { get; } = !File.Exists(Arm64[^1])
        ? $"There is no agent at {Arm64[^1]}; create it with: dotnet publish agent -c Release -r linux-arm64 -p:NativeAgent=true"
        : Arm64Emulator.Obstacle;

    /// <summary>Gets why it cannot be run; <see langword="null"/> if it can.</summary>
    public static string? Obstacle { get; } = File.Exists(Path)
        ? null
        : $"There is no native agent at {Path}; create it with: dotnet publish agent -c Release -r {Rid} -p:NativeAgent=true";
}
