using Microsoft.Data.Sqlite;
using NodeTelemetry.Collector.Commands;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Nodes.Events;
using NodeTelemetry.Collector.Storage.Tables;
using NodeTelemetry.Collector.Tests.Storage.Outbox;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Storage.Database;

/// <summary>Damage costs what is on the damaged pages, and nothing else.</summary>
public sealed class DatabaseRecoveryTests : IDisposable
{
    private const int Documents = 400;
    private const int Minutes = 60;

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>These 16 bytes once cost 1,223 readable documents.</summary>
    [Theory]
    [InlineData("history_chunk")]
    [InlineData("event")]
    [InlineData("node_progress")]
    public void Damage_of_another_table_costs_no_document(string table)
    {
        var before = Fill();
        Overwrite(Page(table), 16);
        using var bench = Restart();
        Use(bench);

        Assert.Equal(Enumerable.Range(0, Documents), OutboxTests.ReadAll(bench).Order());
        Assert.Equal(1, bench.Metrics.Storage.FilesQuarantined.Value);
        Assert.Equal(0, bench.Metrics.Storage.OutboxDocumentsDropped.Total);
        Assert.InRange(bench.Metrics.Storage.RowsDamaged.Value, 1, 5);
        Assert.Superset(
            new HashSet<string> { "pi-01", "pi-02" },
            NodeTable.Load(bench.Database).Select(static node => node.Hostname).ToHashSet());
        var rows = bench.Scalar("SELECT count(*) FROM history WHERE step = 10");
        Assert.InRange(rows, table == "history_chunk" ? before * 0.8 : before, before + 200);
        Assert.InRange(bench.Scalar("SELECT count(*) FROM event"), table == "event" ? 50 : 100, 120);
        Assert.Equal(0, bench.Scalar("SELECT count(*) FROM recovery"));
    }

    /// <summary>Wherever the damage is: every document is delivered or counted.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(191800038)]
    [InlineData(null)]
    public void Every_document_is_read_or_counted(int? seed)
    {
        var used = seed ?? Random.Shared.Next();
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {used}");
        Fill();
        var random = new Random(used);
        var length = new FileInfo(_folder["telemetry.db"]).Length;
        for (var count = 0; count < 4; count++)
        {
            Overwrite(random.NextInt64(0, length - 16), 16);
        }

        using var bench = Restart();
        Use(bench);
        var read = OutboxTests.ReadAll(bench);
        Assert.Equal(read.Count, read.Distinct().Count());
        Assert.False(bench.Writer.Status.IsDegraded);
        Assert.True(
            read.Count + bench.Metrics.Storage.OutboxDocumentsDropped[OutboxDropReason.Damaged].Value >= Documents,
            $"{read.Count} read, {bench.Metrics.Storage.OutboxDocumentsDropped[OutboxDropReason.Damaged].Value} counted");
    }

    /// <summary>The schema is known, so damage of its pages costs nothing.</summary>
    [Theory]
    [InlineData(0xA5)]
    [InlineData(0x41)]
    [InlineData(0)]
    public void Damaged_schema_costs_no_document(byte value)
    {
        Fill();
        var file = _folder["telemetry.db"];
        var intact = File.ReadAllBytes(file);
        var places = Enumerable.Range(0, 7).Select(static place => place * 16L)
            .Concat(Pages("sqlite_schema").SelectMany(static page => Enumerable.Range(0, 12)
                .Select(part => page + 112 + (part * 331L))))
            .ToArray();
        Assert.True(places.Length > 40);
        foreach (var place in places)
        {
            foreach (var left in Directory.GetFiles(_folder.Path))
            {
                File.Delete(left);
            }

            File.WriteAllBytes(file, intact);
            Overwrite(place, 16, value);
            using var bench = Restart();
            bench.Round();
            bench.Round();
            Assert.True(OutboxTests.ReadAll(bench).Count == Documents, $"{value:x2} at {place}: {bench.Writer.Status}");
        }
    }

