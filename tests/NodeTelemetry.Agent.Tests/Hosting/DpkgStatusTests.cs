using NodeTelemetry.Agent.Hosting;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Agent.Tests.Hosting;

/// <summary>The states of dpkg's database while it stops the agent, written by hand and by dpkg itself.</summary>
public sealed class DpkgStatusTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("install ok half-configured", true)]
    [InlineData("install ok unpacked", true)]
    [InlineData("install ok half-installed", true)]
    [InlineData("install reinstreq half-installed", true)]
    [InlineData("install reinstreq half-configured", true)]
    [InlineData("hold ok half-configured", true)]
    [InlineData("install ok installed", false)]
    [InlineData("deinstall ok half-configured", false)]
    [InlineData("deinstall ok installed", false)]
    [InlineData("deinstall ok config-files", false)]
    [InlineData("purge ok half-configured", false)]
    [InlineData("purge ok not-installed", false)]
    [InlineData("", false)]
    [InlineData("install", false)]
    public void Only_an_upgrade_of_the_agent_is_one(string status, bool isUpgrading)
    {
        Write("status", "nodetelemetry-agent", status);
        Assert.Equal(isUpgrading, IsUpgrading());

        // The journal of the changes since is newer.
        Write("status", "nodetelemetry-agent", "install ok installed");
        Write("updates/0000", "libc6", "install ok half-configured");
        Write("updates/0001", "nodetelemetry-agent", "install ok installed");
        Write("updates/0002", "nodetelemetry-agent", status);
        Assert.Equal(isUpgrading, IsUpgrading());
    }

    [Fact]
    public void Other_packages_and_a_missing_database_are_no_upgrade()
    {
        Assert.False(IsUpgrading());
        Write("status", "libc6", "install ok half-configured");
        Assert.False(IsUpgrading());
        Write("status", "nodetelemetry-collector", "install ok half-configured");
        Assert.False(IsUpgrading());
    }

    /// <summary>The script that stops the agent copies the database as it is then.</summary>
    [Fact]
    [System.Runtime.Versioning.SupportedOSPlatform("linux")]
    public async Task Dpkg_itself_shows_an_upgrade_a_removal_and_a_purge()
    {
        Assert.SkipUnless(
            File.Exists("/usr/bin/dpkg-deb") && Environment.UserName == "root", "needs dpkg and root");
        foreach (var directory in (string[])["adm/info", "adm/updates", "adm/triggers", "inst", "seen"])
        {
            Directory.CreateDirectory(_folder[directory]);
        }

        _folder.Write("adm/status", string.Empty);
        _folder.Write("adm/available", string.Empty);
        _folder.Write(
            "prerm",
            $"#!/bin/sh\nd={_folder["seen"]}/$(ls {_folder["seen"]} | wc -l)/lib/dpkg\nmkdir -p $d\n"
            + $"cp -r {_folder["adm"]}/status {_folder["adm"]}/updates $d/\n");
        foreach (var version in (string[])["1", "2"])
        {
            _folder.Write(
                $"p{version}/DEBIAN/control",
                $"Package: nodetelemetry-agent\nVersion: {version}\nArchitecture: all\nMaintainer: x <x@example.org>\n"
                + "Description: x\n");
            File.Copy(_folder["prerm"], _folder[$"p{version}/DEBIAN/prerm"]);
            File.SetUnixFileMode(_folder[$"p{version}/DEBIAN/prerm"], (UnixFileMode)0x1ED);
            await RunAsync("dpkg-deb", "-b", _folder["p" + version], _folder[$"v{version}.deb"]);
        }

        await DpkgAsync("-i", _folder["v1.deb"]);
        await DpkgAsync("-i", _folder["v2.deb"]);
        await DpkgAsync("-r", "nodetelemetry-agent");
        await DpkgAsync("-i", _folder["v1.deb"]);
        await DpkgAsync("-P", "nodetelemetry-agent");

        Assert.Equal(
            [true, false, false],
            Enumerable.Range(0, 3).Select(
                index => DpkgStatus.IsUpgrading(new KernelRoots(Var: _folder[$"seen/{index}"]))));
    }

    private static async Task RunAsync(params string[] command)
    {
        var (code, output) = await TestProcess.RunAsync(command, TimeSpan.FromSeconds(60));
        Assert.True(code == 0, output);
    }

    private Task DpkgAsync(params string[] arguments) => RunAsync(
    [
        "dpkg", "--admindir=" + _folder["adm"], "--instdir=" + _folder["inst"], "--force-script-chrootless",
        "--log=/dev/null", .. arguments,
    ]);

    private bool IsUpgrading() => DpkgStatus.IsUpgrading(new KernelRoots(Var: _folder.Path));

    private void Write(string file, string package, string status) => _folder.Write(
        "lib/dpkg/" + file,
        $"Package: adduser\nStatus: install ok installed\n\nPackage: {package}\nStatus: {status}\nPriority: optional\n\n"
        + "Package: zlib1g\nStatus: install ok half-configured\n");
}
