using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Nodes.Events;
using NodeTelemetry.Collector.Nodes.Registry;
using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Collector.Storage.Tables;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Storage.Tables;

public sealed class EventTableTests
{
    private static readonly EventFilter All = new(null, [], 0, long.MaxValue, long.MaxValue, EventFilter.LimitMax);

    [Fact]
    public void Events_are_read_newest_first_whether_written_or_not_and_survive_a_restart()
    {
        using var bench = new StorageBench();
        var events = bench.CreateNodeEvents();
        events.Raise(NodeEventKind.CollectorStarted, "Started.");
        bench.Round();
        events.Raise(NodeEventKind.Lost, Status(bench, "a"), "Lost.", new EventDetails
        {
            Before = "late",
            SilenceSeconds = 2.9,
            Planned = false,
            Nodes = ["a", "b"],
            Last = new Dictionary<string, double> { ["temperatureCelsius"] = 84 },
        });
        Assert.Equal(["Lost.", "Started."], Texts(bench, All));

        bench.Round();
        bench.Crash();
        Assert.Equal(["Lost.", "Started."], Texts(bench, All));
        var lost = bench.Events.Read(bench.Database, All)[0];
        Assert.Equal((NodeEventKind.Lost, "a", "host-a", bench.Time.GetUtcNow()), (lost.Kind, lost.Node, lost.Hostname, lost.Time));
        Assert.Equal(("late", 2.9, false), (lost.Details.Before, lost.Details.SilenceSeconds, lost.Details.Planned));
        Assert.Equal(84, lost.Details.Last!["temperatureCelsius"]);
        Assert.Equal(["a", "b"], lost.Details.Nodes);
        Assert.Null(lost.Details.Address);

        // A new process goes on after the last one, even with its clock far back.
        bench.Time.StepWallClock(TimeSpan.FromDays(-9000));
        var later = bench.CreateNodeEvents();
        later.Restore(EventTable.LastId(bench.Database));
        later.Raise(NodeEventKind.CollectorStarted, "Again.");
        bench.Round();
        Assert.Equal(["Again.", "Lost.", "Started."], Texts(bench, All));
    }

    [Fact]
    public void Events_are_filtered_by_node_kind_and_time_and_paged()
    {
        using var bench = new StorageBench();
        var events = bench.CreateNodeEvents();
        for (var index = 0; index < 10; index++)
        {
            var kind = index % 3 == 0 ? NodeEventKind.Lost : NodeEventKind.Recovered;
            events.Raise(kind, Status(bench, index % 2 == 0 ? "a" : "b"), $"{index}");
            if (index == 5)
            {
                bench.Round();
            }

            bench.Time.Advance(TimeSpan.FromSeconds(1));
        }

        var at = bench.Time.GetUtcNow().ToUnixTimeMilliseconds();
        Assert.Equal(["8", "6", "4", "2", "0"], Texts(bench, All with { Node = "a" }));
        Assert.Equal(["9", "6", "3", "0"], Texts(bench, All with { Kinds = [NodeEventKind.Lost] }));
        Assert.Equal(["6", "0"], Texts(bench, All with { Node = "a", Kinds = [NodeEventKind.Lost, NodeEventKind.Left] }));
        Assert.Equal(["7", "6"], Texts(bench, All with { From = at - 4000, To = at - 2000 }));
        Assert.Empty(Texts(bench, All with { Node = "c" }));

        var first = bench.Events.Read(bench.Database, All with { Limit = 4 });
        Assert.Equal(["9", "8", "7", "6"], first.Select(static raised => raised.Text));
        Assert.Equal(["5", "4", "3", "2"], Texts(bench, All with { Limit = 4, Before = first[^1].Id }));
    }

