using System.Globalization;
using System.Text;
using NodeTelemetry.TestKit;

namespace NodeTelemetry.Benchmarks;

/// <summary>What a datagram costs the collector, beside what receives the same datagrams and does less.</summary>
/// <remarks>
/// History, alert rules and a live page are on. The references run in the same round, one after the other: a bare
/// recvmmsg(2), which is the floor, rsyslog, which writes datagrams to a file without parsing them, and Python's json.loads.
/// </remarks>
internal static class IngestBenchmark
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(3);

    private static readonly (double Rate, int Nodes)[] Table =
        [(100, 50), (1_000, 500), (10_000, 5_000), (20_000, 10_000), (60_000, 10_000), (100_000, 100_000)];

    /// <summary>Runs it.</summary>
    public static async Task<int> RunAsync(string[] options)
    {
        var (seconds, runs, table) = (10.0, 3, Table);
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
                case "--rate":
                    table = [(value, table[0].Nodes)];
                    break;
                case "--nodes":
                    table = [(table[0].Rate, (int)value)];
                    break;
                default:
                    Console.Error.WriteLine("usage: bench ingest [--rate DATAGRAMS --nodes N] [--seconds 10] [--runs 3]");
                    return 64;
            }
        }

        var load = new NodeLoad(1, Interval);
        Console.WriteLine($"datagrams of this machine's agent: {load.Parts} a sample, {load.BytesMean:0} bytes; medians of {runs} runs of {seconds} s");
        Console.WriteLine("  rate/s    nodes | collector µs  loss %  latency ms | recvmmsg µs  loss % | rsyslog µs  loss % | Python µs  loss % | of recvmmsg  of Python");
        foreach (var (rate, nodes) in table)
        {
            var rounds = new List<Round>();
            for (var run = 0; run < runs; run++)
            {
                rounds.Add(await RunRoundAsync(rate, nodes, TimeSpan.FromSeconds(seconds)));
            }

            Console.WriteLine(Line(rate, nodes, rounds));
        }

        return 0;
    }

    private static async Task<Round> RunRoundAsync(double rate, int nodes, TimeSpan duration)
    {
        using var folder = new TempFolder();
        var ours = await MeasureCollectorAsync(folder["telemetry.db"], rate, nodes, duration);
        var sink = await MeasureAsync(IngestPeers.StartSinkAsync, rate, nodes, duration);
        var rsyslog = await MeasureAsync(async port => await IngestPeers.StartRsyslogAsync(port, folder), rate, nodes, duration);
        var python = await MeasureAsync(async port => await IngestPeers.StartPythonAsync(port), rate, nodes, duration);
        return new Round(ours, sink, rsyslog, python);
    }

    private static async Task<Figure?> MeasureCollectorAsync(string database, double rate, int nodes, TimeSpan duration)
    {
        await using var collector = await MeasuredCollector.StartAsync(
            database, openSearch: null, "--nodes-count-max", (2 * nodes).ToString(CultureInfo.InvariantCulture));
        using var page = new CancellationTokenSource();
        var watching = collector.WatchAsync(page.Token);
        var load = new NodeLoad(nodes, Interval);
        load.Send(collector.UdpPort, rate, WarmUp);
        var (cpu, accepted) = (collector.CpuTime, await collector.MetricAsync("datagrams_accepted_total"));
        var (seconds, count) = await collector.ApplyTimeAsync();
        var before = collector.CpuTime;
        var sent = await Task.Run(() => load.Send(collector.UdpPort, rate, duration));
        var used = collector.CpuTime - before;
        var received = await collector.MetricAsync("datagrams_accepted_total") - accepted;
        var (secondsAfter, countAfter) = await collector.ApplyTimeAsync();
        await page.CancelAsync();
        await watching;
        return new Figure(
            used.TotalMicroseconds / Math.Max(1, received),
            100 * Math.Max(0, 1 - (received / sent)),
            1000 * (secondsAfter - seconds) / Math.Max(1, countAfter - count));
    }

    private static async Task<Figure?> MeasureAsync(
        Func<int, Task<IngestPeer?>> start, double rate, int nodes, TimeSpan duration)
    {
        var port = MeasuredCollector.FreePort(System.Net.Sockets.SocketType.Dgram, System.Net.Sockets.ProtocolType.Udp);
        await using var peer = await start(port);
        if (peer is null)
        {
            return null;
        }

        var load = new NodeLoad(nodes, Interval);
        var warmUp = load.Send(port, rate, WarmUp);
        var before = peer.CpuTime;
        var sent = load.Send(port, rate, duration);
        var used = peer.CpuTime - before;
        var received = await peer.StopAsync();
        var loss = 1 - (received / (double)(warmUp + sent));
        return new Figure(used.TotalMicroseconds / Math.Max(1, sent * (1 - loss)), 100 * Math.Max(0, loss), null);
    }

    private static string Line(double rate, int nodes, List<Round> rounds)
    {
        var ours = Median(rounds, static round => round.Ours);
        var sink = Median(rounds, static round => round.Sink);
        var rsyslog = Median(rounds, static round => round.Rsyslog);
        var python = Median(rounds, static round => round.Python);
        return new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"{rate,8:0} {nodes,8} | {Text(ours?.Microseconds),12} {Text(ours?.Loss),7} {Text(ours?.Latency),11} | ")
            .Append(CultureInfo.InvariantCulture, $"{Text(sink?.Microseconds),11} {Text(sink?.Loss),7} | {Text(rsyslog?.Microseconds),10} {Text(rsyslog?.Loss),7} | ")
            .Append(CultureInfo.InvariantCulture, $"{Text(python?.Microseconds),9} {Text(python?.Loss),7} | ")
            .Append(CultureInfo.InvariantCulture, $"{Text(ours?.Microseconds / sink?.Microseconds),11} {Text(ours?.Microseconds / python?.Microseconds),10}")
            .ToString();
    }

    private static string Text(double? value) => value is { } number ? number.ToString("0.00", CultureInfo.InvariantCulture) : "–";

    private static Figure? Median(List<Round> rounds, Func<Round, Figure?> select)
    {
        var figures = rounds.Select(select).OfType<Figure>().ToList();
        return figures.Count == 0 ? null : new Figure(
            Median(figures.Select(static figure => figure.Microseconds)),
            Median(figures.Select(static figure => figure.Loss)),
            figures[0].Latency is null ? null : Median(figures.Select(static figure => figure.Latency!.Value)));
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }

    /// <summary>What a receiver did.</summary>
    /// <param name="Microseconds">CPU time for each datagram received.</param>
    /// <param name="Loss">Lost datagrams in percent.</param>
    /// <param name="Latency">Mean time from the arrival of a datagram until it was applied, in milliseconds.</param>
    private sealed record Figure(double Microseconds, double Loss, double? Latency);

    private sealed record Round(Figure? Ours, Figure? Sink, Figure? Rsyslog, Figure? Python);
}
