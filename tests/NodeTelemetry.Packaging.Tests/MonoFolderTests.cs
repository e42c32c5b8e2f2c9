using System.Text.RegularExpressions;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Packaging.Tests;

/// <summary>The folder for 32-bit ARM has what it needs of Debian, nothing else, and its licenses.</summary>
public sealed partial class MonoFolderTests
{
    /// <summary>Loaded by name: the loader itself, the program, and the libraries of Mono's classes.</summary>
    private static readonly string[] LoadedByName = ["nodetelemetry-agent", "mono-sgen", "libmono-native.so", "libMonoPosixHelper.so"];

    [Fact]
    public async Task Every_library_is_there_and_needed()
    {
        SkipWithoutFolder();
        Packages.Require("readelf", "binutils");
        var files = Directory.GetFiles(Path.Combine(MonoAgent.Folder, "runtime"));
        var names = files.Select(static file => Path.GetFileName(file)!).ToHashSet();

        var needed = new HashSet<string>(LoadedByName);
        foreach (var file in files.Concat(Directory.GetFiles(Path.Combine(MonoAgent.Folder, "lib"), "*.so")))
        {
            foreach (Match match in NeededLibrary().Matches(await Packages.RunAsync(["readelf", "-d", file])))
            {
                // The loader, under the program's name.
                needed.Add(match.Groups[1].Value == "ld-linux.so.3" ? "nodetelemetry-agent" : match.Groups[1].Value);
            }
        }

        Assert.Equal(needed.Order(), names.Order());
    }

    /// <summary>An assembly without an image would be compiled on the board at each start, and an image without its assembly is dead weight.</summary>
    [Fact]
    public void Every_assembly_is_compiled()
    {
        SkipWithoutFolder();
        var files = Directory.GetFiles(Path.Combine(MonoAgent.Folder, "lib"))
            .Select(static file => Path.GetFileName(file)!)
            .Where(static file => !file.EndsWith(".config", StringComparison.Ordinal))
            .ToHashSet();

        var images = files.Where(static file => file.EndsWith(".so", StringComparison.Ordinal)).ToList();

        Assert.NotEmpty(images);
        Assert.Equal(files.Except(images).Order(), images.Select(static image => image[..^".so".Length]).Order());
    }

    [Fact]
    public void Every_part_has_its_license_and_its_sources()
    {
        SkipWithoutFolder();
        var sources = File.ReadAllText(Path.Combine(MonoAgent.Folder, "licenses/SOURCES.txt"));
        var packages = File.ReadLines(Path.Combine(RepositoryRoot.Path, "packaging/mono/files"))
            .Where(static line => !line.StartsWith('#'))
            .Select(static line => line.Split(' ')[0])
            .Distinct()
            .ToList();

        Assert.Contains("https://snapshot.debian.org", sources, StringComparison.Ordinal);
        Assert.All(packages, package =>
        {
            Assert.True(new FileInfo(Path.Combine(MonoAgent.Folder, "licenses", package, "copyright")) is { Exists: true, Length: > 0 }, package);
            Assert.Matches($"(?m)^{Regex.Escape(package)} .*, source ", sources);
        });
        Assert.Equal(packages.Order(), Directory.GetDirectories(Path.Combine(MonoAgent.Folder, "licenses")).Select(Path.GetFileName).Order());
    }

    [GeneratedRegex(@"\(NEEDED\).*\[(.*)\]")]
    private static partial Regex NeededLibrary();

    private static void SkipWithoutFolder() =>
        Assert.SkipWhen(MonoAgent.ArmObstacle is not null, MonoAgent.ArmObstacle ?? string.Empty);
}
