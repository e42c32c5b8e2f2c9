using System.Runtime.InteropServices;

namespace NodeTelemetry.TestKit;

/// <summary>The agent as it is shipped.</summary>
public static class NativeAgent
{
    private static readonly NativeProgram Native = new(
        "NodeTelemetry.Agent", "nodetelemetry-agent", "dotnet publish agent -c Release -p:NativeAgent=true -r ");

    /// <summary>Gets the path of the program, which the environment can change.</summary>
    public static string Path { get; } = Environment.GetEnvironmentVariable("NODETELEMETRY_NATIVE_AGENT") ?? Native.Path;

    /// <summary>Gets why it cannot be run; <see langword="null"/> if it can.</summary>
    public static string? Obstacle { get; } = File.Exists(Path) ? null : Native.Absence;

    /// <summary>Gets why tests run the agent that was built instead; <see langword="null"/> if they run the native one.</summary>
    public static string? ProgramObstacle { get; } = Native.Obstacle;

    /// <summary>Gets the program for tests: the native one, otherwise the one that was built.</summary>
    public static string Program { get; } = Native.Program;

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
    public static IReadOnlyList<string> Arm64 { get; } = Arm64Emulator.RunWithOldLibrary(Native.FindPath("linux-arm64"));

    /// <summary>Gets why the agent for 64-bit ARM cannot be run; <see langword="null"/> if it can.</summary>
    public static string? Arm64Obstacle { get; } = Native.FindArm64Obstacle();
}
