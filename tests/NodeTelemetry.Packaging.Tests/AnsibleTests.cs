using System.Text.Json;
using System.Text.RegularExpressions;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Packaging.Tests;

/// <summary>The playbook of <c>deploy/ansible</c>, run over ssh against a booted Debian.</summary>
public sealed partial class AnsibleTests(ITestOutputHelper log)
{
    private const int CollectorHost = 1;
    private const int GuestHost = 2;
    private const string Name = "ansible-node";

    /// <summary>Dozens of modules, each a Python that is copied over ssh, on a busy machine.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    private static string Playbooks => Path.Combine(RepositoryRoot.Path, "deploy/ansible");

    [Fact]
    public async Task The_linter_has_nothing_to_report()
    {
        Packages.Require("ansible-lint", "ansible-lint");
        var (code, output) = await TestProcess.RunAsync(
            ["bash", "-c", $"cd {Playbooks} && ansible-lint --offline --nocolor --profile production site.yml roles"], Deadline);
        Assert.True(code == 0, output);
    }

    /// <summary>Installed from packages on the controlling machine, run again, reconfigured, upgraded. The collector outside
    /// sees the labels that the groups of the inventory mean, and no loss.</summary>
    [Fact]
    public async Task The_playbook_installs_configures_and_upgrades_a_node_without_an_alert()
    {
        Assert.SkipWhen(DebianGuest.Obstacle is not null, DebianGuest.Obstacle ?? string.Empty);
        Packages.Require("ansible-playbook", "ansible");
        Packages.Require("ssh", "openssh-client");
        Packages.Require("reprepro", "reprepro");
        string[] packages = [await Packages.FirstAsync(), await Packages.SecondAsync()];
        await using var lab = await NetworkLab.CreateAsync(2);
        await using var collector = await PackagedCollector.StartAsync(
            lab, CollectorHost, Packages.Find(packages[0], "collector", Packages.Architecture));
        await using var guest = await DebianGuest.StartAsync(lab, GuestHost, Name);
        using var folder = new TempFolder();
        await ListenAsync(guest, folder);
        await OfferAsync(guest, packages[0]);

        var first = await PlayAsync(lab, folder, packages[0]);
        Assert.True(Changes(first) > 0, first);
        var node = await collector.WaitForNodeAsync(Name, static node => node.GetProperty("health").GetString() == "up");
        Assert.Equal(
            """{"group":"database","rack":"7","site":"home"}""", JsonSerializer.Serialize(node.GetProperty("labels")));
        Assert.Equal("active", (await guest.RunAsync("systemctl", "is-active", "nodetelemetry-collector")).Trim());

        var second = await PlayAsync(lab, folder, packages[0]);
        Assert.True(Changes(second) == 0, second);

        // A wrong option changes nothing; a right one is taken within the run.
        var (code, output) = await TryPlayAsync(lab, folder, packages[0], """, "nodetelemetry_agent_options": { "Interval": "1 parsec" }""");
        Assert.NotEqual(0, code);
        Assert.Contains("is not accepted", output, StringComparison.Ordinal);
        Assert.DoesNotContain("parsec", await guest.RunAsync("cat", "/etc/nodetelemetry/agent.json"), StringComparison.Ordinal);
        await PlayAsync(lab, folder, packages[0], """, "nodetelemetry_agent_options": { "Interval": "1s" }""");
        await collector.WaitForNodeAsync(Name, static node => node.GetProperty("interval").GetInt32() == 1000);
        Assert.Empty(await collector.ListEventsAsync("restarted", "left", "rebooting"));

        // Upgraded.
        await PlayAsync(lab, folder, packages[1], """, "nodetelemetry_agent_options": { "Interval": "1s" }""");
        Assert.EndsWith(
            Packages.Suffix, (await guest.RunAsync("dpkg-query", "-W", "-f", "${Version}", "nodetelemetry-agent")).Trim(), StringComparison.Ordinal);
        await Eventually.TrueAsync(
            async () => (await collector.ListEventsAsync("restarted", "recovered")).Count > 0, Deadline, () => collector.Output);
        var goodbye = Assert.Single(await collector.ListEventsAsync("rebooting"));
        Assert.Equal("upgrade", goodbye.GetProperty("details").GetProperty("reason").GetString());
        Assert.Empty(await collector.ListEventsAsync("lost"));
        var upgraded = await collector.WaitForNodeAsync(Name, static node => node.GetProperty("lost").GetInt64() == 0);
        Assert.Equal(0, upgraded.GetProperty("unrecoverable").GetInt64());
        Assert.DoesNotContain(await collector.ListAlertsAsync(), static rule => rule.Contains("lost", StringComparison.Ordinal));
    }

