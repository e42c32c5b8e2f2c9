using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Packaging.Tests;

/// <summary>The packages, installed by apt from a signed repository on a booted Debian.</summary>
public sealed class AptGuestTests(ITestOutputHelper log)
{
    private const int CollectorHost = 1;
    private const int GuestHost = 2;
    private const string Name = "packaged";
    private const string Agent = "nodetelemetry-agent";
    private const string Collector = "nodetelemetry-collector";

    /// <summary>A node that is expected back after an upgrade has two minutes; see the agent's goodbye.</summary>
    private static readonly TimeSpan UpgradeMax = TimeSpan.FromSeconds(130);

    /// <summary>The life of an agent: installed, reconfigured, upgraded, downgraded, disabled, enabled, removed, purged.
    /// The collector outside must see every step for what it is, and raise no alert.</summary>
    [Fact]
    public async Task The_agent_is_installed_upgraded_and_removed_without_an_alert()
    {
        await using var stage = await Stage.SetAsync();
        var (guest, collector) = (stage.Guest, stage.Collector);

        // Installed.
        var clock = Stopwatch.StartNew();
        await guest.RunAsync("apt-get", "install", "-y", "-qq", Agent);
        await collector.WaitForNodeAsync(Name, IsUp);
        log.WriteLine($"Installation to first sample: {clock.Elapsed.TotalSeconds:0.0} s.");
        Assert.Equal("enabled", (await guest.RunAsync("systemctl", "is-enabled", Agent)).Trim());
        Assert.Equal("root root 755", (await guest.RunAsync("stat", "-c", "%U %G %a", "/etc/nodetelemetry")).Trim());
        Assert.NotEqual(0, (await guest.TryRunAsync("setpriv", "--reuid", Agent, "--clear-groups", "touch", "/etc/nodetelemetry/x")).ExitCode);

        // Reconfigured, within the same run.
        await guest.WriteAsync("/etc/nodetelemetry/agent.json", """{ "Interval": "1s", "Label": { "rack": "7" } }""");
        await guest.RunAsync("systemctl", "reload", Agent);
        await collector.WaitForNodeAsync(Name, static node => node.GetProperty("labels").TryGetProperty("rack", out _));
        Assert.Empty(await collector.ListEventsAsync("restarted", "left", "rebooting"));

        // Upgraded and downgraded; the changed configuration stays.
        var version = await Packages.GetVersionAsync();
        await ReplaceAsync(stage, "second", version + Packages.Suffix);
        await ReplaceAsync(stage, "first", version);
        Assert.Contains("\"rack\"", await guest.RunAsync("cat", "/etc/nodetelemetry/agent.json"), StringComparison.Ordinal);

        // Disabled, enabled, removed.
        await guest.RunAsync("systemctl", "disable", "--now", Agent);
        await AssertLeftAsync(collector);
        await guest.RunAsync("systemctl", "enable", "--now", Agent);
        await collector.WaitForNodeAsync(Name, IsUp);
        await guest.RunAsync("apt-get", "remove", "-y", "-qq", Agent);
        await AssertLeftAsync(collector);
        Assert.Equal(0, (await guest.TryRunAsync("test", "-e", "/etc/nodetelemetry/agent.json")).ExitCode);

        // Installed again with the configuration that was kept, over a unit of an installation by hand, then purged at once.
        const string Unit = $"/etc/systemd/system/{Agent}.service";
        await guest.WriteAsync(Unit, await guest.ShellAsync($"dpkg-deb --fsys-tarfile /srv/share/first/pool/main/n/nodetelemetry/{Agent}*.deb | tar -xO --wildcards '*/{Agent}.service'"));
        Assert.Contains($"{Unit}, from an installation by hand", await guest.RunAsync("apt-get", "install", "-y", "-qq", Agent), StringComparison.Ordinal);
        await collector.WaitForNodeAsync(Name, static node => IsUp(node) && node.GetProperty("labels").TryGetProperty("rack", out _));
        await guest.RunAsync("rm", Unit);
        await guest.RunAsync("apt-get", "purge", "-y", "-qq", Agent);
        await AssertLeftAsync(collector);
        await AssertNothingIsLeftAsync(guest);
        if (Environment.GetEnvironmentVariable("NODETELEMETRY_TEST_REMOVAL") is { } seconds)
        {
            await Task.Delay(TimeSpan.FromSeconds(int.Parse(seconds, CultureInfo.InvariantCulture)));
            await AssertLeftAsync(collector);
        }

        Assert.Empty(await collector.ListEventsAsync("lost"));
        Assert.DoesNotContain(await collector.ListAlertsAsync(), static rule => rule.Contains("lost", StringComparison.Ordinal));
    }

