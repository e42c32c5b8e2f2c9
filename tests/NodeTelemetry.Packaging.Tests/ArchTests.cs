using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Packaging.Tests;

/// <summary>The PKGBUILD, built by the real makepkg and installed by the real pacman below an empty root.
/// Its scriptlets are not run: there is no shell of Arch Linux here.</summary>
public sealed class ArchTests
{
    [Theory]
    [InlineData("x86_64", "x64")]
    [InlineData("aarch64", "arm64")]
    [InlineData("armv7h", Archive.Board)]
    [InlineData("armv6h", Archive.Board)]
    public async Task Makepkg_builds_the_packages_from_the_archive_and_pacman_keeps_their_configuration(string processor, string machine)
    {
        if (machine == Archive.Board)
        {
            Assert.SkipWhen(MonoAgent.ArmObstacle is not null, MonoAgent.ArmObstacle ?? string.Empty);
        }
        else
        {
            Packages.RequirePrograms(machine);
        }

        Packages.Require("makepkg", "makepkg");
        Packages.Require("pacman", "pacman-package-manager");
        Packages.Require("bsdtar", "libarchive-tools");
        var archive = await Archive.GetAsync();
        using var folder = new TempFolder();
        await Packages.RunAsync("packaging/arch/build", folder.Path, archive);
        folder.Write("makepkg.conf", $"source /etc/makepkg.conf\nCARCH={processor}\nPKGEXT=.pkg.tar\n");

        // makepkg refuses to run as root.
        await Packages.RunAsync(["chown", "-R", "65534", folder.Path]);
        await Packages.RunAsync(
            ["setpriv", "--reuid", "65534", "--clear-groups", "env", $"--chdir={folder.Path}", $"HOME={folder.Path}",
                "makepkg", "--nodeps", "--config", folder["makepkg.conf"]]);

        var version = await Packages.GetVersionAsync();
        foreach (var program in machine == Archive.Board ? ["agent"] : new[] { "agent", "collector" })
        {
            var package = folder[$"nodetelemetry-{program}-{version}-1-{processor}.pkg.tar"];
            var files = await Packages.RunAsync(["tar", "-t", "-f", package]);
            Assert.All(
                new[]
                {
                    $"usr/bin/nodetelemetry-{program}", $"usr/lib/systemd/system/nodetelemetry-{program}.service", $"etc/nodetelemetry/{program}.json",
                    $"usr/lib/tmpfiles.d/nodetelemetry-{program}.conf", $"usr/share/licenses/nodetelemetry-{program}/LICENSE", ".INSTALL",
                },
                file => Assert.Contains(file, files, StringComparison.Ordinal));
            var description = await Packages.RunAsync(["tar", "-x", "-O", "-f", package, ".PKGINFO"]);
            Assert.Contains($"backup = etc/nodetelemetry/{program}.json", description, StringComparison.Ordinal);
            Assert.Contains($"pkgver = {version}-1", description, StringComparison.Ordinal);
        }

        // Installed, configured, installed again, removed.
        using var root = new TempFolder();
        Directory.CreateDirectory(root["var/lib/pacman"]);
        var agent = folder[$"nodetelemetry-agent-{version}-1-{processor}.pkg.tar"];
        await PacmanAsync(root, processor, "--upgrade", agent);
        await File.WriteAllTextAsync(root["etc/nodetelemetry/agent.json"], "{ \"Interval\": \"1s\" }", TestContext.Current.CancellationToken);
        await PacmanAsync(root, processor, "--upgrade", agent);
        Assert.Contains("1s", await File.ReadAllTextAsync(root["etc/nodetelemetry/agent.json"], TestContext.Current.CancellationToken), StringComparison.Ordinal);
        await PacmanAsync(root, processor, "--remove", "nodetelemetry-agent");
        Assert.False(File.Exists(root["usr/bin/nodetelemetry-agent"]));
        Assert.True(File.Exists(root["etc/nodetelemetry/agent.json.pacsave"]));
    }

    private static Task<string> PacmanAsync(TempFolder root, string processor, string operation, string package) => Packages.RunAsync(
        ["pacman", operation, "--arch", processor, "--root", root.Path, "--dbpath", root["var/lib/pacman"], "--cachedir", root["cache"], "--noconfirm", "--noscriptlet",
            "--nodeps", "--nodeps", package]);
}
