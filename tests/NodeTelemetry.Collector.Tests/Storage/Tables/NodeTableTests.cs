using Microsoft.Extensions.Logging.Abstractions;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Nodes.Registry;
using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Collector.Storage.Database;
using NodeTelemetry.Collector.Storage.Tables;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Storage.Tables;

public class NodeTableTests
{
    private const string NodeB = "00000000000000bb";

    // Each of these once ended the collector, at every start.
    [Theory]
    [InlineData("UPDATE node SET about = '{' WHERE id = 1")]
    [InlineData("UPDATE node SET about = '{\"CoreCount\":\"many\"}' WHERE id = 1")]
    [InlineData("UPDATE node SET labels = 'rack' WHERE id = 1")]
    [InlineData("UPDATE node SET labels = '[{\"Key\":null,\"Value\":\"a\"}]' WHERE id = 1")]
    [InlineData("UPDATE node SET first_seen = 9223372036854775807 WHERE id = 1")]
    [InlineData("UPDATE node SET interval = -1 WHERE id = 1")]
    [InlineData("UPDATE node SET interval = 9223372036854775807 WHERE id = 1")]
    [InlineData("UPDATE node_progress SET last_seen = -9223372036854775807 WHERE node = 1")]
    [InlineData("UPDATE node_progress SET run = 5000000000 WHERE node = 1")]
    [InlineData("UPDATE node_progress SET boot = -1 WHERE node = 1")]
    [InlineData("UPDATE node_progress SET sequence = -1 WHERE node = 1")]
    [InlineData("UPDATE node_progress SET earlier_runs = '[5000000000,1]' WHERE node = 1")]
    [InlineData("UPDATE node_progress SET identity = 'pi-01' WHERE node = 1")]
    [InlineData("UPDATE node SET port = 70000 WHERE id = 1")]
    [InlineData("UPDATE node SET bye = 'stop' WHERE id = 1")]
    [InlineData("UPDATE node_progress SET boots = '[1,2]' WHERE node = 1")]
    [InlineData("UPDATE node_progress SET boots = '[5000000000,2,3]' WHERE node = 1")]
    public void Damaged_row_affects_only_its_node_and_is_rewritten_when_the_node_sends(string damage)
    {
        using var bench = new StorageBench();
        var status = Status(bench, Snapshots.NodeA);
        bench.Checkpoint.OnHealthChanged(status, null);
        bench.Store();
        bench.Checkpoint.OnHealthChanged(Status(bench, NodeB), null);
        bench.Store();
        bench.Database.Session!.Execute(damage);
        bench.Crash();

        Assert.Equal([NodeB], Load(bench));
        Assert.Equal(1, bench.Metrics.Storage.RowsDamaged.Value);

        bench.Checkpoint.OnHealthChanged(status, null);
        bench.Store();
        Assert.Equal([Snapshots.NodeA, NodeB], Load(bench));
    }

    [Fact]
    public void Earlier_runs_survive_a_restart()
    {
        using var bench = new StorageBench();
        bench.Checkpoint.OnHealthChanged(
            Status(bench, Snapshots.NodeA) with { EarlierRuns = [new(7, 5), new(uint.MaxValue, long.MaxValue), new(0, 0)] }, null);
        bench.Checkpoint.OnHealthChanged(Status(bench, NodeB), null);
        bench.Store();
        bench.Crash();

        var records = NodeTable.Load(bench.Database);
        Assert.Equal([new(7, 5), new(uint.MaxValue, long.MaxValue), new(0, 0)], records[0].EarlierRuns);
        Assert.Empty(records[1].EarlierRuns);
    }

    [Fact]
    public void State_of_a_node_survives_a_restart()
    {
        using var bench = new StorageBench();
        var status = Status(bench, Snapshots.NodeA) with
        {
            Health = NodeHealth.Lost,
            Address = "fe80::1%3",
            Port = 41_000,
            IsIsolated = true,
            IsMulticastLost = true,
            AnswersProbes = true,
            Bye = new ByeReading("reboot", 90),
            EarlierBoots = [new BootMark(uint.MaxValue, 100, 0), new BootMark(8, 200, long.MaxValue)],
        };
        status = status with
        {
            Readings = status.Readings with { Signature = "cluster:AAAAAAAAAAAAAAAAAAAAAA" },
            Header = status.Header! with { UptimeSeconds = 77, TimeMilliseconds = 5 },
        };
        bench.Checkpoint.OnHealthChanged(status, null);
        bench.Store();
        bench.Crash();

        var kept = Assert.Single(NodeTable.Load(bench.Database));
        Assert.Equal(
            (NodeHealth.Lost, "fe80::1%3", 41_000, true, true, true),
            (kept.Health, kept.Address, kept.Port!.Value, kept.IsIsolated, kept.IsMulticastLost, kept.AnswersProbes));
        Assert.Equal((status.Bye, status.Readings.Signature), (kept.Bye, kept.Readings.Signature));
        Assert.Equal(status.EarlierBoots, kept.EarlierBoots);
        Assert.Equal((77, 5), (kept.Header!.UptimeSeconds!.Value, kept.Header.TimeMilliseconds));
    }