    /// <summary>Both packages on one machine: the collector receives its own node, keeps its data over an upgrade, and purges it.</summary>
    [Fact]
    public async Task Agent_and_collector_live_on_one_machine()
    {
        await using var stage = await Stage.SetAsync();
        var guest = stage.Guest;

        await guest.RunAsync("apt-get", "install", "-y", "-qq", Agent, Collector);
        await WaitForPageAsync(guest, "api/nodes", Name);
        Assert.Contains("<html", await FetchAsync(guest, ""), StringComparison.OrdinalIgnoreCase);
        foreach (var (unit, exposureMax) in new[] { (Agent, 2.0), (Collector, 1.5) })
        {
            var output = await guest.ShellAsync($"systemd-analyze security --no-pager {unit} | tail -n 1");
            var exposure = double.Parse(output.Split(": ")[1].Split(' ')[0], CultureInfo.InvariantCulture);
            log.WriteLine($"{unit}: exposure {exposure}.");
            Assert.True(exposure <= exposureMax, output);
        }

        Assert.Contains(Agent, await guest.ShellAsync($"zcat /usr/share/man/man1/{Agent}.1.gz"), StringComparison.Ordinal);
        Assert.Contains(Collector, await guest.RunAsync(Collector, "--version"), StringComparison.Ordinal);

        await stage.OfferAsync("second");
        await guest.RunAsync("apt-get", "upgrade", "-y", "-qq");
        await WaitForPageAsync(guest, "api/events?kind=collector-started", "collector-started\"", 2);
        await WaitForPageAsync(guest, "api/nodes", "\"up\"");
        Assert.DoesNotContain("\"lost\"", await FetchAsync(guest, "api/events"), StringComparison.Ordinal);

        await guest.RunAsync("apt-get", "purge", "-y", "-qq", Agent, Collector);
        await AssertNothingIsLeftAsync(guest);
    }

    private static async Task WaitForPageAsync(DebianGuest guest, string path, string text, int count = 1) =>
        await Eventually.TrueAsync(
            async () => (await FetchAsync(guest, path)).Split(text).Length > count,
            TimeSpan.FromSeconds(60),
            () => guest.RunAsync("journalctl", "--no-pager", "-u", Collector).GetAwaiter().GetResult());

    private static async Task<string> FetchAsync(DebianGuest guest, string path) =>
        (await guest.TryRunAsync("python3", "-c", $"import urllib.request as r; print(r.urlopen('http://127.0.0.1:8077/{path}').read().decode())")).Output;

    /// <summary>Replaces the agent by the version of another repository: announced, back in time, the same node.</summary>
    private async Task ReplaceAsync(Stage stage, string repository, string version)
    {
        var (guest, collector) = (stage.Guest, stage.Collector);
        var known = (await collector.ListEventsAsync("rebooting", "restarted", "recovered")).Count;
        await stage.OfferAsync(repository);
        var reply = await guest.RunAsync("apt-get", "install", "-y", "-qq", "--allow-downgrades", $"{Agent}={version}");
        Assert.Equal(version, (await guest.RunAsync("dpkg-query", "-W", "-f", "${Version}", Agent)).Trim());
        await Eventually.TrueAsync(
            async () => (await collector.ListEventsAsync("rebooting", "restarted", "recovered")).Count >= known + 2, UpgradeMax, () => reply);
        var events = (await collector.ListEventsAsync("rebooting", "restarted", "recovered"))[known..];
        Assert.Equal("upgrade", events[0].GetProperty("details").GetProperty("reason").GetString());
        var node = await collector.WaitForNodeAsync(Name, static node => IsUp(node) && node.GetProperty("lost").GetInt64() == 0);
        Assert.Equal(0, node.GetProperty("unrecoverable").GetInt64());
        log.WriteLine($"{version}: goodbye to first new sample {events[1].GetProperty("time").GetInt64() - events[0].GetProperty("time").GetInt64()} ms.");
    }

