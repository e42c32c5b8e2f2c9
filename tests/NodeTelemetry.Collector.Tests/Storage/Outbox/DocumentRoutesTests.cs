using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Storage.Database;
using NodeTelemetry.Collector.Storage.Outbox;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Storage.Outbox;

public class DocumentRoutesTests
{
    private static readonly DocumentRoute A = new("metrics-1", "00000000000000aa");
    private static readonly DocumentRoute B = new("metrics-1", "00000000000000bb");
    private static readonly DocumentRoute Cluster = new("events-1", null);

    [Fact]
    public void Routes_are_read_back_in_their_order_with_each_name_stored_once()
    {
        var routes = DocumentRoutes.Create([A, A, B, Cluster, A]);
        Assert.Equal(5, routes.Documents);
        Assert.Equal(4, routes.Runs.Count);
        Assert.Equal(
            """{"names":["metrics-1","00000000000000aa","00000000000000bb","events-1"],"runs":[0,1,2,0,2,1,3,-1,1,0,1,1]}""",
            routes.ToJson());
        Assert.Equal([A, A, B, Cluster, A], DocumentRoutes.FromJson(routes.ToJson()).ToArray());
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("""{"names":[],"runs":[0,0,1]}""")]
    [InlineData("""{"names":["a"],"runs":[0,5,1]}""")]
    [InlineData("""{"names":["a"],"runs":[0]}""")]
    public void Damaged_routes_are_recognized(string json) =>
        Assert.Throws<InvalidDataException>(() => DocumentRoutes.FromJson(json));

    [Fact]
    public void Routes_of_earlier_rows_are_read_from_their_lines_or_unknown_if_those_are_damaged()
    {
        var lines = Encoding.UTF8.GetBytes(
            """
            {"create":{"_id":"1","_index":"metrics-1"}}
            {"@timestamp":"x","host":{"name":"pi","id":"00000000000000aa"}}
            {"create":{"_index":7}}
            {"host":"pi"}
            not JSON
            []

            """);
        Assert.Equal([A, new(string.Empty, null), new(string.Empty, null)], DocumentRoutes.Parse(lines).ToArray());
    }

    [Fact]
    public void Routes_are_stored_with_the_lines_and_kept_for_the_rest_of_a_batch()
    {
        using var bench = new StorageBench();
        bench.Outbox.Append("{}\n{\"n\":1}\n"u8, A);
        bench.Outbox.Append("{}\n{\"n\":2}\n"u8, Cluster);
        bench.Round(final: true);
        bench.Crash();
        var batch = bench.Outbox.Take(bench.Database, isDegraded: false)!;
        Assert.Equal([A, Cluster], batch.ReadRoutes().ToArray());

        bench.Outbox.Replace(batch, [Cluster], "{}\n{\"n\":2}\n"u8);
        bench.Round();
        bench.Crash();
        Assert.Equal([Cluster], bench.Outbox.Take(bench.Database, isDegraded: false)!.ReadRoutes().ToArray());
    }

    [Fact]
    public void Batch_with_changed_routes_is_damaged()
    {
        using var bench = new StorageBench();
        bench.Outbox.Append("{}\n{\"n\":1}\n"u8, A);
        bench.Round(final: true);
        bench.Database.Session!.Execute("UPDATE outbox SET routes = replace(routes, 'aa', 'ab')");
        Assert.Null(bench.Outbox.Take(bench.Database, isDegraded: false));
        Assert.Equal(1, bench.Metrics.Storage.OutboxDocumentsDropped[OutboxDropReason.Damaged].Value);
    }

    [Fact]
    public void Dropped_documents_are_counted_by_the_node_of_their_route()
    {
        using var bench = new StorageBench(settings => settings with
        {
            OutboxBytesMax = 1 << 20,
            CompressBatches = false,
        });
        var lines = Encoding.UTF8.GetBytes($"{{}}\n\"{new string('x', 700_000)}\"\n");
        bench.Outbox.Append(lines, B);
        bench.Round(final: true);
        bench.Outbox.Append(lines, A);
        bench.Round(final: true);
        Assert.Equal(
            [(B.Node!, OutboxDropReason.OutboxFull, 1L)], bench.Metrics.Storage.OutboxNodesDropped.Seen);
    }

    // A file of version 9, written with the statements of the collector of that time.
    [Fact]
    public void Outbox_of_a_version_9_file_is_delivered_with_the_routes_in_its_lines()
    {
        using var folder = new TempFolder();
        var lines = Encoding.UTF8.GetBytes(
            "{\"create\":{\"_index\":\"metrics-1\",\"_id\":\"1\"}}\n{\"host\":{\"id\":\"00000000000000aa\"}}\n");
        using (var old = new TelemetryDatabase(
            folder["telemetry.db"], new CollectorMetrics(), new ManualTimeProvider(),
            NullLogger<TelemetryDatabase>.Instance, [.. DatabaseSchema.Steps.Take(9)]))
        {
            Assert.True(old.TryOpen(out _));
            old.Session!.Execute(
                "INSERT INTO outbox (created, documents, bytes, encoding, body, checksum) "
                + "VALUES (1795600000000, 1, $bytes, 0, $body, $checksum)",
                ("$bytes", lines.Length),
                ("$body", lines),
                ("$checksum", (long)BatchChecksum.Compute(1, isCompressed: false, null, lines)));
            old.Session.Execute("INSERT INTO given_up (index_name, until) VALUES ('metrics-1', 1795600000001)");
        }

        using var bench = new StorageBench(folder: folder.Path);
        Assert.Equal(DatabaseSchema.Steps.Count, bench.Scalar("PRAGMA user_version"));
        Assert.Equal(["metrics-1"], new DiscardedIndices(bench.Database).Read().Keys);
        var batch = bench.Outbox.Take(bench.Database, isDegraded: false)!;
        Assert.Equal(lines, batch.ReadLines());
        Assert.Equal([A], batch.ReadRoutes().ToArray());
    }
}