    [Fact]
    public void Oldest_events_are_dropped_beyond_the_limits_of_number_and_age()
    {
        using var bench = new StorageBench(static settings => settings with { EventsMax = 100, EventsKept = TimeSpan.FromHours(10) });
        var events = bench.CreateNodeEvents();
        for (var index = 0; index < 500; index++)
        {
            events.Raise(NodeEventKind.CollectorStarted, $"{index}");
        }

        bench.Round();
        Assert.Equal(100, bench.Scalar("SELECT count(*) FROM event"));
        Assert.Equal("499", Texts(bench, All)[0]);
        Assert.Equal(400, bench.Metrics.Storage.EventsDropped[EventDropReason.TableFull].Value);

        bench.Run(TimeSpan.FromHours(11), TimeSpan.FromMinutes(30));
        Assert.Empty(Texts(bench, All));
    }

    [Fact]
    public void One_node_cannot_displace_the_events_of_others()
    {
        using var bench = new StorageBench();
        var events = bench.CreateNodeEvents();
        events.Raise(NodeEventKind.Lost, Status(bench, "b"), "b");
        for (var index = 0; index < 1000; index++)
        {
            events.Raise(NodeEventKind.Restarted, Status(bench, "a"), $"{index}");
        }

        AssertFolded(bench);
        bench.Round();
        AssertFolded(bench);
        Assert.Equal(EventFolding.SeparateMax + 2, bench.Scalar("SELECT count(*) FROM event"));

        // The row is replaced in the database too.
        events.Raise(NodeEventKind.Restarted, Status(bench, "a"), "999");
        bench.Round();
        Assert.Equal(EventFolding.SeparateMax + 2, bench.Scalar("SELECT count(*) FROM event"));
        Assert.Equal(996, bench.Events.Read(bench.Database, All)[0].Details.Count);

        // Another kind has a row of its own.
        events.Raise(NodeEventKind.Lost, Status(bench, "a"), "lost");
        Assert.Equal("lost", Texts(bench, All)[0]);
        bench.Time.Advance(TimeSpan.FromHours(1));
        events.Raise(NodeEventKind.Restarted, Status(bench, "a"), "later");
        Assert.Equal("later", Texts(bench, All)[0]);

        static void AssertFolded(StorageBench bench)
        {
            var shown = bench.Events.Read(bench.Database, All);
            Assert.Equal(["999", "4", "3", "2", "1", "0", "b"], shown.Select(static raised => raised.Text));
            Assert.Equal(1000 - EventFolding.SeparateMax, shown[0].Details.Count);
            Assert.NotNull(shown[0].Details.Since);
        }
    }

    [Fact]
    public void Without_a_database_events_wait_in_bounded_memory()
    {
        using var bench = new StorageBench();
        var events = bench.CreateNodeEvents();
        for (var index = 0; index < EventTable.PendingMax + 5; index++)
        {
            events.Raise(NodeEventKind.CollectorStarted, $"{index}");
        }

        Assert.Equal(5, bench.Metrics.Storage.EventsDropped[EventDropReason.MemoryFull].Value);
        Assert.Equal($"{EventTable.PendingMax + 4}", Texts(bench, All with { Limit = 1 })[0]);
        bench.Round();
        Assert.Equal(EventTable.PendingMax, bench.Scalar("SELECT count(*) FROM event"));
    }

    [Fact]
    public void Damaged_row_affects_only_its_event()
    {
        using var bench = new StorageBench();
        var events = bench.CreateNodeEvents();
        events.Raise(NodeEventKind.Lost, Status(bench, "a"), "one");
        events.Raise(NodeEventKind.Lost, Status(bench, "a"), "two");
        bench.Round();
        bench.Database.Session!.Execute("UPDATE event SET details = '{' WHERE text = 'one'");

        Assert.Equal(["two"], Texts(bench, All));
        Assert.Equal(1, bench.Metrics.Storage.RowsDamaged.Value);
    }

    private static IReadOnlyList<string> Texts(StorageBench bench, EventFilter filter) =>
        [.. bench.Events.Read(bench.Database, filter).Select(static raised => raised.Text)];

    private static NodeStatus Status(StorageBench bench, string id) =>
        bench.Status(id, Snapshots.Of(hostname: $"host-{id}"), bench.Time.GetUtcNow());
}
