using System.Text.Json;
using NodeTelemetry.Collector.Commands;
using NodeTelemetry.Collector.Export;
using NodeTelemetry.Collector.Storage.Database;
using NodeTelemetry.Collector.Tests.Export;
using NodeTelemetry.TestKit;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Commands;

/// <summary>The commands on a database that a storage and an exporter are using.</summary>
public class DeadLetterCommandTests
{
    private const int Usage = 64;

    [Fact]
    public async Task Letters_are_listed_exported_and_replayed_beside_a_running_exporter()
    {
        using var folder = new TempFolder();
        await using var server = await FakeOpenSearch.StartAsync();
        server.ItemFault = static (_, id, _) =>
            id.StartsWith("poison", StringComparison.Ordinal)
                ? new ItemError(400, "mapper_parsing_exception", "failed to parse field [x]")
                : null;
        await using var bench = new ExportBench([server.Address], folder: folder);
        bench.AppendRaw("poison-1", "ä \"quoted\"".Replace("\"", "\\\"", StringComparison.Ordinal));
        bench.AppendRaw("poison-2", "b");
        bench.Append(20);
        bench.Exporter.Start();
        await bench.UntilAsync(() => bench.Letters().Count == 2, "two letters");

        var (code, text, _) = Run(folder, "list");
        Assert.Equal(0, code);
        Assert.Contains("poison-1", text, StringComparison.Ordinal);
        Assert.Contains("400 mapper_parsing_exception", text, StringComparison.Ordinal);
        Assert.Contains("failed to parse field [x]", text, StringComparison.Ordinal);
        Assert.EndsWith("2 dead letters.\n", text, StringComparison.Ordinal);

        (_, text, _) = Run(folder, "export", "all");
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        using var exported = JsonDocument.Parse(
            lines.Single(static line => line.Contains("poison-1", StringComparison.Ordinal)));
        using var other = JsonDocument.Parse(
            lines.Single(static line => line.Contains("poison-2", StringComparison.Ordinal)));
        using var document = JsonDocument.Parse(exported.RootElement.GetProperty("document").GetString()!);
        Assert.Equal("ä \"quoted\"", document.RootElement.GetProperty("text").GetString());
        Assert.Equal(1, exported.RootElement.GetProperty("attempts").GetInt32());

        var first = exported.RootElement.GetProperty("id").GetInt64();
        (code, text, _) = Run(folder, "drop", $"{other.RootElement.GetProperty("id").GetInt64()}");
        Assert.Equal((0, "1 dead letter deleted.\n"), (code, text));

        server.ItemFault = null;
        (code, text, _) = Run(folder, "replay", $"{first}");
        Assert.Equal(0, code);
        Assert.StartsWith("1 dead letter put back", text, StringComparison.Ordinal);
        await bench.UntilAsync(() => server.Count == 21, "the replayed one has arrived");
        await bench.UntilDrainedAsync();
        Assert.Equal("0 dead letters.\n", Run(folder, "list").Output);
        Assert.Equal(0, bench.Metrics.Storage.TransactionsFailed.Value);
    }

