using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using NodeTelemetry.TestKit;

namespace NodeTelemetry.Benchmarks;

/// <summary>The peer: rsyslog reads the same documents from a file and sends them with omelasticsearch.</summary>
/// <remarks>
/// With the same identities and the same operation, so that the server has the same work: <c>create</c> looks for each
/// identity. Batches as large as the collector's, and as many workers as the bare client has connections.
/// </remarks>
internal static class Rsyslog
{
    /// <summary>How it is run, for people.</summary>
    public const string Manner =
        "imfile, omelasticsearch in bulk mode, create with our identities, 2000 a request, 2 workers, plain "
        + "(it has no gzip)";

    /// <summary>
    /// Where it writes: the template is that of the others, so that the server's work is the same.
    /// </summary>
    public const string Index = "nodetelemetry-metrics-v1-rsyslog";

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(30);

    /// <summary>Says why it cannot be run; <see langword="null"/> when it can.</summary>
    public static string? Missing() =>
        !File.Exists("/usr/sbin/rsyslogd")
        || !Directory.EnumerateFiles("/usr/lib", "omelasticsearch.so", SearchOption.AllDirectories).Any()
            ? "rsyslog with omelasticsearch is missing; apt-get install rsyslog rsyslog-elasticsearch"
            : null;

    /// <summary>Sends them into an index of its own.</summary>
    /// <param name="server">The server.</param>
    /// <param name="backlog">The documents.</param>
    /// <param name="count">Counts what has arrived.</param>
    public static async Task<(TimeSpan Time, double CpuSeconds)> RunAsync(
        Uri server, Backlog backlog, Func<Task<long>> count)
    {
        using var folder = new TempFolder();
        await using (var file = new StreamWriter(folder["documents"]))
        {
            foreach (var batch in backlog.Batches)
            {
                // The identity out of the action line, for rsyslog makes that itself, and the document. JSON has no tab.
                var lines = System.Text.Encoding.UTF8.GetString(batch.ReadLines()).Split('\n');
                for (var line = 1; line < lines.Length; line += 2)
                {
                    await file.WriteAsync($"{Identity(lines[line - 1])}\t{lines[line]}\n");
                }
            }
        }

        var configuration = string.Create(CultureInfo.InvariantCulture, $$"""
            global(workDirectory="{{folder.Path}}")
            module(load="imfile")
            module(load="omelasticsearch")
            template(name="identity" type="string" string="%msg:F,9:1%")
            template(name="document" type="string" string="%msg:F,9:2%")
            ruleset(name="send") {
              action(type="omelasticsearch" server="{{server.Host}}" serverport="{{server.Port}}" template="document"
                searchIndex="{{Index}}" searchType="" bulkmode="on" maxbytes="5m" action.resumeRetryCount="-1"
                writeoperation="create" bulkid="identity" dynbulkid="on"
                queue.type="LinkedList" queue.size="200000" queue.dequeueBatchSize="2000" queue.workerThreads="2"
                queue.timeoutEnqueue="60000")
            }
            input(type="imfile" file="{{folder["documents"]}}" tag="nt" ruleset="send")
            """);
        await File.WriteAllTextAsync(folder["rsyslog.conf"], configuration);
        var started = Stopwatch.GetTimestamp();
        await using var process = TestProcess.Start(
            ["/usr/sbin/rsyslogd", "-n", "-f", folder["rsyslog.conf"], "-i", folder["pid"]]);
        await Eventually.TrueAsync(
            async () => process.HasExited
                ? throw new InvalidOperationException($"rsyslogd ended:\n{process.Output}")
                : await count() >= backlog.Documents,
            Deadline,
            () => process.Output);
        var time = Stopwatch.GetElapsedTime(started);
        var use = ProcessUse.Read(process.Id);
        process.Terminate();
        await process.WaitForExitAsync(Deadline);
        return (time, use.CpuSeconds);
    }

    private static string Identity(string action)
    {
        using var parsed = JsonDocument.Parse(action);
        return parsed.RootElement.GetProperty("create").GetProperty("_id").GetString()!;
    }
}
