using System.Net;
using System.Text;
using System.Text.Json;
using NodeTelemetry.Collector.Dashboard;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Nodes.Registry;
using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Dashboard;

public sealed class LiveFeedTests : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly CollectorMetrics _metrics = new();
    private readonly LiveFeed _feed;
    private readonly NodeRegistry _registry;

    public LiveFeedTests()
    {
        _registry = new NodeRegistry(10_000, new CollectorMetrics(), _time);
        _feed = new LiveFeed(_registry, static writer => writer.WriteStringValue("status"), _metrics, _time);
        _registry.Attach(new NodeListeners([_feed], [_feed], [_feed]));
    }

    public void Dispose() => _feed.Dispose();

    [Fact]
    public async Task The_first_change_is_sent_at_once_and_the_next_ones_together_after_a_pause()
    {
        using var stop = new CancellationTokenSource();
        var running = _feed.RunAsync(stop.Token);
        using var subscription = _feed.Subscribe(null, out _)!;
        await Take(subscription, 2);
        Apply(Snapshots.Of(0));
        Apply(Snapshots.Of(1));
        Apply(Snapshots.Of(2));
        var taking = Take(subscription, 1);
        while (!taking.IsCompleted)
        {
            // The pause may not have begun yet.
            _time.Advance(LiveFeed.UpdatePeriod);
            await Task.Yield();
        }

        var next = Assert.Single(await taking);
        Assert.Equal(3, next.Data.GetProperty("nodes")[0].GetProperty("received").GetInt32());
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task A_new_browser_gets_the_whole_state_and_then_changes()
    {
        Apply(Snapshots.Of(0) with { About = new AboutReading { Kernel = "6.6" } });
        using var subscription = _feed.Subscribe(null, out _)!;
        _feed.Publish();
        Apply(Snapshots.Of(1));
        Apply(Snapshots.Of(2));
        _feed.Publish();

        var events = await Take(subscription, 3);
        Assert.Equal(["nodes", "status", "update"], events.Select(message => message.Name));
        Assert.Equal("6.6", events[0].Data.GetProperty("nodes")[0].GetProperty("about").GetProperty("kernel").GetString());
        var node = Assert.Single(events[2].Data.GetProperty("nodes").EnumerateArray().ToList());
        Assert.Equal(3, node.GetProperty("received").GetInt32());
        Assert.Equal(1, _metrics.LiveUpdateDuration.Count);
    }

    [Fact]
    public async Task About_is_sent_only_when_it_changed()
    {
        using var subscription = _feed.Subscribe(null, out _)!;
        _feed.Publish();
        Apply(Snapshots.Of(0) with { About = new AboutReading { Kernel = "6.6" } });
        _feed.Publish();
        Apply(Snapshots.Of(1));
        _feed.Publish();

        var events = await Take(subscription, 4);
        Assert.True(events[2].Data.GetProperty("nodes")[0].TryGetProperty("about", out _));
        Assert.False(events[3].Data.GetProperty("nodes")[0].TryGetProperty("about", out _));
    }

    [Fact]
    public async Task A_forgotten_node_is_removed()
    {
        Apply(Snapshots.Of(0));
        using var subscription = _feed.Subscribe(null, out _)!;
        _feed.Publish();
        _registry.SetHealth(Snapshots.NodeA, NodeHealth.Forgotten);
        _feed.Publish();

        var events = await Take(subscription, 3);
        Assert.Equal("removed", events[2].Name);
        Assert.Equal(Snapshots.NodeA, events[2].Data.GetProperty("ids")[0].GetString());
    }

    [Fact]
    public async Task A_slow_browser_gets_the_whole_state_later()
    {
        using var subscription = _feed.Subscribe(null, out _)!;
        _feed.Publish();
        for (var sequence = 0; sequence < 100; sequence++)
        {
            Apply(Snapshots.Of(sequence));
            _feed.Publish();
        }

        var taken = await Take(subscription, 31);
        _feed.Publish();
        var whole = await Take(subscription, 1);

        Assert.Equal("update", taken[^1].Name);
        Assert.Equal("nodes", whole[0].Name);
        Assert.Equal(100, whole[0].Data.GetProperty("nodes")[0].GetProperty("received").GetInt32());
        Assert.Equal(1, _metrics.LiveEventsSkipped.Value);
    }

    [Fact]
    public async Task Events_are_sent_after_the_state_of_the_nodes()
    {
        using var subscription = _feed.Subscribe(null, out _)!;
        _feed.Publish();
        Apply(Snapshots.Of(0));
        _registry.SetHealth(Snapshots.NodeA, NodeHealth.Lost);
        _feed.Publish();

        var events = await Take(subscription, 4, withEvents: true);
        Assert.Equal(["nodes", "status", "update", "events"], events.Select(static message => message.Name));
        var reported = events[3].Data.GetProperty("events").EnumerateArray().ToList();
        Assert.Equal(["joined", "lost"], reported.Select(static each => each.GetProperty("kind").GetString()));
        Assert.Equal(Snapshots.NodeA, reported[1].GetProperty("node").GetString());
        Assert.Equal("up", reported[1].GetProperty("details").GetProperty("before").GetString());
        Assert.True(reported[1].GetProperty("id").GetInt64() > reported[0].GetProperty("id").GetInt64());
    }

    /// <summary>Browsers subscribe while the registry changes and the feed publishes: the final state of each is correct.</summary>
    [Fact]
    public async Task The_final_state_in_a_browser_is_correct()
    {
        using var stop = new CancellationTokenSource();
        var changing = Task.Run(() =>
        {
            for (var sequence = 0; sequence < 3000; sequence++)
            {
                Apply(Snapshots.Of(sequence));
            }
        });
        var publishing = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                _feed.Publish();
                await Task.Yield();
            }
        });
        using var subscription = _feed.Subscribe(null, out _)!;
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        long believed = 0;
        await foreach (var message in subscription.Events(deadline.Token))
        {
            var (name, data) = Parse(message);
            if (name is "nodes" or "update" && data.GetProperty("nodes").EnumerateArray().FirstOrDefault() is { ValueKind: JsonValueKind.Object } node)
            {
                var received = node.GetProperty("received").GetInt64();
                Assert.True(received >= believed, $"{received} after {believed}");
                believed = received;
            }

            if (believed == 3000)
            {
                break;
            }
        }

        await stop.CancelAsync();
        await Task.WhenAll(changing, publishing);
        Assert.Equal(3000, believed);
    }

    [Fact]
    public async Task No_client_can_subscribe_while_the_collector_stops()
    {
        using var early = _feed.Subscribe(null, out _)!;
        using var stop = new CancellationTokenSource();
        var running = _feed.RunAsync(stop.Token);
        await stop.CancelAsync();
        await running;

        Assert.Null(_feed.Subscribe(null, out _));
        await foreach (var message in early.Events(CancellationToken.None))
        {
            Assert.True(Parse(message).Name is "nodes" or "status");
        }
    }

    [Fact]
    public void Refuses_browsers_beyond_the_limit_and_counts_them()
    {
        for (var index = 0; index < LiveFeed.SubscriberCountMax; index++)
        {
            Assert.NotNull(_feed.Subscribe(new IPAddress([10, 0, 0, (byte)(index / LiveFeed.PerAddressMax)]), out _));
        }

        Assert.Null(_feed.Subscribe(IPAddress.Loopback, out var refusal));
        Assert.Equal(HttpRefusal.Total, refusal);
        Assert.Equal(1, _metrics.LiveSubscribersRefused[HttpRefusal.Total].Value);
    }

    [Theory]
    [InlineData("192.0.2.7", "::ffff:192.0.2.7", "192.0.2.8")]
    [InlineData("2001:db8::1", "2001:db8::ffff", "2001:db8:0:1::1")]
    public void One_client_cannot_take_all_streams(string one, string same, string other)
    {
        var streams = Enumerable.Range(0, LiveFeed.PerAddressMax).Select(_ => _feed.Subscribe(IPAddress.Parse(one), out var _)).ToList();
        Assert.Null(_feed.Subscribe(IPAddress.Parse(same), out var refusal));
        Assert.Equal(HttpRefusal.Address, refusal);
        Assert.Equal(1, _metrics.LiveSubscribersRefused[HttpRefusal.Address].Value);
        Assert.NotNull(_feed.Subscribe(IPAddress.Parse(other), out _));

        streams[0]!.Dispose();
        Assert.NotNull(_feed.Subscribe(IPAddress.Parse(same), out _));
    }

    private static async Task<List<(string Name, JsonElement Data)>> Take(
        LiveSubscription subscription, int count, bool withEvents = false)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        var taken = new List<(string, JsonElement)>();
        await foreach (var message in subscription.Events(deadline.Token))
        {
            if (Parse(message) is var parsed && (withEvents || parsed.Name != "events"))
            {
                taken.Add(parsed);
            }

            if (taken.Count == count)
            {
                break;
            }
        }

        return taken;
    }

    private static (string Name, JsonElement Data) Parse(ReadOnlyMemory<byte> message)
    {
        var lines = Encoding.UTF8.GetString(message.Span).Split('\n');
        return (lines[0]["event: ".Length..], JsonDocument.Parse(lines[1]["data: ".Length..]).RootElement);
    }

    private void Apply(NodeSnapshot snapshot) => _registry.Apply(snapshot, Snapshots.Source, _time.GetTimestamp());
}
