using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Deploy.Tests;

/// <summary>The stack on an overlay network, with signed datagrams.</summary>
public sealed class SwarmOverlayTests
{
    private const string KeyName = "nodetelemetry-key";
    private const int SampleCount = 3;

    /// <summary>The nodes send to the collector's name. A new collector has another address, which the agents find.</summary>
    [Fact]
    public async Task Every_node_appears_and_an_update_of_the_collector_loses_none()
    {
        await using var swarm = await SwarmLab.StartAsync();
        using var folder = new TempFolder();
        await Commands.RunAsync([NativeAgent.Path, "key", "new", folder["cluster.key"]]);
        await swarm.Manager.RunAsync("secret", "create", KeyName, folder["cluster.key"]);
        await swarm.DeployAsync("1", "stack.yml", "stack.overlay.yml", "stack.keys.yml");
        await swarm.WaitForNodesAsync(static node => node.GetProperty("received").GetInt32() > SampleCount);

        await swarm.ReplaceAsync("collector");
        await swarm.WaitForUpdateAsync("collector");
        await swarm.WaitForNodesAsync(static node => node.GetProperty("received").GetInt32() > SampleCount);
        await swarm.AssertNothingLostAsync();
    }
}
