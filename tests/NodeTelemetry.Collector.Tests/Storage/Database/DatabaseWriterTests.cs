using NodeTelemetry.Collector.Tests.Storage.Outbox;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Storage.Database;

public class DatabaseWriterTests
{
    private const long Megabyte = 1 << 20;

    // Zeros over what is deleted would be as many bytes again: some libraries' default.
    [Fact]
    public void Deleting_a_batch_writes_next_to_nothing()
    {
        using var bench = new StorageBench(settings => settings with { CompressBatches = false });
        bench.Outbox.Append([.. "{}\n{\"x\":\""u8, .. Enumerable.Repeat((byte)'x', 1_000_000), .. "\"}\n"u8]);
        bench.Round(final: true);
        var before = bench.Metrics.Storage.BytesWritten.Value;
        bench.Outbox.Complete(bench.Outbox.Take(bench.Database, isDegraded: false)!);
        bench.Round();
        Assert.Equal(0, bench.Scalar("SELECT count(*) FROM outbox"));
        Assert.InRange(bench.Metrics.Storage.BytesWritten.Value - before, 4096, 100_000);
    }

    [Fact]
    public void Only_a_round_that_writes_rows_is_measured()
    {
        using var bench = new StorageBench();
        bench.Round();
        var before = bench.Metrics.Storage.CommitDuration.Count;
        bench.Round();
        OutboxTests.Append(bench, 1);
        bench.Round(final: true);

        Assert.Equal(1, bench.Metrics.Storage.CommitDuration.Count - before);
    }

    [Fact]
    public void File_shrinks_in_small_steps_after_a_backlog_and_stays_intact()
    {
        using var bench = new StorageBench(settings => settings with { CompressBatches = false });
        bench.Database.Session!.Execute(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 80) "
            + "INSERT INTO outbox (created, documents, bytes, encoding, body) "
            + "SELECT i, 1000, 500000, 0, zeroblob(500000) FROM n");
        OutboxTests.Append(bench, 1);
        bench.Round(final: true);
        Assert.InRange(new FileInfo(bench.Database.Path).Length, 36 * Megabyte, 50 * Megabyte);

        bench.Database.Session.Execute("DELETE FROM outbox WHERE id <= 80");
        OutboxTests.Append(bench, 2);
        bench.Round(final: true);
        var pages = bench.Scalar("PRAGMA page_count");
        OutboxTests.Append(bench, 3);
        bench.Round(final: true);
        Assert.InRange(pages - bench.Scalar("PRAGMA page_count"), 1, 600);
        for (var number = 4; number < 40; number++)
        {
            OutboxTests.Append(bench, number);
            bench.Round(final: true);
        }

        Assert.InRange(new FileInfo(bench.Database.Path).Length, Megabyte, 20 * Megabyte);
        Assert.Equal(0, bench.Scalar("SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'"));
        Assert.Equal(Enumerable.Range(1, 39), OutboxTests.ReadAll(bench));
        Assert.False(bench.Writer.Status.IsDegraded);
    }
}
