using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Storage.Database;
using NodeTelemetry.Collector.Storage.Outbox;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Storage.Outbox;

/// <summary>A batch is the exporter's or is dropped, never both, and the exporter gets it once.</summary>
public class RowLeasesTests
{
    private const int Megabyte = 1024 * 1024;

    // The other half of a commit: it is on the disk, and the outbox does not know that yet.
    [Fact]
    public void Batch_taken_from_memory_is_not_taken_again_as_a_row_just_committed()
    {
        using var bench = new StorageBench();
        OutboxBatch? again = null;
        var between = new BetweenCommitAndOutbox(
            onWrite: () => { },
            onCommitted: () => again = bench.Outbox.Take(bench.Database, isDegraded: true));
        var writer = Writer(bench, between);
        OutboxTests.Append(bench, 1);
        bench.Outbox.Prepare(isFinal: true);
        var early = bench.Outbox.Take(bench.Database, isDegraded: true);
        Assert.NotNull(early);

        Assert.True(writer.RunRound(final: true));
        Assert.Null(again);
        Assert.Null(bench.Outbox.Take(bench.Database, isDegraded: false));

        bench.Outbox.Complete(early);
        writer.RunRound(final: true);
        Assert.Equal(0, bench.Outbox.Status.Documents);
    }

    [Fact]
    public void Leased_batch_is_not_dropped_but_the_next_one_is()
    {
        using var bench = Small();
        Append(bench, 0);
        var taken = bench.Outbox.Take(bench.Database, isDegraded: false)!;
        for (var number = 1; number <= 10; number++)
        {
            Append(bench, number);
        }

        Assert.Equal(1, bench.Metrics.Storage.OutboxDocumentsDropped[OutboxDropReason.OutboxFull].Value);
        Assert.Contains("{\"n\":2,", Next(bench), StringComparison.Ordinal);
        bench.Outbox.Complete(taken);
        bench.Round(final: true);
        Assert.Equal(9, bench.Outbox.Status.Documents);
    }

    [Fact]
    public void Batch_being_dropped_is_not_leased()
    {
        using var bench = Small();
        for (var number = 0; number < 10; number++)
        {
            Append(bench, number);
        }

        OutboxBatch? meanwhile = null;
        var writer = Writer(bench, new BetweenCommitAndOutbox(
            onWrite: () => meanwhile = bench.Outbox.Take(bench.Database, isDegraded: false), onCommitted: () => { }));
        bench.Outbox.Append(Lines(10));
        Assert.True(writer.RunRound(final: true));

        Assert.Null(meanwhile);
        Assert.Equal(1, bench.Metrics.Storage.OutboxDocumentsDropped[OutboxDropReason.OutboxFull].Value);
        Assert.Contains("{\"n\":1,", Next(bench), StringComparison.Ordinal);
    }

    [Fact]
    public void Batch_whose_drop_was_rolled_back_is_dropped_with_the_next_transaction_and_counted_once()
    {
        using var bench = Small();
        for (var number = 0; number < 10; number++)
        {
            Append(bench, number);
        }

        var isFull = true;
        var writer = Writer(bench, new BetweenCommitAndOutbox(
            onWrite: () => _ = isFull ? throw new SqliteException("The disk is full.", 13) : 0,
            onCommitted: () => { }));
        bench.Outbox.Append(Lines(10));
        Assert.False(writer.RunRound(final: true));
        isFull = false;
        Assert.True(writer.RunRound(final: true));

        // Not taken before, the oldest goes now; had it been handed out in between, the next one would have gone.
        Assert.Equal(1, bench.Metrics.Storage.OutboxDocumentsDropped[OutboxDropReason.OutboxFull].Value);
        Assert.Contains("{\"n\":1,", Next(bench), StringComparison.Ordinal);
    }

    [Fact]
    public void Leased_batch_is_not_dropped_from_memory_either()
    {
        using var folder = new TestKit.TempFolder();
        File.WriteAllText(folder["blocked"], "a file where a folder should be");
        using var bench = new StorageBench(settings => settings with
        {
            Path = Path.Combine(folder["blocked"], "telemetry.db"),
            CompressBatches = false,
            MemoryBytesMax = Megabyte,
        });
        bench.Outbox.Append(Lines(0));
        bench.Round(final: true);
        var taken = bench.Outbox.Take(bench.Database, isDegraded: true)!;
        for (var number = 1; number <= 10; number++)
        {
            bench.Outbox.Append(Lines(number));
            bench.Round(final: true);
        }

        Assert.Equal(1, bench.Metrics.Storage.OutboxDocumentsDropped[OutboxDropReason.MemoryFull].Value);
        bench.Outbox.Complete(taken);
        var next = bench.Outbox.Take(bench.Database, isDegraded: true)!;
        Assert.Contains("{\"n\":2,", Encoding.UTF8.GetString(next.ReadLines()), StringComparison.Ordinal);
    }

    private static StorageBench Small() =>
        new(settings => settings with { CompressBatches = false, OutboxBytesMax = Megabyte });

    // Ten of them are just less than a megabyte.
    private static byte[] Lines(int number) =>
        Encoding.UTF8.GetBytes($"{{}}\n{{\"n\":{number},\"x\":\"{new string('x', 100_000)}\"}}\n");

    private static void Append(StorageBench bench, int number)
    {
        bench.Outbox.Append(Lines(number));
        bench.Round(final: true);
    }

    private static string Next(StorageBench bench) =>
        Encoding.UTF8.GetString(bench.Outbox.Take(bench.Database, isDegraded: false)!.ReadLines());

    private static DatabaseWriter Writer(StorageBench bench, BetweenCommitAndOutbox between) => new(
        bench.Database, [between, bench.Outbox, between.After], bench.Metrics, bench.Time,
        NullLogger<DatabaseWriter>.Instance);

    /// <summary>Tables that run before and after the outbox.</summary>
    private sealed class BetweenCommitAndOutbox(Action onWrite, Action onCommitted) : IDatabaseWork
    {
        /// <summary>Gets the table that writes last: after the outbox, before the commit.</summary>
        public IDatabaseWork After => new Behind(onWrite);

        public void Prepare(bool isFinal)
        {
        }

        public void OnOpened(DatabaseSession session)
        {
        }

        public void Take(DatabaseTransaction transaction) => transaction.OnCommitted(onCommitted);

        public void Write(DatabaseTransaction transaction)
        {
        }

        private sealed class Behind(Action onWrite) : IDatabaseWork
        {
            public void Prepare(bool isFinal)
            {
            }

            public void OnOpened(DatabaseSession session)
            {
            }

            public void Take(DatabaseTransaction transaction)
            {
            }

            public void Write(DatabaseTransaction transaction) => onWrite();
        }
    }
}
