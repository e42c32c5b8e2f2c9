using System.Runtime.InteropServices;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Packaging.Tests;

/// <summary>The packages under test, built once in a run from the programs that were compiled natively: two versions for this kind of machine.</summary>
internal static class Packages
{
    /// <summary>What the version of the second packages has at its end.</summary>
    public const string Suffix = "+1";

    /// <summary>Four runs of debhelper on a busy machine.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    private static readonly string[] Programs = ["Agent", "Collector"];

    /// <summary>Gets the kind of this machine, as in runtime identifiers.</summary>
    public static string Machine { get; } = RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant();

    /// <summary>Gets the kind of this machine, as Debian names it.</summary>
    public static string Architecture { get; } = Machine == "x64" ? "amd64" : Machine;

    private static readonly Lazy<Task<string>> First = new(static () => BuildAsync("first", string.Empty, Machine));
    private static readonly Lazy<Task<string>> Second = new(static () => BuildAsync("second", Suffix, Machine));

    private static string Target => Path.Combine(RepositoryRoot.Path, "artifacts/packages-tested");

    /// <summary>Gets the folder with the packages.</summary>
    public static Task<string> FirstAsync() => GetAsync(First);

    /// <summary>Gets the folder with the packages of the next version.</summary>
    public static Task<string> SecondAsync() => GetAsync(Second);

    /// <summary>Gets the version of the packages.</summary>
    public static async Task<string> GetVersionAsync() => (await RunAsync("packaging/version")).Trim();

    /// <summary>Builds packages into a folder of their own.</summary>
    public static async Task<string> BuildAsync(string name, string suffix, params string[] machines)
    {
        var target = Path.Combine(Target, name);
        if (Directory.Exists(target))
        {
            Directory.Delete(target, recursive: true);
        }

        await RunAsync(
            [Path.Combine(RepositoryRoot.Path, "packaging/deb"), target, .. machines],
            Tested(suffix));
        return target;
    }

    /// <summary>Gets what makes the scripts package the programs that were compiled for the tests.</summary>
    /// <param name="suffix">The end of the version.</param>
    public static Dictionary<string, string> Tested(string suffix) => new()
    {
        ["NODETELEMETRY_PACKAGE"] = "tested",
        ["NODETELEMETRY_VERSION_SUFFIX"] = suffix,
        ["NODETELEMETRY_MACHINES"] = Machine,
        ["NODETELEMETRY_DEB_OPTIONS"] = "-Zgzip -z1",
    };

    /// <summary>Gets the file of a package.</summary>
    public static string Find(string folder, string program, string architecture) =>
        Assert.Single(Directory.GetFiles(folder, $"nodetelemetry-{program}_*_{architecture}.deb"));

    /// <summary>Runs a script of the repository; it must succeed.</summary>
    /// <returns>What it wrote.</returns>
    public static Task<string> RunAsync(string script, params string[] arguments) =>
        RunAsync([Path.Combine(RepositoryRoot.Path, script), .. arguments]);

    /// <summary>Runs a command; it must succeed.</summary>
    /// <returns>What it wrote.</returns>
    public static async Task<string> RunAsync(IReadOnlyList<string> command, IReadOnlyDictionary<string, string>? environment = null)
    {
        var (code, output) = await TestProcess.RunAsync(command, Deadline, environment);
        return code == 0 ? output : throw new InvalidOperationException($"{string.Join(' ', command)}: {output}");
    }

    /// <summary>Skips a test if a program is missing.</summary>
    public static void Require(string program, string package) => Assert.SkipUnless(
        File.Exists($"/usr/bin/{program}"), $"{program} is missing: apt-get install {package}");

    /// <summary>Skips a test if there is no native program for a kind of machine.</summary>
    public static void RequirePrograms(string machine)
    {
        foreach (var program in Programs)
        {
            var path = FindProgram(program, machine);
            Assert.SkipUnless(
                File.Exists(path),
                $"There is no {path}; create it with: dotnet publish {program.ToLowerInvariant()} -c Release -r linux-{machine} -p:Native{program}=true");
        }
    }

    /// <summary>Determines whether both programs were compiled for a kind of machine.</summary>
    public static bool HasPrograms(string machine) => Programs.All(program => File.Exists(FindProgram(program, machine)));

    private static string FindProgram(string program, string machine) => Path.Combine(
        RepositoryRoot.Path, $"artifacts/publish/NodeTelemetry.{program}/release_linux-{machine}/nodetelemetry-{program.ToLowerInvariant()}");

    private static Task<string> GetAsync(Lazy<Task<string>> packages)
    {
        Require("dh_installsysusers", "debhelper");
        Require("dpkg-buildpackage", "dpkg-dev");
        RequirePrograms(Machine);
        return packages.Value;
    }
}
