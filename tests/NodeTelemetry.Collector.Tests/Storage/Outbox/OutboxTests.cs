using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Storage.Database;
using NodeTelemetry.Collector.Storage.Outbox;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Storage.Outbox;

public class OutboxTests
{
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(2);

    [Fact]
    public void Batch_is_stored_after_the_linger_and_read_back_unchanged()
    {
        using var bench = new StorageBench();
        Append(bench, 1);
        Append(bench, 2);
        bench.Round();
        Assert.Null(bench.Outbox.Take(bench.Database, isDegraded: false));

        bench.Time.Advance(Linger);
        bench.Round();

        var batch = bench.Outbox.Take(bench.Database, isDegraded: false);
        Assert.NotNull(batch);
        Assert.Equal(2, batch.Documents);
        Assert.Equal(Lines(1) + Lines(2), Encoding.UTF8.GetString(batch.ReadLines()));
        Assert.Equal(2, bench.Metrics.Storage.OutboxDocumentsCommitted.Value);
    }

    [Fact]
    public void Batch_is_closed_at_the_maximum_number_of_documents()
    {
        using var bench = new StorageBench(settings => settings with { BatchDocumentsMax = 10 });
        for (var number = 0; number < 25; number++)
        {
            Append(bench, number);
        }

        bench.Round();
        Assert.Equal(20, bench.Outbox.Status.Documents);
        bench.Round(final: true);
        Assert.Equal(25, bench.Outbox.Status.Documents);
    }

    [Fact]
    public void Delivered_batch_leaves_with_the_next_transaction()
    {
        using var bench = new StorageBench();
        Append(bench, 1);
        bench.Round(final: true);
        bench.Outbox.Complete(bench.Outbox.Take(bench.Database, isDegraded: false)!);
        bench.Round();
        Assert.Equal(0, bench.Outbox.Status.Documents);
        Assert.Equal(0, bench.Scalar("SELECT count(*) FROM outbox"));
        Assert.Equal(0, bench.Scalar("SELECT bytes FROM outbox_total"));
    }

    [Fact]
    public void Rest_of_a_partly_delivered_batch_replaces_it()
    {
        using var bench = new StorageBench();
        Append(bench, 1);
        Append(bench, 2);
        bench.Round(final: true);
        var batch = bench.Outbox.Take(bench.Database, isDegraded: false)!;
        bench.Outbox.Replace(batch, Encoding.UTF8.GetBytes(Lines(2)));
        bench.Round();
        bench.Crash();

        var rest = bench.Outbox.Take(bench.Database, isDegraded: false)!;
        Assert.Equal(1, rest.Documents);
        Assert.Equal(Lines(2), Encoding.UTF8.GetString(rest.ReadLines()));
        Assert.Equal(1, bench.Outbox.Status.Documents);
    }

    [Fact]
    public void Oldest_batches_are_dropped_and_counted_at_the_limit()
    {
        using var bench = new StorageBench(
            settings => settings with { CompressBatches = false, OutboxBytesMax = 1024 * 1024 });
        var filler = new string('x', 100_000);
        for (var number = 0; number < 20; number++)
        {
            bench.Outbox.Append(Encoding.UTF8.GetBytes($"{{}}\n{{\"n\":{number},\"x\":\"{filler}\"}}\n"));
            bench.Round(final: true);
        }

        Assert.Equal(10, bench.Outbox.Status.Documents);
        Assert.Equal(10, bench.Metrics.Storage.OutboxDocumentsDropped[OutboxDropReason.OutboxFull].Value);
        Assert.Equal(20, bench.Metrics.Storage.OutboxDocumentsCommitted.Value);
        var oldest = Encoding.UTF8.GetString(bench.Outbox.Take(bench.Database, isDegraded: false)!.ReadLines());
        Assert.Contains("\"n\":10,", oldest, StringComparison.Ordinal);
    }

    [Fact]
    public void Counts_and_age_are_known_after_a_restart_without_scanning()
    {
        using var bench = new StorageBench();
        var created = bench.Time.GetUtcNow();
        for (var number = 0; number < 30; number++)
        {
            Append(bench, number);
            bench.Round(final: true);
            bench.Time.Advance(TimeSpan.FromSeconds(1));
        }

        bench.Crash();
        Assert.Equal(30, bench.Outbox.Status.Documents);
        Assert.Equal(created, bench.Outbox.Status.OldestAt);
        Assert.Equal(bench.Scalar("SELECT sum(length(body)) FROM outbox"), bench.Outbox.Status.Bytes);
    }

