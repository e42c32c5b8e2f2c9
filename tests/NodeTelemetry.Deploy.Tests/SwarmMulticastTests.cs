using System.Text.Json;
using Xunit;

namespace NodeTelemetry.Deploy.Tests;

/// <summary>The stack with multicast on the hosts' network.</summary>
public sealed class SwarmMulticastTests
{
    /// <summary>Every node appears under its own name, and a new configuration for all raises no alert and loses no sample.</summary>
    [Fact]
    public async Task Every_node_appears_and_an_update_of_all_agents_loses_none()
    {
        await using var swarm = await SwarmLab.StartAsync();
        await swarm.DeployAsync("1", "stack.yml");
        await swarm.WaitForNodesAsync(HasLabel);

        await swarm.DeployAsync("2", "stack.yml");
        await swarm.WaitForUpdateAsync("agent");
        await swarm.WaitForNodesAsync(HasLabel);
        await swarm.AssertNothingLostAsync();
        Assert.Equal(2, (await swarm.Client.GetEventsAsync()).Count(static kind => kind == "restarted"));
    }

    private static bool HasLabel(JsonElement node) =>
        node.GetProperty("labels").TryGetProperty("cluster", out var cluster) && cluster.GetString() == "swarm";
}
