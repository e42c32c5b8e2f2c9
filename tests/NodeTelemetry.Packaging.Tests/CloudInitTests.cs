using System.Diagnostics;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Packaging.Tests;

/// <summary>The user data of <c>deploy/cloud-init</c>, taken by cloud-init at a first boot.</summary>
public sealed class CloudInitTests(ITestOutputHelper log)
{
    private const int CollectorHost = 1;
    private const int GuestHost = 2;
    private const string Seed = "/var/lib/cloud/seed/nocloud";

    /// <summary>What the units of cloud-init run at boot, in this order.</summary>
    private static readonly string[] Stages = ["init --local", "init", "modules --mode=config", "modules --mode=final"];

    [Fact]
    public async Task A_card_with_the_package_on_it_becomes_a_node_at_its_first_boot()
    {
        await using var lab = await CreateLabAsync();
        var packages = await Packages.FirstAsync();
        var package = Packages.Find(packages, "agent", Packages.Architecture);
        await using var collector = await PackagedCollector.StartAsync(
            lab, CollectorHost, Packages.Find(packages, "collector", Packages.Architecture));
        await using var guest = await DebianGuest.StartAsync(lab, GuestHost, "fresh-card");
        File.Copy(package, Path.Combine(guest.Share, Path.GetFileName(package)));
        await guest.ShellAsync($"mkdir -p /boot/firmware && cp /srv/share/{Path.GetFileName(package)} /boot/firmware/");

        await BootAsync(guest, await ReadAsync("user-data"));
        await AssertNodeAsync(collector, "pi-01");
        Assert.Empty(await collector.ListAlertsAsync());
    }

    [Fact]
    public async Task A_card_that_knows_the_repository_becomes_a_node_at_its_first_boot()
    {
        Packages.Require("reprepro", "reprepro");
        await using var lab = await CreateLabAsync();
        var packages = await Packages.FirstAsync();
        await using var collector = await PackagedCollector.StartAsync(
            lab, CollectorHost, Packages.Find(packages, "collector", Packages.Architecture));
        await using var guest = await DebianGuest.StartAsync(lab, GuestHost, "fresh-card");
        await using var key = await SigningKey.CreateAsync();
        var repository = Path.Combine(guest.Share, "repository");
        await Packages.RunAsync(
            [Path.Combine(RepositoryRoot.Path, "packaging/apt-repository"), repository, SigningKey.Id, .. Directory.GetFiles(packages, "*.deb")],
            key.Environment);
        await guest.ShellAsync("rm -rf /etc/apt/sources.list*/* /etc/apt/sources.list");

        var userData = (await ReadAsync("user-data.apt"))
            .Replace("content: KEY", $"content: {Convert.ToBase64String(await File.ReadAllBytesAsync(Path.Combine(repository, "nodetelemetry.gpg")))}", StringComparison.Ordinal)
            .Replace("http://server.lan/apt", "file:/srv/share/repository", StringComparison.Ordinal);
        await BootAsync(guest, userData);
        await AssertNodeAsync(collector, "fresh-card");
    }

    private static async Task<NetworkLab> CreateLabAsync()
    {
        Assert.SkipWhen(DebianGuest.Obstacle is not null, DebianGuest.Obstacle ?? string.Empty);
        return await NetworkLab.CreateAsync(2);
    }

    private static Task<string> ReadAsync(string name) =>
        File.ReadAllTextAsync(Path.Combine(RepositoryRoot.Path, "deploy/cloud-init", name));

    /// <summary>Runs cloud-init as a first boot does; the network is that of the test, and the guest has no locales.</summary>
    private async Task BootAsync(DebianGuest guest, string userData)
    {
        await guest.WriteAsync("/etc/cloud/cloud.cfg.d/99-guest.cfg", "network: { config: disabled }\nlocale: C.UTF-8\n");
        await guest.WriteAsync($"{Seed}/meta-data", "instance-id: card-1\n");
        await guest.WriteAsync($"{Seed}/user-data", userData);
        await guest.RunAsync("rm", "/etc/cloud/cloud-init.disabled");
        Assert.Contains("Valid", await guest.ShellAsync($"cloud-init schema -c {Seed}/user-data"), StringComparison.Ordinal);
        var clock = Stopwatch.StartNew();
        foreach (var stage in Stages)
        {
            await guest.ShellAsync($"cloud-init {stage}");
        }

        log.WriteLine($"cloud-init: {clock.Elapsed.TotalSeconds:0.0} s.");
        log.WriteLine(await guest.ShellAsync("grep -h -i -e warn -e error /var/log/cloud-init.log /var/log/cloud-init-output.log || true"));
    }

    private static async Task AssertNodeAsync(PackagedCollector collector, string name)
    {
        var node = await collector.WaitForNodeAsync(name, static node => node.GetProperty("health").GetString() == "up");
        Assert.Equal("a", node.GetProperty("labels").GetProperty("rack").GetString());
    }
}