    [GeneratedRegex(@"changed=(\d+)")]
    private static partial Regex ChangedPattern { get; }

    private static int Changes(string output) => ChangedPattern.Matches(output).Sum(static match => int.Parse(match.Groups[1].ValueSpan));

    /// <summary>Starts ssh in the guest, for a key of the test only.</summary>
    private static async Task ListenAsync(DebianGuest guest, TempFolder folder)
    {
        await Packages.RunAsync(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder["key"]]);
        File.Copy(folder["key.pub"], Path.Combine(guest.Share, "key.pub"));
        await guest.ShellAsync("install -D -m 600 /srv/share/key.pub ~/.ssh/authorized_keys");
        await guest.RunAsync("ssh-keygen", "-A");
        await guest.RunAsync("systemctl", "start", "ssh");
    }

    /// <summary>Makes a signed repository for the collector; the guest knows no other.</summary>
    private static async Task OfferAsync(DebianGuest guest, string packages)
    {
        await using var key = await SigningKey.CreateAsync();
        await Packages.RunAsync(
            [
                Path.Combine(RepositoryRoot.Path, "packaging/apt-repository"), Path.Combine(guest.Share, "repository"), SigningKey.Id,
                .. Directory.GetFiles(packages, "*.deb"),
            ],
            key.Environment);
        File.Copy(Path.Combine(guest.Share, "repository/nodetelemetry.gpg"), Path.Combine(packages, "nodetelemetry.gpg"), overwrite: true);
        await guest.ShellAsync("rm -rf /etc/apt/sources.list*/* /etc/apt/sources.list");
    }

    private async Task<string> PlayAsync(NetworkLab lab, TempFolder folder, string packages, string options = "")
    {
        var (code, output) = await TryPlayAsync(lab, folder, packages, options);
        Assert.True(code == 0, output);
        return output;
    }

    private async Task<(int ExitCode, string Output)> TryPlayAsync(NetworkLab lab, TempFolder folder, string packages, string options)
    {
        // The collector is installed once; each task more takes seconds.
        var collectors = options.Length == 0 ? Name : string.Empty;
        var repository = Path.Combine(Path.GetDirectoryName(packages)!, "first/nodetelemetry.gpg");
        await File.WriteAllTextAsync(
            folder["inventory.yml"],
            $$"""
            all:
              hosts:
                {{Name}}: { ansible_host: 10.77.0.{{GuestHost}}, ansible_user: root, ansible_ssh_private_key_file: {{folder["key"]}} }
              children:
                nodes: { hosts: { {{Name}}: } }
                collectors: { hosts: { {{(collectors.Length == 0 ? string.Empty : collectors + ":")}} } }
                rack_7: { hosts: { {{Name}}: } }
                database: { hosts: { {{Name}}: } }
            """);
        await File.WriteAllTextAsync(
            folder["variables.json"],
            $$"""
            {
              "nodetelemetry_agent_packages": "{{packages}}",
              "nodetelemetry_agent_labels": { "site": "home" },
              "nodetelemetry_collector_repository": "file:/srv/share/repository",
              "nodetelemetry_collector_repository_key": "{{repository}}"{{options}}
            }
            """);
        var result = await TestProcess.RunAsync(
            [
                .. lab.On(CollectorHost), "ansible-playbook", "-i", folder["inventory.yml"], "-e", $"@{folder["variables.json"]}",
                Path.Combine(Playbooks, "site.yml"),
            ],
            Deadline,
            new Dictionary<string, string>
            {
                ["ANSIBLE_CONFIG"] = Path.Combine(Playbooks, "ansible.cfg"),
                ["ANSIBLE_HOST_KEY_CHECKING"] = "False",
                ["ANSIBLE_LOCAL_TEMP"] = folder["local"],
                ["ANSIBLE_SSH_CONTROL_PATH_DIR"] = folder["control"],
                ["ANSIBLE_NOCOLOR"] = "1",
            });
        log.WriteLine(result.Output);
        return result;
    }
}
