using System.Text.Json;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Deploy.Tests;

/// <summary>A real swarm of two Docker daemons on two hosts of a lab, with a stack of <c>deploy/swarm</c>; a third host browses.</summary>
internal sealed class SwarmLab : IAsyncDisposable
{
    private const int Browser = 3;
    private const string Stack = "test";

    /// <summary>A rolling update takes ten seconds for each node, to see whether its agent stays.</summary>
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(120);

    private NetworkLab _lab = null!;
    private DockerHost _worker = null!;

    private SwarmLab()
    {
    }

    /// <summary>Gets the daemon that manages the swarm and has the collector.</summary>
    public DockerHost Manager { get; private set; } = null!;

    /// <summary>Gets the collector.</summary>
    public CollectorClient Client { get; private set; } = null!;

    /// <summary>Starts a swarm.</summary>
    public static async Task<SwarmLab> StartAsync()
    {
        Assert.SkipUnless(DockerHost.Obstacle is null, DockerHost.Obstacle ?? string.Empty);
        _ = await Images.GetAsync();
        var swarm = new SwarmLab();
        try
        {
            await swarm.JoinAsync();
        }
        catch
        {
            await swarm.DisposeAsync();
            throw;
        }

        return swarm;
    }

    /// <summary>Deploys the stack.</summary>
    /// <param name="configuration">The number of the configuration.</param>
    /// <param name="files">The files of <c>deploy/swarm</c>.</param>
    public async Task DeployAsync(string configuration, params string[] files)
    {
        var folder = Path.Combine(RepositoryRoot.Path, "deploy/swarm");
        var variables = new Dictionary<string, string>
        {
            ["NODETELEMETRY_VERSION"] = await Images.GetVersionAsync(),
            ["NODETELEMETRY_CONFIG"] = configuration,
        };
        var (code, output) = await Manager.TryRunAsync(
            ["stack", "deploy", "--resolve-image", "never", .. files.SelectMany(file => new[] { "--compose-file", Path.Combine(folder, file) }), Stack],
            variables);
        Assert.True(code == 0, output);
    }

    /// <summary>Replaces the container of a service.</summary>
    public Task ReplaceAsync(string service) => Manager.RunAsync("service", "update", "--force", "--detach", $"{Stack}_{service}");

    /// <summary>Waits for the end of an update.</summary>
    public Task WaitForUpdateAsync(string service) => Eventually.TrueAsync(
        async () => await Manager.RunAsync("service", "inspect", "--format", "{{.UpdateStatus.State}}", $"{Stack}_{service}") == "completed",
        Deadline,
        () => Manager.Log);

    /// <summary>Waits until both nodes are up, under their own names.</summary>
    public Task WaitForNodesAsync(Func<JsonElement, bool> condition) =>
        Client.WaitForNodesAsync([Manager.Name, _worker.Name], condition, () => Manager.Log);

    /// <summary>Asserts that no node was lost, no alert was raised and no sample is missing.</summary>
    public async Task AssertNothingLostAsync()
    {
        Assert.DoesNotContain("lost", await Client.GetEventsAsync());
        Assert.Equal(0, await Client.CountAlertsAsync());
        Assert.All((await Client.GetNodesAsync()).Values, static node => Assert.Equal(0, node.GetProperty("unrecoverable").GetInt32()));
    }

    public async ValueTask DisposeAsync()
    {
        Client?.Dispose();
        foreach (var docker in (DockerHost?[])[_worker, Manager])
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

    private async Task JoinAsync()
    {
        _lab = await NetworkLab.CreateAsync(hosts: 3);
        Manager = await DockerHost.StartAsync(_lab, 1);
        _worker = await DockerHost.StartAsync(_lab, 2);
        Client = new CollectorClient(_lab, Browser, new Uri("http://10.77.0.1:8077/"));
        await Manager.RunAsync("swarm", "init", "--advertise-addr", "10.77.0.1");
        var token = await Manager.RunAsync("swarm", "join-token", "--quiet", "worker");
        await _worker.RunAsync("swarm", "join", "--advertise-addr", "10.77.0.2", "--token", token, "10.77.0.1:2377");
        await Manager.RunAsync("node", "update", "--label-add", "nodetelemetry=collector", Manager.Name);
    }
}
