using System.Globalization;
using NodeTelemetry.TestKit;

namespace NodeTelemetry.Benchmarks;

/// <summary>What the collector needs for 10 to 100 000 nodes at one second: CPU, memory, loss and bytes written.</summary>
/// <remarks>The reference is the bare receiver, which receives the same datagrams in the same round.</remarks>
internal static class ScaleBenchmark
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    /// <summary>With fewer nodes, what they add is less than what a busy collector keeps anyway.</summary>
    private const int NodesMin = 1000;

    private static readonly int[] Nodes = [10, 100, 1_000, 10_000, 100_000];

    /// <summary>Runs it.</summary>
    public static async Task<int> RunAsync(string[] options)
    {
        var (seconds, runs, table) = (30.0, 3, Nodes);
        for (var index = 0; index + 1 < options.Length; index += 2)
        {
            var value = double.Parse(options[index + 1], CultureInfo.InvariantCulture);
            switch (options[index])
            {
                case "--seconds":
                    seconds = value;
                    break;
                case "--runs":
                    runs = (int)value;
                    break;
                case "--nodes":
                    table = [(int)value];
                    break;
                default:
                    Console.Error.WriteLine("usage: bench scale [--nodes N] [--seconds 30] [--runs 3]");
                    return 64;
            }
        }

        var parts = new NodeLoad(1, Interval).Parts;
        Console.WriteLine($"nodes at 1 s, {parts} datagrams a sample; medians of {runs} runs of {seconds} s");
        Console.WriteLine("   nodes | CPU % of a core | resident MB  KB/node | loss % | written MB/s | recvmmsg CPU %   ratio");
        foreach (var nodes in table)
        {
            var rounds = new List<Row>();
            for (var run = 0; run < runs; run++)
            {
                rounds.Add(await MeasureAsync(nodes, nodes * (double)parts, TimeSpan.FromSeconds(seconds)));
            }

            var row = new Row(
                Median(rounds, static row => row.Cpu), Median(rounds, static row => row.Resident), Median(rounds, static row => row.Start),
                Median(rounds, static row => row.Loss), Median(rounds, static row => row.Written), Median(rounds, static row => row.Sink));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{nodes,8} | {row.Cpu,15:0.00} | {row.Resident / 1e6,11:0.0} {(nodes < NodesMin ? "–" : Text((row.Resident - row.Start) / 1e3 / nodes)),8} | {row.Loss,6:0.00} | {row.Written / 1e6,12:0.00} | {row.Sink,14:0.00} {(row.Sink <= 0 ? "–" : Text(row.Cpu / row.Sink)),7}"));
        }

        return 0;
    }

    private static async Task<Row> MeasureAsync(int nodes, double rate, TimeSpan duration)
    {
        using var folder = new TempFolder();
        await using var collector = await MeasuredCollector.StartAsync(
            folder["telemetry.db"], openSearch: null, "--nodes-count-max", (2 * nodes).ToString(CultureInfo.InvariantCulture));
        var start = collector.Use.ResidentBytes;
        using var page = new CancellationTokenSource();
        var watching = collector.WatchAsync(page.Token);
        var load = new NodeLoad(nodes, Interval);
        load.Send(collector.UdpPort, rate, TimeSpan.FromSeconds(3));
        var accepted = await collector.MetricAsync("datagrams_accepted_total");
        var (cpu, written) = (collector.CpuTime, collector.WrittenBytes);
        var sent = await Task.Run(() => load.Send(collector.UdpPort, rate, duration));
        var (used, after) = (collector.CpuTime - cpu, collector.WrittenBytes - written);
        var received = await collector.MetricAsync("datagrams_accepted_total") - accepted;
        var resident = collector.Use.ResidentBytes;
        await page.CancelAsync();
        await watching;

        var port = MeasuredCollector.FreePort(System.Net.Sockets.SocketType.Dgram, System.Net.Sockets.ProtocolType.Udp);
        await using var sink = await IngestPeers.StartSinkAsync(port) ?? throw new InvalidOperationException("No receiver.");
        load.Send(port, rate, TimeSpan.FromSeconds(3));
        var before = sink.CpuTime;
        load.Send(port, rate, duration);
        var floor = sink.CpuTime - before;
        await sink.StopAsync();
        return new Row(
            100 * used / duration, resident, start, 100 * Math.Max(0, 1 - (received / sent)), after / duration.TotalSeconds,
            100 * floor / duration);
    }

    private static string Text(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);

    private static double Median(List<Row> rows, Func<Row, double> select)
    {
        var sorted = rows.Select(select).Order().ToList();
        return sorted[sorted.Count / 2];
    }

    private sealed record Row(double Cpu, double Resident, double Start, double Loss, double Written, double Sink);
}
