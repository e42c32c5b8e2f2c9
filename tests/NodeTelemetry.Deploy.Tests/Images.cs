using System.Runtime.InteropServices;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Deploy.Tests;

/// <summary>The images under test, built once in a run from the programs that were compiled natively.</summary>
internal static class Images
{
    /// <summary>Gets the kind of this machine, as in runtime identifiers.</summary>
    public static string Machine { get; } = RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant();

    private static readonly Lazy<Task<string>> Built = new(static () => BuildAsync("first", Machine));

    /// <summary>Gets the kind of this machine, as images name it.</summary>
    public static string Architecture => Machine == "x64" ? "amd64" : Machine;

    /// <summary>Gets the programs that have images.</summary>
    public static TheoryData<string> Programs => ["agent", "collector"];

    /// <summary>Gets the folder with the images for this machine.</summary>
    public static Task<string> GetAsync()
    {
        RequirePrograms(Machine);
        return Built.Value;
    }

    /// <summary>Gets the archive of a program's image for Docker.</summary>
    public static async Task<string> GetArchiveAsync(string program) =>
        Assert.Single(Directory.GetFiles(await GetAsync(), $"nodetelemetry-{program}-*-docker-{Architecture}.tar"));

    /// <summary>Gets the name of a program's image.</summary>
    public static async Task<string> GetNameAsync(string program) => $"nodetelemetry-{program}:{await GetVersionAsync()}";

    /// <summary>Gets the version of the images.</summary>
    public static async Task<string> GetVersionAsync() =>
        (await Commands.RunAsync([Path.Combine(RepositoryRoot.Path, "packaging/version")])).Trim();

    /// <summary>Builds images into a folder of their own.</summary>
    public static async Task<string> BuildAsync(string name, params string[] machines)
    {
        var target = Path.Combine(RepositoryRoot.Path, "artifacts/images-tested", name);
        if (Directory.Exists(target))
        {
            Directory.Delete(target, recursive: true);
        }

        await Commands.RunAsync(
            [Path.Combine(RepositoryRoot.Path, "packaging/image/build"), target, .. machines],
            new Dictionary<string, string> { ["NODETELEMETRY_PACKAGE"] = "tested" });
        return target;
    }

    /// <summary>Skips a test if there is no native program for a kind of machine.</summary>
    public static void RequirePrograms(string machine)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/apt-get"), "apt-get is missing: the libraries in the images are Debian's");
        foreach (var program in new[] { "Agent", "Collector" })
        {
            var path = Path.Combine(
                RepositoryRoot.Path, $"artifacts/publish/NodeTelemetry.{program}/release_linux-{machine}/nodetelemetry-{program.ToLowerInvariant()}");
            Assert.SkipUnless(
                File.Exists(path),
                $"There is no {path}; create it with: dotnet publish {program.ToLowerInvariant()} -c Release -r linux-{machine} -p:Native{program}=true");
        }
    }
}
