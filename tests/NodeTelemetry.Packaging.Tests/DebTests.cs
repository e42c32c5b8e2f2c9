using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Packaging.Tests;

/// <summary>The Debian packages as files.</summary>
public sealed class DebTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    private static readonly Lazy<Task<string>> Arm64 = new(static () => Packages.BuildAsync("arm64", string.Empty, "arm64"));

    [Fact]
    public async Task Lintian_has_no_complaint()
    {
        Packages.Require("lintian", "lintian");
        var folder = await Packages.FirstAsync();

        var (code, output) = await TestProcess.RunAsync(
            ["lintian", "--allow-root", "--fail-on", "error,warning", .. Directory.GetFiles(folder, "*.deb")], Deadline);

        Assert.True(code == 0, output);
        Assert.Equal(string.Empty, output.Trim());
    }

    [Theory]
    [InlineData("agent", "x64")]
    [InlineData("agent", "arm64")]
    [InlineData("collector", "x64")]
    [InlineData("collector", "arm64")]
    public async Task It_depends_on_what_every_Debian_has(string program, string machine)
    {
        var dependencies = await ReadFieldAsync(await BuildAsync(program, machine), "Depends");

        // deb-substvars(5) names the version of each library; systemd-sysusers creates the agent's user.
        string[] allowed = ["libc6 ", "libgcc-s1 ", "libstdc++6 ", "systemd "];
        var unexpected = dependencies.Split(", ").Where(name => !allowed.Any(known => name.StartsWith(known, StringComparison.Ordinal)));
        Assert.Empty(unexpected);
        Assert.Matches(@"libc6 \(>= 2\.(17|2\d|3[0-4])\)", dependencies);
    }

    [Theory]
    [InlineData("agent", "x64")]
    [InlineData("agent", "arm64")]
    [InlineData("collector", "x64")]
    [InlineData("collector", "arm64")]
    public async Task It_has_everything_that_belongs_to_a_service_and_root_owns_it(string program, string machine)
    {
        var files = await Packages.RunAsync(["dpkg-deb", "--contents", await BuildAsync(program, machine)]);

        var name = $"nodetelemetry-{program}";
        string[] expected =
        [
            $"./usr/bin/{name}", $"/systemd/system/{name}.service", $"./usr/lib/tmpfiles.d/{name}.conf", $"./etc/nodetelemetry/{program}.json",
            $"./usr/share/man/man1/{name}.1.gz", $"./usr/share/bash-completion/completions/{name}", $"./usr/share/zsh/vendor-completions/_{name}",
            $"./usr/share/fish/vendor_completions.d/{name}.fish", $"./usr/share/doc/{name}/copyright", $"./usr/share/doc/{name}/changelog.gz",
            $"./usr/share/doc/{name}/NOTICES.txt", $"./usr/share/doc/{name}/NOTICES-Microsoft.NETCore.App.txt",
            .. program == "agent" ? new[] { $"./usr/lib/sysusers.d/{name}.conf" } : ["/wwwroot/index.html", "/libe_sqlite3.so"],
        ];
        Assert.All(expected, file => Assert.Contains(file, files, StringComparison.Ordinal));
        Assert.All(files.Split('\n', StringSplitOptions.RemoveEmptyEntries), static line => Assert.Contains(" root/root ", line, StringComparison.Ordinal));
        Assert.Equal(
            $"/etc/nodetelemetry/{program}.json",
            (await Packages.RunAsync(["dpkg-deb", "--info", await BuildAsync(program, machine), "conffiles"])).Trim());
    }

    /// <summary>One folder with Mono, as two packages: Debian's armel, and armhf, which Raspberry Pi OS uses from ARMv6 on.</summary>
    [Fact]
    public async Task The_agent_for_32_bit_ARM_is_the_same_for_armel_and_armhf()
    {
        Assert.SkipWhen(MonoAgent.ArmObstacle is not null, MonoAgent.ArmObstacle ?? string.Empty);
        Packages.Require("dh_installsysusers", "debhelper");
        Packages.Require("lintian", "lintian");
        Packages.RequirePrograms(Packages.Machine);

        var folder = await Packages.BuildAsync("armel", string.Empty, "armel");
        string[] packages = [Packages.Find(folder, "agent", "armel"), Packages.Find(folder, "agent", "armhf")];
        var (code, output) = await TestProcess.RunAsync(
            ["lintian", "--allow-root", "--fail-on", "error,warning", .. packages], Deadline);
        var contents = await Task.WhenAll(packages.Select(package => Packages.RunAsync(["dpkg-deb", "--contents", package])));

        Assert.True(code == 0, output);
        Assert.Equal(contents[0], contents[1]);
        Assert.Contains("usr/lib/nodetelemetry/agent/runtime/mono-sgen", contents[0], StringComparison.Ordinal);
        Assert.Contains("nodetelemetry-agent.service.d/mono.conf", contents[0], StringComparison.Ordinal);
        Assert.DoesNotContain("libc6", await ReadFieldAsync(packages[1], "Depends"), StringComparison.Ordinal);
    }

    /// <summary>The same commit gives the same bytes, in whichever folder and at whichever time.</summary>
    [Fact]
    public async Task A_package_is_reproducible()
    {
        var first = await Packages.FirstAsync();
        var again = await Packages.BuildAsync("again", string.Empty, Packages.Machine);

        Assert.All(
            Directory.GetFiles(first, "*.deb"),
            file => Assert.Equal(File.ReadAllBytes(file), File.ReadAllBytes(Path.Combine(again, Path.GetFileName(file)))));
    }

    [Fact]
    public async Task The_version_is_that_of_the_program()
    {
        var version = await Packages.GetVersionAsync();

        Assert.Equal(version, await ReadFieldAsync(Packages.Find(await Packages.FirstAsync(), "agent", Packages.Architecture), "Version"));
        Assert.Equal(
            version + Packages.Suffix, await ReadFieldAsync(Packages.Find(await Packages.SecondAsync(), "agent", Packages.Architecture), "Version"));
    }

    private static async Task<string> ReadFieldAsync(string package, string field) =>
        (await Packages.RunAsync(["dpkg-deb", "--field", package, field])).Trim();

    private static async Task<string> BuildAsync(string program, string machine)
    {
        if (machine == Packages.Machine)
        {
            return Packages.Find(await Packages.FirstAsync(), program, Packages.Architecture);
        }

        Assert.SkipUnless(machine == "arm64", $"nothing is compiled for {machine} on this kind of machine");
        Packages.Require("dh_installsysusers", "debhelper");
        Packages.RequirePrograms(Packages.Machine);
        Packages.RequirePrograms(machine);
        return Packages.Find(await Arm64.Value, program, machine);
    }
}
