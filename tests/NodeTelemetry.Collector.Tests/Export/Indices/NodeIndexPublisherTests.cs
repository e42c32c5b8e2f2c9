using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Export.Indices;
using NodeTelemetry.Collector.Export.Settings;
using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Export.Indices;

/// <summary>The index of the current node states: complete, the newest wins, an outage loses nothing.</summary>
public class NodeIndexPublisherTests
{
    private const string Pi = "9f3c2a1b00c0ffee";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task All_states_are_written_at_the_start_and_health_changes_at_once()
    {
        await using var server = await FakeOpenSearch.StartAsync();
        var one = Status(Pi);
        await using var publisher = Publisher(server.Address, () => [one, Status("00000000000000aa")]);
        publisher.Start();
        await UntilAsync(() => server.DocumentsOf(IndexNames.Nodes).Count == 2, publisher);
        Assert.Equal("up", Health(server, Pi));
        Assert.True(server.Apis.Templates.ContainsKey(IndexNames.Nodes));

        publisher.OnHealthChanged(
            one with { Health = NodeHealth.Lost, HealthSince = one.LastSeen.AddSeconds(6) }, NodeHealth.Late);
        await UntilAsync(() => Health(server, Pi) == "lost", publisher);
    }

    [Fact]
    public void Only_waiting_states_of_forgotten_nodes_are_limited_and_counted()
    {
        var metrics = new CollectorMetrics().Export;
        var states = new PendingNodeStates(static () => [], metrics);
        for (var number = 0; number < PendingNodeStates.ForgottenMax + 5; number++)
        {
            var status = Status($"{number:x16}");
            states.Change(status);
            states.Change(status with { Health = NodeHealth.Forgotten });
        }

        states.Change(Status(Pi));
        var taken = states.Take(int.MaxValue);
        Assert.Equal(PendingNodeStates.ForgottenMax + 1, taken.Count);
        Assert.Equal(Pi, taken[0].Id);
        Assert.Equal(5, metrics.StatesDropped.Value);
        Assert.Empty(states.Take(1));
    }

    [Fact]
    public async Task After_an_outage_only_the_newest_state_is_written()
    {
        await using var server = await FakeOpenSearch.StartAsync();
        await server.StopAsync();
        var one = Status(Pi);
        await using var publisher = Publisher(server.Address, () => [one]);
        publisher.Start();
        for (var second = 1; second <= 50; second++)
        {
            publisher.OnHealthChanged(
                one with
                {
                    Health = second % 2 == 0 ? NodeHealth.Up : NodeHealth.Lost,
                    HealthSince = one.LastSeen.AddSeconds(second),
                    LastSeen = one.LastSeen.AddSeconds(second),
                },
                NodeHealth.Up);
        }

        await server.RestartAsync();
        await UntilAsync(() => server.DocumentsOf(IndexNames.Nodes).ContainsKey(Pi), publisher);
        await UntilAsync(() => LastSeen(server, Pi) == one.LastSeen.AddSeconds(50), publisher);
        Assert.Equal("up", Health(server, Pi));
        Assert.True(publisher.Published < 10, $"{publisher.Published} states were written.");
    }

    // The other collector is isolated from the node: it reports a loss, with an older time, however late it reports.
    [Fact]
    public async Task Collector_that_received_the_node_last_wins()
    {
        await using var server = await FakeOpenSearch.StartAsync();
        var received = Status(Pi);
        var lost = received with { Health = NodeHealth.Lost, LastSeen = received.LastSeen.AddMinutes(-3), HealthSince = received.LastSeen.AddMinutes(-2) };
        await using (var receiving = Publisher(server.Address, () => [received]))
        {
            receiving.Start();
            await UntilAsync(() => server.DocumentsOf(IndexNames.Nodes).Count == 1, receiving);
        }

        var bulks = server.Bulks;
        await using (var isolated = Publisher(server.Address, () => [lost]))
        {
            isolated.Start();
            await UntilAsync(() => server.Bulks > bulks, isolated);
            await UntilAsync(() => isolated.Published == 0, isolated);
        }

        Assert.Equal("up", Health(server, Pi));
    }

    [Fact]
    public async Task Refused_states_are_retried_until_they_are_accepted()
    {
        await using var server = await FakeOpenSearch.StartAsync();
        var refusals = 0;
        server.ItemFault = (_, _, _) => Interlocked.Increment(ref refusals) <= 3
            ? new ItemError(403, "security_exception", "no permissions for [indices:data/write/bulk[s]]")
            : null;
        await using var publisher = Publisher(server.Address, () => [Status(Pi)]);
        publisher.Start();
        await UntilAsync(() => server.DocumentsOf(IndexNames.Nodes).Count == 1, publisher);
        Assert.True(refusals > 3);
    }

    private static NodeStatus Status(string node) => Readings.Status(Readings.Full(node: node));

    private static NodeIndexPublisher Publisher(Uri host, Func<IEnumerable<NodeStatus>> nodes) => new(
        new ExportSettings { Hosts = [host], RetryDelayMax = TimeSpan.FromMilliseconds(300) },
        nodes,
        new CollectorMetrics(),
        TimeProvider.System,
        new Random(1),
        NullLogger<NodeIndexPublisher>.Instance);

    private static Task UntilAsync(Func<bool> condition, NodeIndexPublisher publisher) => Eventually.TrueAsync(
        () => Task.FromResult(condition()), Deadline, () => $"{publisher.Published} states written.");

    private static string? Health(FakeOpenSearch server, string node) =>
        Field(server, node, "health").GetString();

    private static DateTimeOffset LastSeen(FakeOpenSearch server, string node) =>
        Field(server, node, "last_seen").GetDateTimeOffset();

    private static JsonElement Field(FakeOpenSearch server, string node, string name)
    {
        using var document = JsonDocument.Parse(server.DocumentsOf(IndexNames.Nodes)[node]);
        return document.RootElement.GetProperty("nodetelemetry").GetProperty(name).Clone();
    }
}
