using System.Globalization;
using NodeTelemetry.Collector.Tests.Storage.Outbox;
using Xunit;

namespace NodeTelemetry.Collector.Tests.Storage.Database;

/// <summary>
/// The child of <see cref="DatabaseTests.Committed_batches_survive_kill_9"/>: no test, but a program in the test's
/// assembly.
/// </summary>
public class KilledWriter
{
    public const string FolderVariable = "NODETELEMETRY_KILLED_WRITER";

    public static readonly string MethodName = $"{typeof(KilledWriter).FullName}.{nameof(Appends_until_it_is_killed)}";

    /// <summary>Reads the number that the child last promised to be committed; -1 for none.</summary>
    public static int ReadPromised(string path)
    {
        if (!File.Exists(path))
        {
            return -1;
        }

        // The last line may be half written when the child was killed.
        var text = File.ReadAllText(path);
        var lines = text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return lines.Length == 0 ? -1 : int.Parse(lines[^1], CultureInfo.InvariantCulture);
    }

    [Fact(Explicit = true)]
    public void Appends_until_it_is_killed()
    {
        var folder = Environment.GetEnvironmentVariable(FolderVariable);
        Assert.SkipWhen(folder is null, "Only run by another test.");
        using var bench = new StorageBench(folder: folder);
        using var promised = new StreamWriter(Path.Combine(folder!, "promised"), append: true) { AutoFlush = true };
        for (var number = (int)bench.Outbox.Status.Documents; number < 1_000_000; number++)
        {
            OutboxTests.Append(bench, number);
            Assert.True(bench.Round(final: true));
            promised.Write(string.Create(CultureInfo.InvariantCulture, $"{number}\n"));
        }
    }
}
