using System.Text.Json;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Deploy.Tests;

/// <summary>The stacks of <c>deploy/swarm</c> in a real swarm of two Docker daemons on two hosts of a lab; a third host browses.</summary>
public sealed class SwarmTests : IAsyncLifetime
{
    private const int Browser = 3;
    private const string Stack = "test";
    private const string KeyName = "nodetelemetry-key";

    /// <summary>A rolling update takes ten seconds for each node, to see whether its agent stays.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(120);

    private NetworkLab _lab = null!;
    private DockerHost _manager = null!;
    private DockerHost _worker = null!;
    private CollectorClient _client = null!;

    private string[] Names => [_manager.Name, _worker.Name];

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(DockerHost.Obstacle is null, DockerHost.Obstacle ?? string.Empty);
        _ = await Images.GetAsync();
        _lab = await NetworkLab.CreateAsync(hosts: 3);
        _manager = await DockerHost.StartAsync(_lab, 1);
        _worker = await DockerHost.StartAsync(_lab, 2);
        _client = new CollectorClient(_lab, Browser, new Uri("http://10.77.0.1:8077/"));
        await _manager.RunAsync("swarm", "init", "--advertise-addr", "10.77.0.1");
        var token = await _manager.RunAsync("swarm", "join-token", "--quiet", "worker");
        await _worker.RunAsync("swarm", "join", "--advertise-addr", "10.77.0.2", "--token", token, "10.77.0.1:2377");
        await _manager.RunAsync("node", "update", "--label-add", "nodetelemetry=collector", _manager.Name);
    }

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        foreach (var docker in (DockerHost?[])[_worker, _manager])
        {
            if (docker is not null)
            {
                await docker.DisposeAsync();
            }
        }

        if (_lab is not null)
        {
            await _lab.DisposeAsync();
        }
    }

    /// <summary>Every node appears under its own name, and a new configuration for all raises no alert and loses no sample.</summary>
    [Fact]
    public async Task By_multicast_every_node_appears_and_an_update_of_all_agents_loses_none()
    {
        await DeployAsync("1", "stack.yml");
        await _client.WaitForNodesAsync(Names, static node => HasLabel(node), () => _manager.Log);

        await DeployAsync("2", "stack.yml");
        await WaitForUpdateAsync("agent");
        await _client.WaitForNodesAsync(Names, static node => HasLabel(node), () => _manager.Log);
        await AssertNothingLostAsync();
        Assert.Equal(2, (await _client.GetEventsAsync()).Count(static kind => kind == "restarted"));
    }

    /// <summary>Without multicast the nodes send signed datagrams to the collector's name. A new collector has another address, which the agents find.</summary>
    [Fact]
    public async Task On_an_overlay_network_with_keys_an_update_of_the_collector_loses_no_node()
    {
        using var folder = new TempFolder();
        await Commands.RunAsync([NativeAgent.Path, "key", "new", folder["cluster.key"]]);
        await _manager.RunAsync("secret", "create", KeyName, folder["cluster.key"]);
        await DeployAsync("1", "stack.yml", "stack.overlay.yml", "stack.keys.yml");
        await _client.WaitForNodesAsync(Names, static node => node.GetProperty("received").GetInt32() > 3, () => _manager.Log);

        await _manager.RunAsync("service", "update", "--force", "--detach", $"{Stack}_collector");
        await WaitForUpdateAsync("collector");
        await _client.WaitForNodesAsync(Names, static node => node.GetProperty("received").GetInt32() > 3, () => _manager.Log);
        await AssertNothingLostAsync();
    }

    [Fact]
    public async Task The_template_for_Portainer_deploys_the_stack_and_asks_for_its_variables()
    {
        var folder = Path.Combine(RepositoryRoot.Path, "deploy/swarm");
        var text = await File.ReadAllTextAsync(Path.Combine(folder, "portainer-template.json"), TestContext.Current.CancellationToken);
        using var document = JsonDocument.Parse(text);
        Assert.Equal("3", document.RootElement.GetProperty("version").GetString());
        var stack = await File.ReadAllTextAsync(Path.Combine(folder, "stack.yml"), TestContext.Current.CancellationToken);
        foreach (var template in document.RootElement.GetProperty("templates").EnumerateArray())
        {
            Assert.Equal(2, template.GetProperty("type").GetInt32()); // a stack of a swarm
            Assert.True(File.Exists(Path.Combine(RepositoryRoot.Path, template.GetProperty("repository").GetProperty("stackfile").GetString()!)));
            Assert.All(
                template.GetProperty("env").EnumerateArray(),
                variable => Assert.Contains("${" + variable.GetProperty("name").GetString(), stack, StringComparison.Ordinal));
        }
    }

    private static bool HasLabel(JsonElement node) =>
        node.GetProperty("labels").TryGetProperty("cluster", out var cluster) && cluster.GetString() == "swarm";

    private async Task DeployAsync(string configuration, params string[] files)
    {
        var folder = Path.Combine(RepositoryRoot.Path, "deploy/swarm");
        var variables = new Dictionary<string, string>
        {
            ["NODETELEMETRY_VERSION"] = await Images.GetVersionAsync(),
            ["NODETELEMETRY_CONFIG"] = configuration,
        };
        var (code, output) = await _manager.TryRunAsync(
            ["stack", "deploy", "--resolve-image", "never", .. files.SelectMany(file => new[] { "--compose-file", Path.Combine(folder, file) }), Stack],
            variables);
        Assert.True(code == 0, output);
    }

    private Task WaitForUpdateAsync(string service) => Eventually.TrueAsync(
        async () => await _manager.RunAsync("service", "inspect", "--format", "{{.UpdateStatus.State}}", $"{Stack}_{service}") == "completed",
        Deadline,
        () => _manager.Log);

    private async Task AssertNothingLostAsync()
    {
        Assert.DoesNotContain("lost", await _client.GetEventsAsync());
        Assert.Equal(0, await _client.CountAlertsAsync());
        Assert.All((await _client.GetNodesAsync()).Values, static node => Assert.Equal(0, node.GetProperty("unrecoverable").GetInt32()));
    }
}
