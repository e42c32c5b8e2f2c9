using System.Globalization;
using System.Text;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Export;
using NodeTelemetry.Collector.Tests.Storage;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Export;

public class OpenSearchExporterTests
{
    [Fact]
    public async Task Everything_arrives_once_after_the_template()
    {
        await using var server = await FakeOpenSearch.StartAsync();
        await using var bench = new ExportBench(
            [server.Address], changeStorage: settings => settings with { BatchDocumentsMax = 100 });
        bench.Append(950);
        bench.Exporter.Start();
        await bench.UntilDrainedAsync();

        Assert.Equal(950, server.Count);
        Assert.Equal(["nodetelemetry-events-v1", "nodetelemetry-metrics-v1"], server.Apis.Templates.Keys.Order());
        Assert.Equal(["nodetelemetry-metrics-v1-2026.11.03"], server.Indices);
        Assert.Equal(10, server.Bulks);
        Assert.Equal(950, bench.Exporter.Status.ExportedDocuments);
        Assert.Equal(ExportHealth.Ok, bench.Exporter.Status.Health);
        var text = bench.Metrics.Registry.Scrape(isOpenMetrics: true);
        Assert.Contains("nodetelemetry_collector_export_request_duration_seconds_count 10\n", text, StringComparison.Ordinal);
        Assert.Contains(" # {index=\"nodetelemetry-metrics-v1-2026.11.03\"} ", text, StringComparison.Ordinal);
        Assert.Equal("gzip", server.LastHeaders["Content-Encoding"]);
        Assert.True(server.LastHeaders.ContainsKey("Content-Length"));
        Assert.False(server.LastHeaders.ContainsKey("Transfer-Encoding"));
    }

    // A body that does not unpack once ended the exporter, and with it the collector, at every start.
    [Fact]
    public async Task Damaged_batch_does_not_stop_the_others()
    {
        await using var server = await FakeOpenSearch.StartAsync();
        await using var bench = new ExportBench(
            [server.Address], changeStorage: settings => settings with { BatchDocumentsMax = 100 });
        bench.Append(300);
        bench.Database.Session!.Execute("UPDATE outbox SET body = zeroblob(length(body)) WHERE id = 2");
        bench.Exporter.Start();
        await bench.UntilDrainedAsync();

        Assert.Equal(200, server.Count);
        Assert.Equal(100, bench.Metrics.Storage.OutboxDocumentsDropped[OutboxDropReason.Damaged].Value);
        Assert.False(bench.Exporter.Completion.IsCompleted);
    }

    [Theory]
    [InlineData(BulkFault.ResetBefore)]
    [InlineData(BulkFault.ResetAfter)]
    [InlineData(BulkFault.Truncated)]
    [InlineData(BulkFault.Unauthorized)]
    [InlineData(BulkFault.ReadOnly)]
    [InlineData(BulkFault.Unavailable)]
    [InlineData(BulkFault.Rejected)]
    [InlineData(BulkFault.Breaker)]
    [InlineData(BulkFault.NotFound)]
    [InlineData(BulkFault.CutOff)]
    [InlineData(BulkFault.BadGateway)]
    [InlineData(BulkFault.Silent)]
    public async Task Whole_request_that_fails_is_sent_again_until_it_is_done(BulkFault fault)
    {
        await using var server = await FakeOpenSearch.StartAsync();
        await using var bench = new ExportBench(
            [server.Address], settings => settings with { RequestTimeout = TimeSpan.FromSeconds(2) });
        server.Enqueue(fault, fault, fault);
        bench.Append(500);
        bench.Exporter.Start();
        await bench.UntilDrainedAsync();

        Assert.Equal(500, server.Count);
        Assert.Empty(bench.Letters());
        await bench.UntilAsync(() => bench.Exporter.Status.Health == ExportHealth.Ok, "well again");
    }

