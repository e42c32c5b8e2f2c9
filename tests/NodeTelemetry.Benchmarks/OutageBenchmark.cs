using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using NodeTelemetry.TestKit;

namespace NodeTelemetry.Benchmarks;

/// <summary>The memory of a collector while OpenSearch is unreachable and readings continue.</summary>
internal static class OutageBenchmark
{
    private const int Usage = 64;
    private const int NodeCount = 100;
    private const int Points = 10;

    // Nothing listens there.
    private static readonly Uri Nowhere = new("http://127.0.0.1:9");

    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);

    /// <summary>Runs it.</summary>
    /// <param name="options">The options after its name.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] options)
    {
        var seconds = 3600;
        if (options is not ([] or ["--seconds", _])
            || (options is [_, var text]
                && !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out seconds)))
        {
            Console.Error.WriteLine("usage: bench outage [--seconds 3600]");
            return Usage;
        }

        using var folder = new TempFolder();
        await using var collector = await MeasuredCollector.StartAsync(folder["telemetry.db"], Nowhere);
        using var socket = new UdpClient(AddressFamily.InterNetwork);
        socket.Connect("127.0.0.1", collector.UdpPort);
        var started = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(Period);
        var point = 1;
        for (long sequence = 0; point <= Points; sequence++)
        {
            for (var node = 1; node <= NodeCount; node++)
            {
                await socket.SendAsync(Encoding.UTF8.GetBytes(Datagram(node, sequence)));
            }

            await timer.WaitForNextTickAsync();
            if (Stopwatch.GetElapsedTime(started).TotalSeconds >= (double)seconds * point / Points)
            {
                point++;
                Console.WriteLine(
                    $"{Stopwatch.GetElapsedTime(started).TotalSeconds,6:0} s  {collector.Use.ResidentBytes >> 20,4} MiB "
                    + $"resident  {await collector.MetricAsync("outbox_documents"),9:0} documents wait, "
                    + $"{await collector.MetricAsync("outbox_bytes") / 1048576,6:0.0} MiB on disk");
            }
        }

        return 0;
    }

    private static string Datagram(int node, long sequence) => string.Create(
        CultureInfo.InvariantCulture,
        $"{{\"hostname\":\"pi-{node}\",\"cputemp\":48.686,\"cpuusage\":0.1275,\"loadavg\":[0.42,0.31,0.28],\"v\":1,"
        + $"\"node\":\"{node:x16}\",\"boot\":\"5a1e33d0\",\"run\":\"0badcafe\",\"seq\":{sequence},"
        + $"\"time\":{DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()},\"interval\":100}}");
}