    [Fact]
    public void Document_longer_than_a_batch_is_dropped_and_counted()
    {
        using var bench = new StorageBench(settings => settings with { BatchBytesMax = 64 * 1024 });
        bench.Outbox.Append(new byte[(64 * 1024) + 1]);
        Assert.Equal(1, bench.Metrics.Storage.OutboxDocumentsDropped[OutboxDropReason.TooLong].Value);
    }

    [Fact]
    public void Appending_allocates_nothing()
    {
        using var bench = new StorageBench();
        var lines = Encoding.UTF8.GetBytes(Lines(1));
        bench.Outbox.Append(lines, default(DocumentRoute));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var number = 0; number < 500; number++)
        {
            bench.Outbox.Append(lines, default(DocumentRoute));
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    // Random sequences of everything that can happen, against a list: what was committed and not delivered is there, in
    // order.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(0)]
    public void Behaves_as_a_list_whatever_happens(int seed)
    {
        seed = seed == 0 ? Environment.TickCount : seed;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var bench = new StorageBench(settings => settings with { BatchDocumentsMax = 7 });
        var model = new OutboxModel();
        for (var step = 0; step < 400; step++)
        {
            model.Step(bench, random);
        }

        bench.Round(final: true);
        model.Commit();
        bench.Crash();
        Assert.Equal(model.Stored, ReadAll(bench));
    }

    // Each of these once ended the collector, at every start.
    [Theory]
    [InlineData("UPDATE outbox SET body = zeroblob(100) WHERE id = 1")]
    [InlineData("UPDATE outbox SET body = substr(body, 1, length(body) / 2) WHERE id = 1")]
    [InlineData("UPDATE outbox SET body = x'' WHERE id = 1")]
    [InlineData("UPDATE outbox SET checksum = checksum + 1 WHERE id = 1")]
    [InlineData("UPDATE outbox SET encoding = 0 WHERE id = 1")]
    [InlineData("UPDATE outbox SET documents = 4 WHERE id = 1")]
    [InlineData("UPDATE outbox SET documents = 5000000000 WHERE id = 1")]
    [InlineData("UPDATE outbox SET documents = -3 WHERE id = 1")]
    [InlineData("UPDATE outbox SET documents = 'many', encoding = 'odd' WHERE id = 1")]
    public void Damaged_batch_is_dropped_and_counted_and_the_next_one_goes_on(string damage)
    {
        using var bench = new StorageBench();
        for (var number = 0; number < 6; number++)
        {
            Append(bench, number);
            if (number % 3 == 2)
            {
                bench.Round(final: true);
            }
        }

        bench.Database.Session!.Execute(damage);
        bench.Crash();
        var batch = bench.Outbox.Take(bench.Database, isDegraded: false)!;
        Assert.Equal([3, 4, 5], Numbers(batch));
        Assert.Equal(1, bench.Metrics.Storage.RowsDamaged.Value);
        Assert.Equal(
            damage.Contains("documents", StringComparison.Ordinal),
            bench.Metrics.Storage.OutboxDocumentsDropped[OutboxDropReason.Damaged].Value != 3);

        bench.Outbox.Complete(batch);
        bench.Round();
        Assert.Equal(0, bench.Scalar("SELECT count(*) FROM outbox"));
        Assert.Equal(0, bench.Scalar("SELECT documents FROM outbox_total"));
    }

    // A file of version 6, written with the statement of the collector of that time.
    [Fact]
    public void Batches_without_a_checksum_are_read_and_checked_by_their_content()
    {
        using var folder = new TempFolder();
        using (var old = new TelemetryDatabase(
            folder["telemetry.db"], new CollectorMetrics(), new ManualTimeProvider(),
            NullLogger<TelemetryDatabase>.Instance, [.. DatabaseSchema.Steps.Take(6)]))
        {
            Assert.True(old.TryOpen(out _));
            foreach (var (documents, number) in ((int, int)[])[(1, 1), (2, 2), (1, 3)])
            {
                var body = OutboxBatch.Compress(Encoding.UTF8.GetBytes(Lines(number)));
                old.Session!.Execute(
                    "INSERT INTO outbox (created, documents, bytes, encoding, body) "
                        + "VALUES (1, $documents, $bytes, 1, $body)",
                    ("$documents", documents), ("$bytes", body.Length), ("$body", body));
            }
        }

        using var bench = new StorageBench(folder: folder.Path);
        Assert.Equal([1, 3], ReadAll(bench));
        Assert.Equal(1, bench.Metrics.Storage.RowsDamaged.Value);
        Assert.Equal(2, bench.Metrics.Storage.OutboxDocumentsDropped[OutboxDropReason.Damaged].Value);
    }

    [Fact]
    public void Length_of_the_lines_is_known_without_decompression()
    {
        using var bench = new StorageBench();
        Append(bench, 1);
        Append(bench, 2);
        bench.Round(final: true);
        Assert.Equal(
            (Lines(1) + Lines(2)).Length, bench.Outbox.Take(bench.Database, isDegraded: false)!.LinesLength);
    }

    [Fact]
    public void Impossible_time_of_a_batch_is_harmless()
    {
        using var bench = new StorageBench();
        Append(bench, 1);
        bench.Round(final: true);
        bench.Database.Session!.Execute("UPDATE outbox SET created = 9223372036854775807");
        bench.Crash();
        Assert.Equal([1], ReadAll(bench));
        Assert.Equal(DateTimeOffset.MaxValue.Year, bench.Outbox.Status.OldestAt!.Value.Year);
    }

    internal static string Lines(int number) => string.Create(
        CultureInfo.InvariantCulture, $"{{\"create\":{{\"_id\":\"{number}\"}}}}\n{{\"n\":{number}}}\n");

    internal static void Append(StorageBench bench, int number) =>
        bench.Outbox.Append(Encoding.UTF8.GetBytes(Lines(number)));

    internal static List<int> Numbers(OutboxBatch batch) =>
        [.. Encoding.UTF8.GetString(batch.ReadLines()).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(static line => line.StartsWith("{\"n\":", StringComparison.Ordinal))
            .Select(static line => int.Parse(line[5..^1], CultureInfo.InvariantCulture))];

    internal static List<int> ReadAll(StorageBench bench)
    {
        var numbers = new List<int>();
        while (bench.Outbox.Take(bench.Database, isDegraded: false) is { } batch)
        {
            numbers.AddRange(Numbers(batch));
        }

        return numbers;
    }

    // Stored: in rows, in order. Memory: appended, not committed. Delivered: acknowledged, not committed.
    private sealed class OutboxModel
    {
        private readonly List<int> _memory = [];
        private readonly HashSet<int> _delivered = [];
        private int _next;
        private OutboxBatch? _taken;

        public List<int> Stored { get; } = [];

        public void Commit()
        {
            Stored.RemoveAll(_delivered.Contains);
            _delivered.Clear();
            Stored.AddRange(_memory);
            _memory.Clear();
        }

        public void Step(StorageBench bench, Random random)
        {
            switch (random.Next(10))
            {
                case < 4:
                    for (var count = random.Next(12); count > 0; count--)
                    {
                        Append(bench, _next);
                        _memory.Add(_next++);
                    }

                    break;
                case < 6:
                    bench.Round(final: true);
                    Commit();
                    break;
                case 6:
                    _taken ??= bench.Outbox.Take(bench.Database, isDegraded: false);
                    break;
                case 7 when _taken is not null:
                    _delivered.UnionWith(Numbers(_taken));
                    bench.Outbox.Complete(_taken);
                    _taken = null;
                    break;
                case 8 when _taken is { Documents: > 1 }:
                    var numbers = Numbers(_taken);
                    var keep = numbers.FindAll(_ => random.Next(2) == 0);
                    if (keep.Count > 0)
                    {
                        _delivered.UnionWith(numbers.Except(keep));
                        _taken = bench.Outbox.Replace(
                            _taken, Encoding.UTF8.GetBytes(string.Concat(keep.Select(Lines))));
                    }

                    break;
                case 9 when random.Next(4) == 0:
                    bench.Crash();
                    _memory.Clear();
                    _delivered.Clear();
                    _taken = null;
                    break;
                default:
                    break;
            }
        }
    }
}