    [Fact]
    public async Task Wrong_credentials_hold_the_export_and_new_ones_are_read_without_a_restart()
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder["password"], "wrong\n", TestContext.Current.CancellationToken);
        await using var server = await FakeOpenSearch.StartAsync();
        server.Authorization = $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes("writer:right"))}";
        await using var bench = new ExportBench(
            [server.Address], settings => settings with { User = "writer", PasswordFile = folder["password"] });
        bench.Append(10);
        bench.Exporter.Start();
        await bench.UntilAsync(() => bench.Exporter.Status.Health == ExportHealth.Held, "held");
        Assert.Contains("401", bench.Exporter.Status.Problem, StringComparison.Ordinal);

        await File.WriteAllTextAsync(folder["password"], "right\n", TestContext.Current.CancellationToken);
        await bench.UntilDrainedAsync();
        Assert.Equal(10, server.Count);
    }

    [Fact]
    public async Task Only_deferred_documents_are_sent_again()
    {
        await using var server = await FakeOpenSearch.StartAsync();
        var refusals = 0;
        server.ItemFault = (_, _, document) =>
            document.Contains("00000000000000", StringComparison.Ordinal)
            && document.Contains("\"id\":\"0000000000000001\"", StringComparison.Ordinal)
            && Interlocked.Increment(ref refusals) <= 50
                ? new ItemError(429, "rejected_execution_exception", "rejected execution of primary operation")
                : null;
        await using var bench = new ExportBench([server.Address]);
        bench.Append(100);
        bench.Exporter.Start();
        await bench.UntilDrainedAsync();

        Assert.Equal(100, server.Count);
        Assert.Equal(50, bench.Metrics.Export.DocumentsRetried.Value);
        Assert.Equal(0, bench.Metrics.Export.Documents[ExportOutcome.Duplicate].Value);
    }

    [Fact]
    public async Task Index_that_accepts_nothing_does_not_stop_the_others()
    {
        await using var server = await FakeOpenSearch.StartAsync();
        var isClosed = true;
        server.ItemFault = (index, _, _) => isClosed && index.EndsWith("2026.11.03", StringComparison.Ordinal)
            ? new ItemError(400, "index_closed_exception", "closed")
            : null;
        await using var bench = new ExportBench(
            [server.Address], changeStorage: settings => settings with { BatchDocumentsMax = 20_000 });
        const int SecondsToMidnight = 14 * 3600;
        bench.Append(100);
        await using var tomorrow = new ExportBench([server.Address], sequence: SecondsToMidnight + 10);
        bench.Exporter.Start();
        await bench.UntilAsync(() => bench.Exporter.Status.Health == ExportHealth.Held, "held");
        Assert.Contains("index_closed_exception", bench.Exporter.Status.Problem, StringComparison.Ordinal);

        tomorrow.Append(50);
        while (tomorrow.Outbox.Take(tomorrow.Database, isDegraded: false) is { } batch)
        {
            var lines = Encoding.UTF8.GetString(batch.ReadLines()).Split('\n');
            foreach (var pair in lines.Chunk(2).Where(static pair => pair.Length == 2))
            {
                bench.Outbox.Append(Encoding.UTF8.GetBytes($"{pair[0]}\n{pair[1]}\n"));
            }
        }

        bench.Writer.RunRound(final: true);
        await bench.UntilAsync(() => server.Count == 50, "the other index has its documents");
        Assert.Equal(0, bench.Metrics.Export.Documents[ExportOutcome.DeadLetter].Value);

        isClosed = false;
        await bench.UntilDrainedAsync();
        Assert.Equal(150, server.Count);
    }

    [Fact]
    public async Task Body_that_is_too_large_is_split_and_the_limit_is_learnt()
    {
        await using var server = await FakeOpenSearch.StartAsync();
        server.ContentLengthMax = 100_000;
        await using var bench = new ExportBench([server.Address]);
        bench.Append(1000);
        bench.Exporter.Start();
        await bench.UntilDrainedAsync();
        Assert.Equal(1000, server.Count);

        var refused = bench.Metrics.Export.RequestsFailed[ExportFailure.TooLarge].Value;
        bench.Append(1000);
        await bench.UntilDrainedAsync();
        Assert.Equal(2000, server.Count);
        Assert.Equal(refused, bench.Metrics.Export.RequestsFailed[ExportFailure.TooLarge].Value);
        Assert.Empty(bench.Letters());
    }

    [Fact]
    public async Task Learnt_limit_grows_again_after_many_accepted_requests()
    {
        await using var server = await FakeOpenSearch.StartAsync();
        server.ContentLengthMax = 20_000;
        await using var bench = new ExportBench(
            [server.Address], changeStorage: settings => settings with { BatchDocumentsMax = 50 });
        bench.Append(50);
        bench.Exporter.Start();
        await bench.UntilDrainedAsync();
        server.ContentLengthMax = int.MaxValue;

        // It is at least half of what fits; this many documents need hundreds of requests unless it grows.
        bench.Append(5000);
        await bench.UntilDrainedAsync();
        var before = server.Bulks;
        bench.Append(50);
        await bench.UntilDrainedAsync();
        Assert.Equal(1, server.Bulks - before);
        Assert.Equal(5100, server.Count);
    }

    [Fact]
    public async Task Server_that_misreads_gzip_gets_plain_bodies()
    {
        await using var server = await FakeOpenSearch.StartAsync();
        server.MisreadsGzip = true;
        await using var bench = new ExportBench([server.Address]);
        bench.Append(100);
        bench.Exporter.Start();
        await bench.UntilDrainedAsync();
        Assert.Equal(100, server.Count);
        Assert.False(server.LastHeaders.ContainsKey("Content-Encoding"));
    }

    [Fact]
    public async Task Next_host_is_used_when_one_is_down()
    {
        await using var gone = await FakeOpenSearch.StartAsync();
        await using var server = await FakeOpenSearch.StartAsync();
        await gone.StopAsync();
        await using var bench = new ExportBench([gone.Address, server.Address]);
        bench.Append(100);
        bench.Exporter.Start();
        await bench.UntilDrainedAsync();
        Assert.Equal(100, server.Count);

        await server.StopAsync();
        await gone.RestartAsync();
        bench.Append(100);
        await bench.UntilDrainedAsync();
        Assert.Equal(100, gone.Count);
    }

    [Fact]
    public async Task Backlog_of_an_outage_survives_a_restart_of_the_collector()
    {
        using var folder = new TempFolder();
        await using var server = await FakeOpenSearch.StartAsync();
        await server.StopAsync();
        await using (var before = new ExportBench([server.Address], folder: folder))
        {
            before.Append(300);
            before.Exporter.Start();
            await before.UntilAsync(() => before.Exporter.Status.Health == ExportHealth.Retrying, "retrying");
            Assert.Contains("cannot be reached", before.Exporter.Status.Problem, StringComparison.Ordinal);
            Assert.Equal(300, before.Exporter.Status.BacklogDocuments);
        }

        await server.RestartAsync();
        await using var after = new ExportBench([server.Address], folder: folder, sequence: 300);
        after.Append(50);
        after.Exporter.Start();
        await after.UntilDrainedAsync();
        Assert.Equal(350, server.Count);
    }

    [Fact]
    public async Task Two_collectors_that_export_the_same_readings_create_no_duplicates()
    {
        await using var server = await FakeOpenSearch.StartAsync();
        await using var one = new ExportBench([server.Address]);
        await using var other = new ExportBench([server.Address]);
        one.Append(200);
        other.Append(200);
        one.Exporter.Start();
        other.Exporter.Start();
        await one.UntilDrainedAsync();
        await other.UntilDrainedAsync();
        Assert.Equal(200, server.Count);
        Assert.Equal(400, one.Exporter.Status.ExportedDocuments + other.Exporter.Status.ExportedDocuments);
    }

    [Fact]
    public async Task Refused_template_holds_the_export_with_a_reason()
    {
        await using var server = await FakeOpenSearch.StartAsync();
        server.TemplateStatus = 403;
        await using var bench = new ExportBench([server.Address]);
        bench.Append(10);
        bench.Exporter.Start();
        await bench.UntilAsync(() => bench.Exporter.Status.Health == ExportHealth.Held, "held");
        Assert.Contains("ManageTemplate", bench.Exporter.Status.Problem, StringComparison.Ordinal);
        Assert.Equal(0, server.Bulks);

        server.TemplateStatus = 0;
        await bench.UntilDrainedAsync();
        Assert.Equal(10, server.Count);
    }

    [Fact]
    public async Task Documents_that_a_full_outbox_drops_are_counted_by_node()
    {
        await using var bench = new ExportBench([], changeStorage: settings => settings with
        {
            BatchDocumentsMax = 8,
            OutboxBytesMax = 4000,
        });
        bench.Append(160);
        var dropped = 160 - bench.Outbox.Status.Documents;
        Assert.InRange(dropped, 80, 152);
        Assert.Equal(dropped, bench.Metrics.Storage.OutboxDocumentsDropped[OutboxDropReason.OutboxFull].Value);
        Assert.Equal(
            Enumerable.Range(0, 4).Select(number => ($"00000000000000{number:x2}", dropped / 4)),
            bench.Metrics.Storage.OutboxNodesDropped.Seen.Select(static entry => (entry.Node, entry.Count)).Order());
    }

    // One node's index is closed: a document of it in every batch must not stop the others.
    [Fact]
    public async Task Held_document_in_each_of_many_batches_does_not_stop_the_others()
    {
        await using var server = await FakeOpenSearch.StartAsync();
        var isClosed = true;
        server.ItemFault = (_, _, document) =>
            isClosed && document.Contains("\"id\":\"0000000000000001\"", StringComparison.Ordinal)
                ? new ItemError(400, "index_closed_exception", "closed")
                : null;
        await using var bench = new ExportBench(
            [server.Address], changeStorage: settings => settings with { BatchDocumentsMax = 4 });
        bench.Append(80);
        bench.Exporter.Start();
        await bench.UntilAsync(() => server.Count == 60, "all others have arrived");
        await bench.UntilAsync(() => bench.Exporter.Status.Health == ExportHealth.Held, "held");

        isClosed = false;
        await bench.UntilDrainedAsync();
        Assert.Equal(80, server.Count);
    }

    [Fact]
    public async Task Export_is_off_without_hosts()
    {
        await using var bench = new ExportBench([]);
        bench.Exporter.Start();
        Assert.Equal(ExportHealth.Off, bench.Exporter.Status.Health);
    }

    // Any mix of faults: in the end every reading is there once.
    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    public async Task Every_reading_arrives_once_after_any_mix_of_faults(int seed)
    {
        seed = seed == 0 ? Environment.TickCount : seed;
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seed {seed}"));
        var random = new Random(seed);
        using var folder = new TempFolder();
        await using var server = await FakeOpenSearch.StartAsync();
        server.ContentLengthMax = 60_000;
        server.ItemFault = (_, _, _) => random.Next(30) switch
        {
            0 => new ItemError(429, "rejected_execution_exception", "queue"),
            1 => new ItemError(503, "unavailable_shards_exception", "primary shard is not active"),
            2 => new ItemError(403, "cluster_block_exception", "blocked"),
            _ => null,
        };
        var sent = 0;
        for (var run = 0; run < 4; run++)
        {
            await using var bench = new ExportBench(
                [server.Address],
                changeStorage: settings => settings with { BatchDocumentsMax = 150 },
                folder: folder,
                sequence: sent);
            bench.Exporter.Start();
            for (var count = 0; count < 4; count++)
            {
                for (var fault = 0; fault < 2; fault++)
                {
                    server.Enqueue((BulkFault)random.Next(9));
                }

                bench.Append(150);
                sent += 150;
            }

            if (run == 3)
            {
                await bench.UntilDrainedAsync();
                Assert.Empty(bench.Letters());
            }
        }

        Assert.Equal(sent, server.Count);
    }
}