    private static async Task AssertLeftAsync(PackagedCollector collector)
    {
        var node = await collector.WaitForNodeAsync(Name, static node => node.GetProperty("health").GetString() != "up");
        Assert.Equal("left", node.GetProperty("health").GetString());
        Assert.Equal("stop", node.GetProperty("bye").GetProperty("reason").GetString());
    }

    /// <summary>Debian keeps users; everything else of a purged package is gone.</summary>
    private static async Task AssertNothingIsLeftAsync(DebianGuest guest)
    {
        var left = await guest.ShellAsync(
            "find / -xdev -path /srv -prune -o -iname '*nodetelemetry*' -print | grep -v -e ^/etc/apt/ -e ^/usr/share/keyrings/ -e ^/var/lib/apt/ -e ^/var/cache/apt/ || true");
        Assert.Equal(string.Empty, left.Trim());
        Assert.NotEqual("active", (await guest.TryRunAsync("systemctl", "is-active", Agent)).Output.Trim());
    }

    private static bool IsUp(JsonElement node) => node.GetProperty("health").GetString() == "up";

    /// <summary>A collector and a guest that knows the signed repositories.</summary>
    private sealed class Stage : IAsyncDisposable
    {
        private const string Keyring = "/usr/share/keyrings/nodetelemetry.gpg";

        private Stage(NetworkLab lab, PackagedCollector collector, DebianGuest guest)
        {
            (Lab, Collector, Guest) = (lab, collector, guest);
        }

        public NetworkLab Lab { get; }

        public PackagedCollector Collector { get; }

        public DebianGuest Guest { get; }

        public static async Task<Stage> SetAsync()
        {
            Assert.SkipWhen(DebianGuest.Obstacle is not null, DebianGuest.Obstacle ?? string.Empty);
            Packages.Require("reprepro", "reprepro");
            Packages.Require("gpg", "gpg");
            string[] folders = [await Packages.FirstAsync(), await Packages.SecondAsync()];
            var lab = await NetworkLab.CreateAsync(2);
            PackagedCollector? collector = null;
            DebianGuest? guest = null;
            try
            {
                collector = await PackagedCollector.StartAsync(lab, CollectorHost, Packages.Find(folders[0], "collector", Packages.Architecture));
                guest = await DebianGuest.StartAsync(lab, GuestHost, Name);
                await using var key = await SigningKey.CreateAsync();
                foreach (var folder in folders)
                {
                    var repository = Path.Combine(guest.Share, Path.GetFileName(folder));
                    await Packages.RunAsync(
                        [Path.Combine(RepositoryRoot.Path, "packaging/apt-repository"), repository, SigningKey.Id, .. Directory.GetFiles(folder, "*.deb")],
                        key.Environment);
                }

                await guest.ShellAsync($"rm -rf /etc/apt/sources.list*/* /etc/apt/sources.list && cp /srv/share/first/nodetelemetry.gpg {Keyring}");
                var stage = new Stage(lab, collector, guest);
                await stage.OfferAsync("first");
                return stage;
            }
            catch
            {
                await DisposeAsync(guest, collector, lab);
                throw;
            }
        }

        /// <summary>Makes a repository the one that apt knows.</summary>
        public async Task OfferAsync(string repository)
        {
            await Guest.WriteAsync(
                "/etc/apt/sources.list.d/nodetelemetry.list", $"deb [signed-by={Keyring}] file:/srv/share/{repository} stable main\n");
            await Guest.RunAsync("apt-get", "update", "-q", "-o", "APT::Update::Error-Mode=any");
        }

        /// <inheritdoc/>
        public async ValueTask DisposeAsync() => await DisposeAsync(Guest, Collector, Lab);

        private static async Task DisposeAsync(params IAsyncDisposable?[] parts)
        {
            foreach (var part in parts)
            {
                if (part is not null)
                {
                    await part.DisposeAsync();
                }
            }
        }
    }
}
