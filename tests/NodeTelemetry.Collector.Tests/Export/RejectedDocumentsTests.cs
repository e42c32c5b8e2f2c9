using System.Text;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Export;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Export;

/// <summary>Bad documents become dead letters, good ones that are refused wait: through the whole exporter.</summary>
public class RejectedDocumentsTests
{
    private static readonly ItemError Parsing = new(400, "mapper_parsing_exception", "failed to parse field [x]");

    [Fact]
    public async Task Bad_document_becomes_a_dead_letter_once_and_the_others_arrive()
    {
        await using var server = await FakeOpenSearch.StartAsync();
        server.ItemFault = static (_, _, document) =>
            document.Contains("\"sequence\":13}", StringComparison.Ordinal) ? Parsing : null;
        await using var bench = new ExportBench([server.Address]);
        bench.Append(100);
        bench.Exporter.Start();
        await bench.UntilDrainedAsync();

        Assert.Equal(99, server.Count);
        var letter = Assert.Single(bench.Letters());
        Assert.Equal("mapper_parsing_exception", letter.ErrorType);
        Assert.StartsWith(
            "{\"create\":{\"_index\":\"nodetelemetry-metrics-v1-2026.11.03\"", letter.Action, StringComparison.Ordinal);
        Assert.Contains("\"sequence\":13}", Encoding.UTF8.GetString(letter.Document.Span), StringComparison.Ordinal);
        Assert.Equal(1, bench.Metrics.Export.Documents[ExportOutcome.DeadLetter].Value);
    }

    // A template that rejects everything must not fill the dead letters; after its repair everything is delivered.
    [Theory]
    [InlineData(400, 2000)]
    [InlineData(400, 1)]
    public async Task Circuit_is_open_while_all_documents_are_rejected_for_the_same_reason(int documents, int batch)
    {
        await using var server = await FakeOpenSearch.StartAsync();
        server.ItemFault = static (_, _, _) => Parsing;
        await using var bench = new ExportBench(
            [server.Address], changeStorage: settings => settings with { BatchDocumentsMax = batch });
        bench.Append(documents);
        bench.Exporter.Start();
        await bench.UntilAsync(
            () => bench.Exporter.Status.Health == ExportHealth.Held && server.Bulks > 5, "held and tried several times");
        Assert.Contains("mapper_parsing_exception", bench.Exporter.Status.Problem, StringComparison.Ordinal);
        Assert.Empty(bench.Letters());

        server.ItemFault = null;
        await bench.UntilDrainedAsync();
        Assert.Equal(documents, server.Count);
        Assert.Empty(bench.Letters());
    }

    // The mapping rejects a quarter of every batch, so most of each is accepted: without counts over several batches, good
    // documents would become dead letters all the time.
    [Fact]
    public async Task Documents_that_a_mapping_rejects_in_part_of_every_batch_are_held()
    {
        await using var server = await FakeOpenSearch.StartAsync();
        var isWrong = true;
        server.ItemFault = (_, _, document) => isWrong
            && document.Contains("\"id\":\"0000000000000001\"", StringComparison.Ordinal) ? Parsing : null;
        await using var bench = new ExportBench(
            [server.Address], changeStorage: settings => settings with { BatchDocumentsMax = 40 });
        bench.Append(2000);
        bench.Exporter.Start();
        await bench.UntilAsync(() => server.Count == 1500 && bench.Exporter.Status.Health == ExportHealth.Held, "held");
        await bench.UntilAsync(
            () => bench.Metrics.Export.Requests.Value > 100, "all are sent, and what is held is tried again");
        Assert.InRange(bench.Letters().Count, 0, 10);

        isWrong = false;
        await bench.UntilDrainedAsync();
        Assert.Equal(2000 - bench.Letters().Count, server.Count);
        Assert.InRange(bench.Letters().Count, 0, 10);
    }

    // A proxy that answers 400 to everything looks like one bad document in every half of every batch.
    [Fact]
    public async Task Nothing_is_discarded_when_every_request_is_refused_as_malformed()
    {
        await using var server = await FakeOpenSearch.StartAsync();
        server.Always = BulkFault.BadRequest;
        await using var bench = new ExportBench(
            [server.Address], changeStorage: settings => settings with { BatchDocumentsMax = 50 });
        bench.Append(200);
        bench.Exporter.Start();
        await bench.UntilAsync(
            () => bench.Exporter.Status.Health == ExportHealth.Held && server.Bulks > 100, "held and tried several times");
        Assert.Empty(bench.Letters());

        server.Always = BulkFault.None;
        await bench.UntilDrainedAsync();
        Assert.Equal(200, server.Count);
        Assert.Empty(bench.Letters());
    }

    [Fact]
    public async Task Bad_document_alone_in_its_batch_becomes_a_dead_letter_once_others_were_accepted()
    {
        await using var server = await FakeOpenSearch.StartAsync();
        server.ItemFault = static (_, _, document) =>
            document.Contains("\"sequence\":0}", StringComparison.Ordinal) ? Parsing : null;
        await using var bench = new ExportBench(
            [server.Address], changeStorage: settings => settings with { BatchDocumentsMax = 1 });
        bench.Append(1);
        bench.Exporter.Start();
        await bench.UntilAsync(() => bench.Exporter.Status.Health == ExportHealth.Held, "held without evidence");
        Assert.Empty(bench.Letters());

        bench.Append(5);
        await bench.UntilDrainedAsync();
        Assert.Equal(5, server.Count);
        Assert.Single(bench.Letters());
    }

    [Fact]
    public async Task Single_document_that_is_too_large_becomes_a_dead_letter_once_others_were_accepted()
    {
        await using var server = await FakeOpenSearch.StartAsync();
        server.ContentLengthMax = 10_000;
        await using var bench = new ExportBench([server.Address]);
        bench.AppendRaw("large", new string('x', 20_000));
        bench.Append(5);
        bench.Exporter.Start();
        await bench.UntilDrainedAsync();
        Assert.Equal(413, Assert.Single(bench.Letters()).Status);
        Assert.Equal(5, server.Count);
    }
}
