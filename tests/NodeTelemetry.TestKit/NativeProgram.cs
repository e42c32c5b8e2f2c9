using System.Runtime.InteropServices;

namespace NodeTelemetry.TestKit;

/// <summary>A program as it is shipped: compiled natively, by the build script or by hand.</summary>
/// <param name="project">Its project, such as <c>NodeTelemetry.Agent</c>.</param>
/// <param name="name">Its name, such as <c>nodetelemetry-agent</c>.</param>
/// <param name="how">What compiles it for a kind of machine, which is to be appended.</param>
internal sealed class NativeProgram(string project, string name, string how)
{
    private static readonly string Rid = "linux-" + RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant();

    private static readonly string Configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;

    /// <summary>Gets the path of the native program for this machine.</summary>
    public string Path => FindPath(Rid);

    /// <summary>Gets why there is no native program; <see langword="null"/> if there is one.</summary>
    public string? Absence => File.Exists(Path) ? null : $"There is no native program at {Path}; create it with: {how}{Rid}";

    /// <summary>Gets why tests run what was built instead; <see langword="null"/> if they run the native program.</summary>
    /// <remarks>What was changed since must be what is tested.</remarks>
    public string? Obstacle => Absence
        ?? (File.GetLastWriteTimeUtc(Path) < File.GetLastWriteTimeUtc(Built + ".dll")
            ? $"The native program at {Path} is older than the build; renew it with: {how}{Rid}"
            : null);

    /// <summary>Gets the program for tests: the native one, otherwise the one that was built.</summary>
    public string Program => Obstacle is null ? Path : Built;

    /// <summary>Gets the program as <c>dotnet build</c> leaves it.</summary>
    private string Built => System.IO.Path.Combine(RepositoryRoot.Path, "artifacts/bin", project, Configuration, name);

    /// <summary>Gets the path of the native program for a kind of machine.</summary>
    public string FindPath(string rid) =>
        System.IO.Path.Combine(RepositoryRoot.Path, $"artifacts/publish/{project}/release_{rid}/{name}");

    /// <summary>Gets why the program for 64-bit ARM cannot be run; <see langword="null"/> if it can.</summary>
    public string? FindArm64Obstacle() => File.Exists(FindPath("linux-arm64"))
        ? Arm64Emulator.Obstacle
        : $"There is no native program at {FindPath("linux-arm64")}; create it with: {how}linux-arm64";
}