    [Fact]
    public void Forgotten_node_with_runs_is_kept_to_reject_replayed_datagrams()
    {
        using var bench = new StorageBench();
        bench.Checkpoint.OnHealthChanged(Status(bench, Snapshots.NodeA) with { EarlierRuns = [new(3, 9)] }, null);
        bench.Checkpoint.OnHealthChanged(Status(bench, "old-pi") with { Header = null }, null);
        bench.Store();
        bench.Checkpoint.OnHealthChanged(
            Status(bench, Snapshots.NodeA) with { Health = NodeHealth.Forgotten, EarlierRuns = [new(3, 9)] }, NodeHealth.Lost);
        bench.Checkpoint.OnHealthChanged(
            Status(bench, "old-pi") with { Health = NodeHealth.Forgotten, Header = null }, NodeHealth.Lost);
        bench.Store();
        bench.Crash();

        var record = Assert.Single(NodeTable.Load(bench.Database));
        Assert.Equal((Snapshots.NodeA, NodeHealth.Forgotten, 41), (record.Id, record.Health, record.Header!.Sequence));
        Assert.Equal([new(3, 9)], record.EarlierRuns);
    }

    [Fact]
    public void Only_the_most_recent_forgotten_nodes_are_kept()
    {
        using var bench = new StorageBench();
        bench.Store();
        bench.Database.Session!.Execute(
            """
            WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < 10000)
            INSERT INTO node (id, name, hostname, first_seen, health, interval)
            SELECT n, printf('f%015x', n), 'pi', 0, 'Forgotten', 1000 FROM number
            """);
        bench.Database.Session!.Execute(
            "INSERT INTO node_progress (node, last_seen) SELECT id, id FROM node");
        bench.Checkpoint.OnHealthChanged(
            Status(bench, Snapshots.NodeA) with { Health = NodeHealth.Forgotten }, NodeHealth.Lost);
        bench.Store();

        Assert.Equal(ForgottenNodes.CountMax, bench.Scalar("SELECT count(*) FROM node WHERE health = 'Forgotten'"));
        Assert.Equal(0, bench.Scalar("SELECT count(*) FROM node WHERE name IN ('f000000000000001')"));
        Assert.Equal(1, bench.Scalar($"SELECT count(*) FROM node WHERE name = '{Snapshots.NodeA}'"));
    }

    // A file of the first version, written with the statements of the collector of that time.
    [Fact]
    public void Nodes_of_a_version_1_file_are_kept()
    {
        using var folder = new TempFolder();
        var path = folder["telemetry.db"];
        using (var old = new TelemetryDatabase(
            path, new CollectorMetrics(), new ManualTimeProvider(), NullLogger<TelemetryDatabase>.Instance,
            [DatabaseSchema.Steps[0]]))
        {
            Assert.True(old.TryOpen(out _));
            Assert.Equal(1, old.Session!.Integer("PRAGMA user_version"));
            old.Session.Execute(
                """
                INSERT INTO node (name, hostname, address, first_seen, health, interval, about, labels)
                VALUES ('00000000000000aa', 'pi-01', '10.77.0.11', 1795600000000, 'Lost', 2000,
                    '{"Architecture":"arm64"}', '[{"Key":"rack","Value":"a"}]');
                """);
            old.Session.Execute(
                "INSERT INTO node_progress (node, last_seen, boot, run, sequence) "
                + "VALUES (1, 1795600001000, 7, 4294967295, 41)");
        }

        using var bench = new StorageBench(folder: folder.Path);
        var record = Assert.Single(NodeTable.Load(bench.Database));
        Assert.Equal(DatabaseSchema.Steps.Count, bench.Scalar("PRAGMA user_version"));
        Assert.Equal((uint.MaxValue, 41L, NodeHealth.Lost), (record.Header!.Run, record.Header!.Sequence, record.Health));
        Assert.Equal("arm64", record.About!.Architecture);
        Assert.Equal([new("rack", "a")], record.Labels!);
        Assert.Empty(record.EarlierRuns);
        Assert.Equal(0, bench.Metrics.Storage.RowsDamaged.Value);
    }

    // Lost is known from before the restart only, left from this run; neither sends again.
    [Fact]
    public void New_file_gets_nodes_that_no_longer_send()
    {
        using var bench = new StorageBench();
        bench.Checkpoint.OnHealthChanged(Status(bench, Snapshots.NodeA) with { Health = NodeHealth.Lost }, null);
        bench.Store();
        bench.Crash();
        bench.Checkpoint.OnHealthChanged(Status(bench, NodeB) with { Health = NodeHealth.Left }, NodeHealth.Up);
        bench.Store();
        foreach (var suffix in new[] { string.Empty, "-wal", "-shm" })
        {
            File.Delete(bench.Database.Path + suffix);
        }

        bench.Store();
        Assert.Equal([Snapshots.NodeA, NodeB], Load(bench));
        Assert.Equal(NodeHealth.Lost, NodeTable.Load(bench.Database)[0].Health);
    }

    [Fact]
    public void Unchanged_row_is_not_rewritten()
    {
        using var bench = new StorageBench();
        var status = Status(bench, Snapshots.NodeA);
        bench.Checkpoint.OnHealthChanged(status, null);
        bench.Store();
        bench.Database.Session!.Execute("UPDATE node SET hostname = 'untouched'");
        bench.Checkpoint.OnHealthChanged(status, null);
        bench.Store();
        Assert.Equal(1, bench.Scalar("SELECT count(*) FROM node WHERE hostname = 'untouched'"));

        bench.Checkpoint.OnHealthChanged(
            status with { About = new AboutReading { Addresses = ["10.77.0.12"] } }, null);
        bench.Store();
        Assert.Equal(0, bench.Scalar("SELECT count(*) FROM node WHERE hostname = 'untouched'"));
    }

    private static IEnumerable<string> Load(StorageBench bench) =>
        NodeTable.Load(bench.Database).Select(static record => record.Id);

    private static NodeStatus Status(StorageBench bench, string id) =>
        bench.Status(id, Snapshots.Of(41, node: id), bench.Time.GetUtcNow()) with
        {
            About = new AboutReading { Architecture = "arm64", Addresses = ["10.77.0.11"] },
            Labels = [new("rack", "a")],
        };
}
