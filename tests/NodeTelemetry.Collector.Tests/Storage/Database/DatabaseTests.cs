using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Nodes.Registry;
using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Collector.Storage.Database;
using NodeTelemetry.Collector.Storage.Outbox;
using NodeTelemetry.Collector.Storage.Tables;
using NodeTelemetry.Collector.Tests.Storage.Outbox;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Storage.Database;

public class DatabaseTests
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData("text")]
    [InlineData("zeros")]
    [InlineData("half")]
    [InlineData("header")]
    [InlineData("middle")]
    public void Damaged_file_is_set_aside_and_a_new_one_begun(string kind)
    {
        using var folder = new TempFolder();
        var path = folder["telemetry.db"];
        Fill(folder);
        Damage(path, kind);
        var damaged = File.ReadAllBytes(path);

        using var bench = new StorageBench(folder: folder.Path);
        OutboxTests.Append(bench, 1);
        Assert.True(bench.Round(final: true));

        Assert.False(bench.Writer.Status.IsDegraded);
        Assert.Equal(1, bench.Metrics.Storage.FilesQuarantined.Value);
        var aside = Assert.Single(
            Directory.GetFiles(folder.Path, "*.damaged-*"),
            static file => !file.EndsWith("-wal", StringComparison.Ordinal)
                && !file.EndsWith("-shm", StringComparison.Ordinal)
                && !file.EndsWith("-page1", StringComparison.Ordinal));
        Assert.Matches(@"telemetry\.db\.damaged-20261103T1000\d\dZ$", aside);
        var saved = File.Exists(aside + "-page1") ? File.ReadAllBytes(aside + "-page1") : [];
        Assert.Equal(
            damaged, saved.Concat(File.ReadAllBytes(aside)[saved.Length..damaged.Length]).ToArray());
        Assert.Equal([1], OutboxTests.ReadAll(bench));
    }

    [Fact]
    public void Empty_file_is_a_new_database()
    {
        using var folder = new TempFolder();
        File.WriteAllBytes(folder["telemetry.db"], []);
        using var bench = new StorageBench(folder: folder.Path);
        Assert.False(bench.Writer.Status.IsDegraded);
        Assert.Equal(0, bench.Metrics.Storage.FilesQuarantined.Value);
    }

    [Fact]
    public void Only_the_newest_damaged_files_are_kept()
    {
        using var folder = new TempFolder();
        for (var number = 0; number < 6; number++)
        {
            File.WriteAllText(folder["telemetry.db"], new string('x', 5000));
            using var bench = new StorageBench(folder: folder.Path);
        }

        Assert.Equal(3, Directory.GetFiles(folder.Path, "*.damaged-*").Length);
    }

    [Fact]
    public void File_damaged_in_use_is_replaced_and_the_rows_in_flight_go_into_the_new_one()
    {
        using var bench = new StorageBench();
        OutboxTests.Append(bench, 1);
        bench.Round(final: true);
        bench.Database.Session!.Integer("PRAGMA wal_checkpoint(TRUNCATE)");
        using (var file = File.OpenWrite(bench.Database.Path))
        {
            file.Write(new byte[file.Length]);
        }

        bench.Crash();
        OutboxTests.Append(bench, 2);
        bench.Round(final: true);
        Assert.Equal([2], OutboxTests.ReadAll(bench));
        Assert.Equal(1, bench.Metrics.Storage.FilesQuarantined.Value);
    }

    [Fact]
    public void Deleted_file_is_created_again()
    {
        using var bench = new StorageBench();
        OutboxTests.Append(bench, 1);
        bench.Round(final: true);
        foreach (var suffix in new[] { string.Empty, "-wal", "-shm" })
        {
            File.Delete(bench.Database.Path + suffix);
        }

        OutboxTests.Append(bench, 2);
        bench.Round(final: true);
        Assert.Equal([2], OutboxTests.ReadAll(bench));
        Assert.Equal(1, bench.Metrics.Storage.OutboxDocumentsDropped[OutboxDropReason.Damaged].Value);
    }

    [Fact]
    public void Newer_schema_is_not_changed_and_the_reason_is_reported()
    {
        using var folder = new TempFolder();
        Fill(folder);
        Execute(folder["telemetry.db"], "PRAGMA user_version = 99");
        var before = File.ReadAllBytes(folder["telemetry.db"]);

        using var bench = new StorageBench(folder: folder.Path);
        OutboxTests.Append(bench, 1);
        Assert.False(bench.Round(final: true));
        Assert.Contains("schema version 99", bench.Writer.Status.Problem, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(folder["telemetry.db"]));
        Assert.NotNull(bench.Outbox.Take(bench.Database, isDegraded: true));
    }

    [Fact]
    public void Database_of_another_program_is_not_changed()
    {
        using var folder = new TempFolder();
        Execute(folder["telemetry.db"], "CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1)");
        using var bench = new StorageBench(folder: folder.Path);
        Assert.Contains("another program", bench.Writer.Status.Problem, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(folder.Path, "*.damaged-*"));
    }

    [Fact]
    public void Second_collector_on_the_same_file_is_refused_until_the_first_ends()
    {
        using var first = new StorageBench();
        using var second = new StorageBench(folder: first.Folder);
        Assert.Contains("another collector", second.Writer.Status.Problem, StringComparison.Ordinal);

        first.Database.Dispose();
        second.Time.Advance(RetryDelay);
        second.Round();
        Assert.False(second.Writer.Status.IsDegraded);
    }

    [Fact]
    public void Unusable_path_is_reported_and_used_once_it_works()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder["blocked"], "a file where a folder should be");
        using var bench = new StorageBench(
            settings => settings with { Path = Path.Combine(folder["blocked"], "telemetry.db") });
        OutboxTests.Append(bench, 1);
        Assert.False(bench.Round(final: true));
        Assert.True(bench.Writer.Status.IsDegraded);

        File.Delete(folder["blocked"]);
        bench.Time.Advance(RetryDelay);
        bench.Round(final: true);
        Assert.False(bench.Writer.Status.IsDegraded);
        Assert.Equal([1], OutboxTests.ReadAll(bench));
    }

    [Fact]
    public void Memory_is_bounded_and_drops_are_counted_while_nothing_can_be_stored()
    {
        using var folder = new TempFolder();
        File.WriteAllText(folder["blocked"], string.Empty);
        using var bench = new StorageBench(settings => settings with
        {
            Path = Path.Combine(folder["blocked"], "telemetry.db"),
            MemoryBytesMax = 1024 * 1024,
            CompressBatches = false,
        });
        var filler = new string('x', 100_000);
        for (var number = 0; number < 40; number++)
        {
            bench.Outbox.Append(Encoding.UTF8.GetBytes($"{{}}\n{{\"n\":{number},\"x\":\"{filler}\"}}\n"));
            bench.Round(final: true);
        }

        Assert.Equal(30, bench.Metrics.Storage.OutboxDocumentsDropped[OutboxDropReason.MemoryFull].Value);
    }

    // A real file system without room: what is committed stays, what cannot be waits, and goes on when there is room
    // again.
    [Fact]
    public void Full_disk_degrades_to_memory_and_recovers()
    {
        using var mount = TinyFileSystem.TryMount(3 * 1024 * 1024, out var reason);
        Assert.SkipWhen(mount is null, reason);
        using var bench = new StorageBench(
            settings => settings with { CompressBatches = false, BatchBytesMax = 256 * 1024 }, folder: mount!.Path);
        var filler = Path.Combine(mount.Path, "filler");
        OutboxTests.Append(bench, 0);
        Assert.True(bench.Round(final: true));
        File.WriteAllBytes(filler, new byte[2 * 1024 * 1024]);

        var big = new string('x', 200_000);
        for (var number = 1; number <= 8; number++)
        {
            bench.Outbox.Append(Encoding.UTF8.GetBytes($"{{}}\n{{\"x\":\"{big}\"}}\n"));
            OutboxTests.Append(bench, number);
            bench.Round(final: true);
        }

        Assert.True(bench.Writer.Status.IsDegraded);
        Assert.Contains("full", bench.Writer.Status.Problem, StringComparison.Ordinal);

        File.Delete(filler);
        bench.Time.Advance(RetryDelay);
        Assert.True(bench.Round(final: true));
        Assert.False(bench.Writer.Status.IsDegraded);
        Assert.Equal(Enumerable.Range(0, 9), OutboxTests.ReadAll(bench));
    }

    // Real processes, killed at random moments: all rows reported as committed are there, and the file is
    // sound.
    [Fact]
    public async Task Committed_batches_survive_kill_9()
    {
        using var folder = new TempFolder();
        var program = Path.ChangeExtension(
            typeof(DatabaseTests).Assembly.Location, OperatingSystem.IsWindows() ? ".exe" : null);
        var random = new Random(Environment.TickCount);
        var promised = 0;
        for (var round = 0; round < 5; round++)
        {
            var start = new ProcessStartInfo(
                program,
                ["-explicit", "only", "-noLogo", "-method", KilledWriter.MethodName])
            {
                RedirectStandardOutput = true,
            };
            start.Environment[KilledWriter.FolderVariable] = folder.Path;
            using var child = Process.Start(start)!;
            var log = folder["promised"];
            var enough = promised + random.Next(5, 60);
            await Eventually.TrueAsync(
                () => child.HasExited
                    ? throw new InvalidOperationException(child.StandardOutput.ReadToEnd())
                    : Task.FromResult(KilledWriter.ReadPromised(log) >= enough),
                TimeSpan.FromSeconds(30));
            child.Kill();
            await child.WaitForExitAsync(TestContext.Current.CancellationToken);
            promised = KilledWriter.ReadPromised(log);

            using var bench = new StorageBench(folder: folder.Path);
            Assert.Equal(0, bench.Metrics.Storage.FilesQuarantined.Value);
            var stored = OutboxTests.ReadAll(bench);
            Assert.Equal(Enumerable.Range(0, stored.Count), stored);
            Assert.True(stored.Count > promised, $"{promised} was promised, {stored.Count} are there.");
            Assert.Equal(stored.Count, bench.Outbox.Status.Documents);
            Assert.Equal(0, bench.Scalar("SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'"));
        }
    }

    // 150 MB of backlog, whose middle is overwritten: a start that read it would find the file damaged.
    [Fact]
    public void Start_does_not_read_the_backlog()
    {
        using var bench = new StorageBench(settings => settings with { CompressBatches = false });
        bench.Database.Session!.Execute(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300) "
            + "INSERT INTO outbox (created, documents, bytes, encoding, body) "
            + "SELECT i, 1000, 500000, 0, zeroblob(500000) FROM n");
        bench.Database.Session.Integer("PRAGMA wal_checkpoint(TRUNCATE)");
        bench.Database.Close();
        using (var file = File.OpenWrite(bench.Database.Path))
        {
            var rubbish = new byte[file.Length / 3 / 4096 * 4096];
            rubbish.AsSpan().Fill(0xA5);
            file.Position = rubbish.Length;
            file.Write(rubbish);
        }

        bench.Crash();
        Assert.Equal(300_000, bench.Outbox.Status.Documents);
        Assert.Equal(0, bench.Metrics.Storage.FilesQuarantined.Value);
    }

    [Fact]
    public void Older_schema_is_upgraded_step_by_step_in_one_transaction()
    {
        using var folder = new TempFolder();
        Fill(folder);
        var time = new ManualTimeProvider();
        string[] steps = [.. DatabaseSchema.Steps, "CREATE TABLE extra (x INTEGER); INSERT INTO extra VALUES (42);"];
        using (var newer = new TelemetryDatabase(
            folder["telemetry.db"], new CollectorMetrics(), time, NullLogger<TelemetryDatabase>.Instance, steps))
        {
            Assert.True(newer.TryOpen(out _));
            Assert.Equal(42, newer.Session!.Integer("SELECT x FROM extra"));
            Assert.Equal(steps.Length, newer.Session.Integer("PRAGMA user_version"));
            Assert.Equal(20, newer.Session.Integer("SELECT documents FROM outbox_total"));
        }
    }

    [Fact]
    public void SCHEMA_md_lists_exactly_the_tables_columns_and_triggers()
    {
        var page = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "collector", "Storage", "Database", "SCHEMA.md"));
        var documented = Regex.Matches(
            page, @"^### (\w+)\n(.*?)(?=^##)", RegexOptions.Multiline | RegexOptions.Singleline)
            .ToDictionary(
                static match => match.Groups[1].Value,
                static match => Regex.Matches(match.Groups[2].Value, @"^\| `(\w+)` \|", RegexOptions.Multiline)
                    .Select(static column => column.Groups[1].Value).ToArray());
        using var bench = new StorageBench();
        using var connection = bench.Database.OpenReader()!;
        using var command = connection.CreateCommand();
        command.CommandText =
            "SELECT t.name, c.name FROM sqlite_schema t, pragma_table_info(t.name) c "
            + "WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' ORDER BY t.rowid, c.cid";
        using var reader = command.ExecuteReader();
        var actual = new List<(string Table, string Column)>();
        while (reader.Read())
        {
            actual.Add((reader.GetString(0), reader.GetString(1)));
        }

        Assert.Equal(actual.Select(static pair => pair.Table).Distinct().Order(), documented.Keys.Order());
        foreach (var (table, columns) in documented)
        {
            Assert.Equal(actual.Where(pair => pair.Table == table).Select(static pair => pair.Column), columns);
        }

        Assert.Equal(3, bench.Scalar("SELECT count(*) FROM sqlite_schema WHERE type = 'trigger'"));
        Assert.Contains($"now **{DatabaseSchema.Steps.Count}**", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Nodes_survive_a_restart_until_they_are_deleted()
    {
        using var bench = new StorageBench();
        var snapshot = Snapshots.Of(41) with { Hostname = "pi-01" };
        var status = bench.Status(Snapshots.NodeA, snapshot, bench.Time.GetUtcNow()) with
        {
            Address = "10.77.0.11",
            Health = NodeHealth.Late,
            About = new AboutReading { Architecture = "arm64", Addresses = ["10.77.0.11"] },
            Labels = [new("rack", "a")],
        };
        bench.Checkpoint.OnHealthChanged(status, null);
        bench.Checkpoint.OnHealthChanged(
            status with { Id = "old-pi", Header = null, Address = null, About = null, Labels = null }, null);
        bench.Store();
        bench.Checkpoint.OnSample(new AcceptedSnapshot(status.Id, snapshot, bench.Time.GetUtcNow()), status with
        {
            Header = Snapshots.Of(57).Header,
            LastSeen = status.LastSeen.AddSeconds(16),
        });
        bench.Round();
        Assert.Equal(41, bench.Scalar("SELECT max(sequence) FROM node_progress"));
        bench.Run(bench.Settings.CheckpointPeriod, TimeSpan.FromSeconds(1));
        bench.Crash();

        var records = NodeTable.Load(bench.Database);
        Assert.Equal([Snapshots.NodeA, "old-pi"], records.Select(static record => record.Id));
        var record = records[0];
        Assert.Equal(57, record.Header!.Sequence);
        Assert.Equal(1U, record.Header.Run);
        Assert.Equal(NodeHealth.Late, record.Health);
        Assert.Equal(status.FirstSeen, record.FirstSeen);
        Assert.Equal(status.LastSeen.AddSeconds(16), record.LastSeen);
        Assert.Equal("arm64", record.About!.Architecture);
        Assert.Equal([new("rack", "a")], record.Labels!);
        Assert.Null(records[1].Header);

        bench.Checkpoint.OnHealthChanged(
            status with { Id = "old-pi", Header = null, Health = NodeHealth.Forgotten }, NodeHealth.Lost);
        bench.Round();
        bench.Crash();
        Assert.Equal([Snapshots.NodeA], NodeTable.Load(bench.Database).Select(static node => node.Id));
    }

    [Fact]
    public void Dead_letters_are_listed_once_and_limited()
    {
        using var bench = new StorageBench(settings => settings with { DeadLettersMax = 5 });
        for (var number = 0; number < 12; number++)
        {
            bench.DeadLetters.Add(new DeadLetter(
                bench.Time.GetUtcNow(),
                FormattableString.Invariant($"a{number / 2}"),
                400,
                "type",
                "reason",
                "{}"u8.ToArray()));
            bench.Round();
        }

        var letters = DeadLetterTable.Read(bench.Database, 10);
        Assert.Equal(["a5", "a4", "a3", "a2", "a1"], letters.Select(static letter => letter.Action));
        Assert.Equal(1, bench.Metrics.Storage.DeadLettersDropped.Value);
    }

    private static void Fill(TempFolder folder)
    {
        using var bench = new StorageBench(settings => settings with { CompressBatches = false }, folder: folder.Path);
        for (var number = 0; number < 20; number++)
        {
            bench.Outbox.Append(Encoding.UTF8.GetBytes($"{{}}\n{{\"x\":\"{new string('x', 10_000)}\"}}\n"));
            bench.Sample($"pi-{number}", 0.5);
            bench.Round(final: true);
        }
    }

    private static void Damage(string path, string kind)
    {
        var bytes = File.ReadAllBytes(path);
        switch (kind)
        {
            case "text":
                bytes = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("This is no database. ", 1000)));
                break;
            case "zeros":
                bytes.AsSpan().Clear();
                break;
            case "half":
                bytes = bytes[..(bytes.Length / 2)];
                break;
            case "header":
                bytes.AsSpan(16, 84).Fill(0xA5);
                break;
            default:
                bytes.AsSpan(4096).Fill(0xA5);
                break;
        }

        File.WriteAllBytes(path, bytes);
    }

    private static void Execute(string path, string text)
    {
        SqliteLibrary.Initialize();
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // A test's own text.
        command.CommandText = text;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
