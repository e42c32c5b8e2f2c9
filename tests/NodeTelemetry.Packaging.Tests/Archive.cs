using NodeTelemetry.TestKit;

namespace NodeTelemetry.Packaging.Tests;

/// <summary>The archive for systems without packages, built once in a run.</summary>
internal static class Archive
{
    /// <summary>The kind of machine for which there is the agent alone.</summary>
    public const string Board = "armel";

    private static readonly string[] Known = ["x64", "arm64"];

    private static readonly Lazy<Task<string>> File = new(BuildAsync);

    /// <summary>Gets the kinds of machine that it is for.</summary>
    private static IEnumerable<string> Machines =>
        [.. Known.Where(Packages.HasPrograms), .. MonoAgent.ArmObstacle is null ? [Board] : Array.Empty<string>()];

    /// <summary>Gets the path of the archive.</summary>
    public static Task<string> GetAsync()
    {
        Packages.RequirePrograms(Packages.Machine);
        return File.Value;
    }

    private static async Task<string> BuildAsync()
    {
        var folder = Path.Combine(RepositoryRoot.Path, "artifacts/packages-tested/archive");
        await Packages.RunAsync(
            [Path.Combine(RepositoryRoot.Path, "packaging/tar/build"), folder, .. Machines], Packages.Tested(string.Empty));
        return Path.Combine(folder, $"nodetelemetry-{await Packages.GetVersionAsync()}.tar.gz");
    }
}
