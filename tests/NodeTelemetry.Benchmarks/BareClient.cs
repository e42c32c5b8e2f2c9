using System.Diagnostics;
using System.Net.Http.Headers;

namespace NodeTelemetry.Benchmarks;

/// <summary>
/// The reference: sends ready-made bodies one after the other on two connections, and looks at nothing but the status.
/// </summary>
internal static class BareClient
{
    private const int Connections = 2;

    /// <summary>Sends them.</summary>
    public static async Task<(TimeSpan Time, double CpuSeconds)> RunAsync(Uri server, Backlog backlog)
    {
        using var client = new HttpClient();
        var next = -1;
        using var own = Process.GetCurrentProcess();
        var cpu = own.TotalProcessorTime;
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref next) is var index && index < backlog.Batches.Count)
            {
                using var body = new ByteArrayContent(backlog.Batches[index].Body);
                body.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
                body.Headers.ContentEncoding.Add("gzip");
                using var answer = await client.PostAsync(
                    new Uri(server, "_bulk?filter_path=took,errors"), body);
                answer.EnsureSuccessStatusCode();
            }
        })));
        own.Refresh();
        return (Stopwatch.GetElapsedTime(started), (own.TotalProcessorTime - cpu).TotalSeconds);
    }
}
