using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;

namespace NodeTelemetry.Benchmarks;

/// <summary>
/// The reference: sends ready-made bodies one after the other on two connections, and checks only the status.
/// </summary>
internal static class BareClient
{
    /// <summary>How it is run, for people.</summary>
    public const string Manner = "2 connections, the collector's own bodies as they are stored: 2000 documents, gzip";

    private const int Connections = 2;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Sends them.</summary>
    public static async Task<(TimeSpan Time, double CpuSeconds)> RunAsync(Uri server, Backlog backlog)
    {
        using var client = new HttpClient();
        var address = new Uri(server, "_bulk?filter_path=took,errors");
        var next = -1;
        using var own = Process.GetCurrentProcess();
        var cpu = own.TotalProcessorTime;
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref next) is var index && index < backlog.Batches.Count)
            {
                while (!await SendAsync(client, address, backlog.Batches[index].Body))
                {
                    await Task.Delay(Pause);
                }
            }
        })));
        own.Refresh();
        return (Stopwatch.GetElapsedTime(started), (own.TotalProcessorTime - cpu).TotalSeconds);
    }

    // False: the server is overloaded.
    private static async Task<bool> SendAsync(HttpClient client, Uri address, byte[] bytes)
    {
        using var body = new ByteArrayContent(bytes);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        body.Headers.ContentEncoding.Add("gzip");
        using var answer = await client.PostAsync(address, body);
        if (answer.StatusCode == HttpStatusCode.TooManyRequests)
        {
            return false;
        }

        answer.EnsureSuccessStatusCode();
        return true;
    }
}
