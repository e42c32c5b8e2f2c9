using System.Runtime.InteropServices;

namespace NodeTelemetry.TestKit;

/// <summary>The collector as it is shipped: compiled natively, by the build script or by hand.</summary>
public static class NativeCollector
{
    private static readonly string Rid = "linux-" + RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant();

    private static readonly string Configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;

    /// <summary>The collector as <c>dotnet build</c> leaves it.</summary>
    private static readonly string Built = System.IO.Path.Combine(
        RepositoryRoot.Path, "artifacts/bin/NodeTelemetry.Collector", Configuration, "nodetelemetry-collector");

    /// <summary>Gets the path of the native program.</summary>
    public static string Path { get; } = FindPath(Rid);

    /// <summary>Gets why the native program cannot be used; <see langword="null"/> if it can.</summary>
    public static string? Obstacle { get; } = FindObstacle();

    /// <summary>Gets the program for tests: the native one, otherwise the one that was built.</summary>
    public static string Program { get; } = Obstacle is null ? Path : Built;

    /// <summary>Gets the command that runs the collector for 64-bit ARM.</summary>
    public static IReadOnlyList<string> Arm64 { get; } = Arm64Emulator.Run(FindPath("linux-arm64"));

    /// <summary>Gets why the collector for 64-bit ARM cannot be run; <see langword="null"/> if it can.</summary>
    public static string? Arm64Obstacle { get; } = !File.Exists(Arm64[^1])
        ? $"There is no collector at {Arm64[^1]}; create it with: dotnet publish collector -c Release -r linux-arm64 -p:NativeCollector=true"
        : Arm64Emulator.Obstacle;

    private static string FindPath(string rid) => System.IO.Path.Combine(
        RepositoryRoot.Path, $"artifacts/publish/NodeTelemetry.Collector/release_{rid}/nodetelemetry-collector");

    private static string? FindObstacle()
    {
        var how = $"dotnet publish collector -c Release -r {Rid} -p:NativeCollector=true";
        if (!File.Exists(Path))
        {
            return $"There is no native collector at {Path}; create it with: {how}";
        }

        // What was changed since must be what is tested.
        return File.GetLastWriteTimeUtc(Path) < File.GetLastWriteTimeUtc(Built + ".dll")
            ? $"The native collector at {Path} is older than the build; renew it with: {how}"
            : null;
    }
}