    /// <summary>The log may hold what the file does not have yet.</summary>
    [Fact]
    public void Damaged_schema_costs_nothing_of_the_log()
    {
        Fill();
        var file = _folder["telemetry.db"];
        using (var bench = new StorageBench(folder: _folder.Path))
        {
            OutboxTests.Append(bench, Documents);
            Assert.True(bench.Round(final: true));
            File.Copy(file, _folder["copy.db"]);
            File.Copy(file + "-wal", _folder["copy.db-wal"]);
        }

        File.Move(_folder["copy.db"], file, overwrite: true);
        File.Move(_folder["copy.db-wal"], file + "-wal", overwrite: true);
        Overwrite(Pages("sqlite_schema")[^1] + 4000, 16);
        using var restarted = Restart();
        restarted.Round();
        Assert.Equal(Enumerable.Range(0, Documents + 1), OutboxTests.ReadAll(restarted).Order());
    }

    /// <summary>Only the collector's own files are changed.</summary>
    [Fact]
    public void Schema_of_another_program_is_not_replaced()
    {
        using (var connection = new SqliteConnection($"Data Source={_folder["other.db"]};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "CREATE TABLE other (text); CREATE TABLE another (text)";
            command.ExecuteNonQuery();
        }

        var before = File.ReadAllBytes(_folder["other.db"]);
        before[4000] ^= 0xFF;
        File.WriteAllBytes(_folder["other.db"], before);
        using var bench = new StorageBench(folder: _folder.Path);
        bench.Database.Dispose();
        using var problems = new StringWriter();
        Assert.Equal(1, RecoverCommand.Run(bench.Settings, _folder["other.db"], bench.Time, TextWriter.Null, problems));
        Assert.Contains("cannot be read as a database", problems.ToString(), StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(_folder["other.db"]));
    }

    [Fact]
    public void Damaged_application_id_is_repaired()
    {
        Fill();
        Overwrite(68, 4);
        using var bench = new StorageBench(folder: _folder.Path);
        Assert.True(bench.Round());
        Assert.Equal(Documents, OutboxTests.ReadAll(bench).Count);
        Assert.Equal(0, bench.Metrics.Storage.FilesQuarantined.Value);
        Assert.Equal(0x4E544C4D, bench.Scalar("PRAGMA application_id"));
    }

    [Fact]
    public void Missing_schema_version_costs_nothing()
    {
        Fill();
        Overwrite(60, 4, 0);
        using var bench = new StorageBench(folder: _folder.Path);
        Use(bench);
        Assert.Equal(Documents, OutboxTests.ReadAll(bench).Count);
        Assert.Equal(1, bench.Metrics.Storage.FilesQuarantined.Value);
    }

    [Fact]
    public async Task Command_copies_a_quarantined_file_once()
    {
        var rows = Fill();
        var aside = _folder["telemetry.db.damaged-20261130T120000Z"];
        File.Move(_folder["telemetry.db"], aside);
        using (var bench = new StorageBench(folder: _folder.Path))
        {
            OutboxTests.Append(bench, 9999);
            Assert.True(bench.Round(final: true));
            await bench.Writer.StopAsync();
        }

        using var settings = new StorageBench(folder: _folder.Path);
        var path = settings.Settings;
        settings.Database.Dispose();
        for (var count = 0; count < 2; count++)
        {
            using var output = new StringWriter();
            using var problems = new StringWriter();
            Assert.Equal(0, RecoverCommand.Run(path, aside, settings.Time, output, problems));
            Assert.Equal(string.Empty, problems.ToString());
            Assert.Equal(count > 0, output.ToString().Contains("Copied 0 rows of the history", StringComparison.Ordinal));
        }

        using var recovered = new StorageBench(folder: _folder.Path);
        Assert.Equal([.. Enumerable.Range(0, Documents), 9999], OutboxTests.ReadAll(recovered).Order());
        Assert.Equal(22, NodeTable.Load(recovered.Database).Count);
        Assert.Equal(rows, recovered.Scalar("SELECT count(*) FROM history WHERE step = 10"));
    }

    [Theory]
    [InlineData("missing.db", "There is no file")]
    [InlineData("text", "cannot be read as a database")]
    public void Command_explains_what_cannot_be_read(string name, string expected)
    {
        File.WriteAllText(_folder["text"], new string('x', 10_000));
        using var bench = new StorageBench(folder: _folder.Path);
        bench.Database.Dispose();
        using var problems = new StringWriter();
        Assert.Equal(1, RecoverCommand.Run(bench.Settings, _folder[name], bench.Time, TextWriter.Null, problems));
        Assert.Contains(expected, problems.ToString(), StringComparison.Ordinal);
    }

    /// <summary>Fills a database with documents, nodes, events and history, and stops.</summary>
    /// <returns>The rows of the finest tier.</returns>
    private long Fill()
    {
        using var bench = new StorageBench(folder: _folder.Path);
        var events = bench.CreateNodeEvents();
        for (var number = 0; number < Documents; number++)
        {
            OutboxTests.Append(bench, number);
            if (number % 10 == 9)
            {
                bench.Round(final: true);
            }
        }

        foreach (var name in (string[])["pi-01", "pi-02"])
        {
            var snapshot = Snapshots.Of(5, $"00000000000000{name[^2..]}", hostname: name);
            bench.Checkpoint.OnHealthChanged(
                bench.Status(snapshot.Header!.Node, snapshot, bench.Time.GetUtcNow()), null);
        }

        for (var second = 0; second < Minutes * 60; second += 10)
        {
            for (var node = 0; node < 20; node++)
            {
                bench.Sample($"pi-{node}", 0.5, celsius: 40);
            }

            if (second % 60 == 0)
            {
                events.Raise(NodeEventKind.CollectorStarted, $"Event {second}");
            }

            bench.Run(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(10));
        }

        Assert.True(bench.Round(final: true));
        var rows = bench.Scalar("SELECT count(*) FROM history WHERE step = 10");
        bench.Database.Session!.Integer("PRAGMA wal_checkpoint(TRUNCATE)");
        return rows;
    }

    /// <summary>Starts again after the last sample.</summary>
    private StorageBench Restart()
    {
        var time = new ManualTimeProvider();
        time.Advance(TimeSpan.FromMinutes(Minutes));
        return new StorageBench(folder: _folder.Path, time: time);
    }

    /// <summary>Lets the collector meet the damage, and copies everything.</summary>
    private static void Use(StorageBench bench)
    {
        for (var count = 0; count < 60; count++)
        {
            bench.Sample("pi-1", 0.5, bench.Time.GetUtcNow());
            for (var minute = 0; minute < Minutes && count == 0; minute++)
            {
                bench.Sample("pi-1", 0.5, bench.Time.GetUtcNow().AddMinutes(-minute), isLate: true);
            }

            bench.CreateNodeEvents().Raise(NodeEventKind.CollectorStarted, "The collector started.");
            bench.Checkpoint.OnHealthChanged(
                bench.Status(Snapshots.NodeA, Snapshots.Of(), bench.Time.GetUtcNow()) with
                {
                    Header = null,
                    Health = Collector.Nodes.State.NodeHealth.Forgotten,
                },
                null);
            bench.Run(TimeSpan.FromSeconds(11), TimeSpan.FromSeconds(5.5));
        }
    }

    /// <summary>Gets the place of a page with rows of a table: of events the last one, which is written next.</summary>
    private long Page(string table)
    {
        var pages = Pages(table, leavesOnly: true);
        return pages[table == "event" ? pages.Count - 1 : pages.Count / 2];
    }

    /// <summary>Gets the places of the pages of a table, in the order of its rows.</summary>
    private List<long> Pages(string table, bool leavesOnly = false)
    {
        using var connection = new SqliteConnection($"Data Source={_folder["telemetry.db"]};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT pageno FROM dbstat WHERE name = $table AND (pagetype = 'leaf' OR NOT $leaves) ORDER BY path";
        command.Parameters.AddWithValue("$table", table);
        command.Parameters.AddWithValue("$leaves", leavesOnly);
        var places = new List<long>();
        try
        {
            using var reader = command.ExecuteReader();
            while (reader.Read())
            {
                places.Add((reader.GetInt64(0) - 1) * 4096);
            }
        }
        catch (SqliteException)
        {
            Assert.Skip("This SQLite library lacks dbstat.");
        }

        return places;
    }

    private void Overwrite(long place, int count, byte value = 0xA5)
    {
        using var file = File.OpenWrite(_folder["telemetry.db"]);
        file.Position = place;
        file.Write([.. Enumerable.Repeat(value, count)]);
    }
}