    // An index is closed permanently: the operator discards its current backlog, and only that, while the exporter runs.
    [Fact]
    public async Task The_backlog_of_an_index_is_discarded_on_command_and_later_documents_are_held_again()
    {
        const string Closed = "closed-2026.11.03";
        using var folder = new TempFolder();
        await using var server = await FakeOpenSearch.StartAsync();
        server.ItemFault = static (index, _, _) =>
            index == Closed ? new ItemError(400, "index_closed_exception", "closed") : null;
        await using var bench = new ExportBench([server.Address], folder: folder);
        bench.AppendRaw("waiting-1", "a", Closed);
        bench.AppendRaw("waiting-2", "b", Closed);
        bench.Append(20);
        bench.Exporter.Start();
        await bench.UntilAsync(
            () => server.Count == 20 && bench.Exporter.Status is { Health: ExportHealth.Held, BacklogDocuments: 2 },
            "the others have arrived, and two wait");
        Assert.Contains(Closed, bench.Exporter.Status.Problem, StringComparison.Ordinal);

        bench.Writer.RunRound(final: true);
        var (code, text, _) = Run(folder, "pending");
        Assert.Equal(0, code);
        Assert.Contains($" 2  {Closed}, since ", text, StringComparison.Ordinal);
        Assert.EndsWith("2 documents pending.\n", text, StringComparison.Ordinal);

        // Nothing changes until the command is confirmed.
        (code, _, var problems) = Run(folder, "discard", Closed);
        Assert.Equal(1, code);
        Assert.Contains($"dead-letters discard {Closed} yes", problems, StringComparison.Ordinal);
        Assert.Empty(bench.Letters());

        (code, text, _) = Run(folder, "discard", Closed, "yes");
        Assert.Equal(0, code);
        Assert.StartsWith($"The 2 documents pending for {Closed} are marked to be discarded.", text, StringComparison.Ordinal);
        await bench.UntilAsync(() => bench.Letters().Count == 2, "both are dead letters");
        await bench.UntilDrainedAsync();
        Assert.All(bench.Letters(), static letter => Assert.Equal("index_closed_exception", letter.ErrorType));

        bench.AppendRaw("waiting-3", "c", Closed);
        var requests = bench.Metrics.Export.Requests.Value;
        await bench.UntilAsync(
            () => bench.Exporter.Status is { Health: ExportHealth.Held, BacklogDocuments: 1 }
                && bench.Metrics.Export.Requests.Value > requests + 2,
            "what came later waits, although it is tried again");
        Assert.Equal(2, bench.Letters().Count);
    }

    [Fact]
    public async Task An_index_without_a_backlog_is_named()
    {
        using var folder = new TempFolder();
        await using var bench = new ExportBench([], folder: folder);
        bench.Append(1);
        var (code, _, problems) = Run(folder, "discard", "nodetelemetry-metrics-v1-2020.01.01", "yes");
        Assert.Equal(1, code);
        Assert.Contains("No documents are pending for the index nodetelemetry-metrics-v1-2020.01.01", problems, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData]
    [InlineData("burn")]
    [InlineData("discard")]
    [InlineData("discard", "index", "no")]
    [InlineData("pending", "all")]
    [InlineData("drop")]
    [InlineData("replay")]
    [InlineData("list", "first")]
    public void Anything_else_prints_the_usage(params string[] words)
    {
        using var folder = new TempFolder();
        var (code, _, problems) = Run(folder, words);
        Assert.Equal(Usage, code);
        Assert.Contains("replay", problems, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_file_foreign_file_and_missing_letter_are_named()
    {
        using var folder = new TempFolder();
        var (code, _, problems) = Run(folder, "list");
        Assert.Equal(1, code);
        Assert.Contains("--database-path", problems, StringComparison.Ordinal);

        await File.WriteAllTextAsync(
            folder["telemetry.db"], new string('x', 5000), TestContext.Current.CancellationToken);
        (code, _, problems) = Run(folder, "list");
        Assert.Equal(1, code);
        Assert.Contains(folder["telemetry.db"], problems, StringComparison.Ordinal);

        File.Delete(folder["telemetry.db"]);
        await using var bench = new ExportBench([], folder: folder);
        (code, _, problems) = Run(folder, "replay", "7");
        Assert.Equal(1, code);
        Assert.Contains("no dead letter 7", problems, StringComparison.Ordinal);
    }

    private static (int Code, string Output, string Problems) Run(TempFolder folder, params string[] words)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var problems = new StringWriter { NewLine = "\n" };
        var command = new DeadLetterCommand(
            new StorageSettings { Path = folder["telemetry.db"] }, TimeProvider.System, output);
        return (command.Run(words, problems), output.ToString(), problems.ToString());
    }
}
