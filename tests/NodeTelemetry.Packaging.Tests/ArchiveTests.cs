using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Packaging.Tests;

/// <summary>The archive with install.sh, on a booted Debian without the packages and on the root of another system.</summary>
public sealed class ArchiveTests
{
    private const string Name = "unpacked";
    private const string Agent = "nodetelemetry-agent";

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    /// <summary>Installs the agent, installs it again as an upgrade does, and removes it; the collector outside sees no loss.</summary>
    [Fact]
    public async Task It_installs_upgrades_and_uninstalls_a_service()
    {
        Assert.SkipWhen(DebianGuest.Obstacle is not null, DebianGuest.Obstacle ?? string.Empty);
        var archive = await Archive.GetAsync();
        await using var lab = await NetworkLab.CreateAsync(2);
        await using var collector =
            await PackagedCollector.StartAsync(lab, 1, Packages.Find(await Packages.FirstAsync(), "collector", Packages.Architecture));
        await using var guest = await DebianGuest.StartAsync(lab, 2, Name);
        await Packages.RunAsync(["tar", "-x", "-f", archive, "-C", guest.Share, "--strip-components=1"]);
        const string Install = "/srv/share/install.sh";

        await guest.RunAsync(Install);
        await collector.WaitForNodeAsync(Name, static node => node.GetProperty("health").GetString() == "up");
        Assert.Equal("enabled", (await guest.RunAsync("systemctl", "is-enabled", Agent)).Trim());
        await guest.WriteAsync("/etc/nodetelemetry/agent.json", """{ "Interval": "1s" }""");

        await guest.RunAsync(Install, "agent");
        await Eventually.TrueAsync(async () => (await collector.ListEventsAsync("restarted")).Count == 1, Deadline);
        Assert.Contains("1s", await guest.RunAsync("cat", "/etc/nodetelemetry/agent.json"), StringComparison.Ordinal);

        await guest.RunAsync(Install, "--uninstall");
        var node = await collector.WaitForNodeAsync(Name, static node => node.GetProperty("health").GetString() == "left");
        Assert.Equal("stop", node.GetProperty("bye").GetProperty("reason").GetString());
        Assert.Equal("/etc/nodetelemetry/agent.json", await FindAsync(guest, "-name agent.json"));

        // A program that cannot run is not installed.
        var (code, output) = await guest.TryRunAsync("bash", "-c", $$"""
            set -e
            cp -r /srv/share /tmp/old && cd /tmp/old
            printf '#!/bin/sh\necho GLIBC_2.34 not found >&2; exit 1\n' > {{Packages.Machine}}/agent/usr/bin/{{Agent}}
            find . -type f ! -name SHA256SUMS -printf '%P\0' | xargs -0 sha256sum > SHA256SUMS
            ./install.sh
            """);
        Assert.Equal(1, code);
        Assert.Contains("the agent does not run on this system: GLIBC_2.34 not found", output, StringComparison.Ordinal);
        Assert.NotEqual(0, (await guest.TryRunAsync("test", "-e", $"/usr/bin/{Agent}")).ExitCode);
        await guest.RunAsync("rm", "-r", "/tmp/old");

        await guest.RunAsync(Install, "agent", "collector");
        Assert.Equal("active", (await guest.RunAsync("systemctl", "is-active", "nodetelemetry-collector")).Trim());
        await guest.RunAsync(Install, "--purge", "agent", "collector");
        Assert.Equal(string.Empty, await FindAsync(guest, "-iname *nodetelemetry*"));
        Assert.Empty(await collector.ListEventsAsync("lost"));
    }

    [Fact]
    public async Task It_installs_below_another_root_and_nothing_is_left_after_a_purge()
    {
        using var unpacked = await UnpackAsync();
        using var root = new TempFolder();
        PlaceLoader(root);
        var before = ListFiles(root);

        var (code, output) = await InstallAsync(unpacked, root, "agent", "collector");
        Assert.True(code == 0, output);
        var files = ListFiles(root);
        Assert.Contains("usr/bin/nodetelemetry-agent", files);
        Assert.Contains("usr/lib/nodetelemetry/collector/wwwroot/index.html", files);
        Assert.Contains("etc/nodetelemetry/collector.json", files);
        Assert.Equal(
            0, (await TestProcess.RunAsync([root["usr/bin/nodetelemetry-collector"], "--version"], Deadline)).ExitCode);

        (code, output) = await InstallAsync(unpacked, root, "--purge", "agent", "collector");
        Assert.True(code == 0, output);
        Assert.Equal(before, ListFiles(root));
    }

    /// <summary>On a 32-bit board, and on a 64-bit one with 32-bit programs: the agent with its own C library. There is no collector.</summary>
    [Theory]
    [InlineData("armv6l")]
    [InlineData("armv7l")]
    [InlineData("aarch64")]
    public async Task It_installs_the_agent_for_32_bit_ARM(string processor)
    {
        Assert.SkipWhen(MonoAgent.ArmObstacle is not null, MonoAgent.ArmObstacle ?? string.Empty);
        using var unpacked = await UnpackAsync();
        using var root = new TempFolder();
        using var programs = new TempFolder();
        programs.Write("uname", $"#!/bin/sh\necho {processor}\n");
        await Packages.RunAsync(["chmod", "+x", programs["uname"]]);

        var (code, output) = await InstallAsync("agent");
        Assert.True(code == 0, output);
        var files = ListFiles(root);
        Assert.Contains("usr/lib/nodetelemetry/agent/runtime/mono-sgen", files);
        Assert.Contains("usr/lib/systemd/system/nodetelemetry-agent.service.d/mono.conf", files);
        Assert.Contains("usr/share/doc/nodetelemetry-agent/licenses/SOURCES.txt", files);
        Assert.Equal("../lib/nodetelemetry/agent/nodetelemetry-agent", new FileInfo(root["usr/bin/nodetelemetry-agent"]).LinkTarget);

        (code, output) = await InstallAsync("--purge");
        Assert.True(code == 0, output);
        Assert.Empty(ListFiles(root));
        Assert.False(Directory.Exists(root["usr/lib/nodetelemetry/agent"]));

        (code, output) = await InstallAsync("collector");
        Assert.Equal(1, code);
        Assert.Contains("this archive has no collector for this kind of machine", output, StringComparison.Ordinal);

        Task<(int ExitCode, string Output)> InstallAsync(string argument) => TestProcess.RunAsync(
            [unpacked["install.sh"], argument],
            Deadline,
            new Dictionary<string, string>
            {
                ["DESTDIR"] = root.Path,
                ["PATH"] = $"{programs.Path}:{Environment.GetEnvironmentVariable("PATH")}",
            });
    }

    [Fact]
    public async Task A_damaged_file_is_not_installed()
    {
        using var unpacked = await UnpackAsync();
        using var root = new TempFolder();
        PlaceLoader(root);
        await File.AppendAllTextAsync(unpacked[$"{Packages.Machine}/agent/usr/bin/nodetelemetry-agent"], "x", TestContext.Current.CancellationToken);

        var (code, output) = await InstallAsync(unpacked, root);

        Assert.Equal(1, code);
        Assert.Contains("usr/bin/nodetelemetry-agent: FAILED", output, StringComparison.Ordinal);
        Assert.Contains("download the archive again", output, StringComparison.Ordinal);
        Assert.False(Directory.Exists(root["usr"]));
    }

    [Fact]
    public async Task A_system_without_glibc_and_unknown_words_are_rejected()
    {
        using var unpacked = await UnpackAsync();
        using var root = new TempFolder();

        var (code, output) = await InstallAsync(unpacked, root);
        Assert.Equal(1, code);
        Assert.Contains("32-bit system on a 64-bit kernel, or has no glibc", output, StringComparison.Ordinal);

        (code, output) = await InstallAsync(unpacked, root, "--remove");
        Assert.Equal(64, code);
        Assert.Contains("--remove: not known; there are agent, collector, --uninstall", output, StringComparison.Ordinal);
    }

    private static async Task<TempFolder> UnpackAsync()
    {
        var folder = new TempFolder();
        await Packages.RunAsync(["tar", "-x", "-f", await Archive.GetAsync(), "-C", folder.Path, "--strip-components=1"]);
        return folder;
    }

    private static Task<(int ExitCode, string Output)> InstallAsync(TempFolder unpacked, TempFolder root, params string[] arguments) =>
        TestProcess.RunAsync(
            [unpacked["install.sh"], .. arguments], Deadline, new Dictionary<string, string> { ["DESTDIR"] = root.Path });

    /// <summary>Writes the program loader by which install.sh recognizes a system.</summary>
    private static void PlaceLoader(TempFolder root) =>
        root.Write(Packages.Machine == "x64" ? "lib64/ld-linux-x86-64.so.2" : "lib/ld-linux-aarch64.so.1", string.Empty);

    private static List<string> ListFiles(TempFolder root) =>
        [.. Directory.GetFiles(root.Path, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(root.Path, path)).Order()];

    private static async Task<string> FindAsync(DebianGuest guest, string condition) =>
        (await guest.ShellAsync($"set -f; find / -xdev -path /srv -prune -o {condition} -print")).Trim();
}
