using System.Globalization;
using NodeTelemetry.TestKit;

namespace NodeTelemetry.Benchmarks;

/// <summary>The memory of the native collector with few and with many nodes, beside the bytes that the nodes send.</summary>
internal static class MemoryBenchmark
{
    private const int Usage = 64;

    // Memory is read this often; the median of the last half of a run counts.
    private static readonly TimeSpan LookPeriod = TimeSpan.FromSeconds(1);

    /// <summary>Runs it.</summary>
    /// <param name="options">The options after its name.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] options)
    {
        int[] counts = [0, 25, 1000, 5000, 10_000];
        var (seconds, runs, interval) = (60, 3, 1000);
        for (var index = 0; index + 1 < options.Length; index += 2)
        {
            var value = options[index + 1];
            switch (options[index])
            {
                case "--nodes":
                    counts = [.. value.Split(',').Select(static text => int.Parse(text, CultureInfo.InvariantCulture))];
                    break;
                case "--seconds":
                    seconds = int.Parse(value, CultureInfo.InvariantCulture);
                    break;
                case "--runs":
                    runs = int.Parse(value, CultureInfo.InvariantCulture);
                    break;
                case "--interval":
                    interval = int.Parse(value, CultureInfo.InvariantCulture);
                    break;
                default:
                    return Refuse();
            }
        }

        if (options.Length % 2 != 0)
        {
            return Refuse();
        }

        var load = new NodeLoad(1, TimeSpan.FromMilliseconds(interval));
        var sampleBytes = load.BytesMean * load.Parts;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Native collector with history, a sample of {sampleBytes:0} bytes in {load.Parts} datagrams every {interval} ms for {seconds} s; medians of {runs} runs."));
        Console.WriteLine();
        Console.WriteLine("| nodes | resident MB | private MB | peak MB | private KB per node | × its sample | datagrams lost % |");
        Console.WriteLine("|---|---|---|---|---|---|---|");
        Figures? empty = null;
        foreach (var count in counts)
        {
            var figures = new List<Figures>();
            for (var run = 0; run < runs; run++)
            {
                Console.Error.WriteLine($"bench memory: {count} nodes, run {run + 1} of {runs}…");
                figures.Add(await MeasureAsync(count, TimeSpan.FromMilliseconds(interval), seconds));
            }

            var median = new Figures(
                Median(figures, static one => one.Resident),
                Median(figures, static one => one.Private),
                Median(figures, static one => one.Peak),
                Median(figures, static one => one.LostRatio));
            empty ??= count == 0 ? median : null;
            var perNode = count == 0 || empty is null ? (double?)null : (median.Private - empty.Private) / count;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {count} | {median.Resident / 1e6:0.0} | {median.Private / 1e6:0.0} | {median.Peak / 1e6:0.0} "
                + $"| {perNode / 1e3:0.0} | {perNode / sampleBytes:0.0} | {median.LostRatio * 100:0.0} |"));
        }

        return 0;
    }

    private static int Refuse()
    {
        Console.Error.WriteLine(
            "usage: bench memory [--nodes 0,25,1000,5000,10000] [--seconds 60] [--runs 3] [--interval 1000]");
        return Usage;
    }

    private static async Task<Figures> MeasureAsync(int count, TimeSpan interval, int seconds)
    {
        using var folder = new TempFolder();
        await using var collector = await MeasuredCollector.StartAsync(folder["telemetry.db"], openSearch: null);
        var load = new NodeLoad(Math.Max(1, count), interval);
        var sending = Task.Run(() => load.Send(collector.UdpPort, count * load.Parts / interval.TotalSeconds, TimeSpan.FromSeconds(seconds)));
        var seen = new List<(double Resident, double Private)>();
        using var timer = new PeriodicTimer(LookPeriod);
        while (!sending.IsCompleted && await timer.WaitForNextTickAsync())
        {
            seen.Add((
                ProcessFigures.StatusBytes(collector.ProcessId, "VmRSS"),
                ProcessFigures.PrivateBytes(collector.ProcessId)));
        }

        var sent = await sending;
        var counted = seen.Skip(seen.Count / 2).ToList();
        var received = await collector.MetricAsync("datagrams_received_total");
        return new Figures(
            Median(counted, static one => one.Resident),
            Median(counted, static one => one.Private),
            collector.Use.PeakBytes,
            sent == 0 ? 0 : Math.Max(0, 1 - (received / sent)));
    }

    private static double Median<T>(IEnumerable<T> items, Func<T, double> value)
    {
        var sorted = items.Select(value).Order().ToList();
        return sorted[sorted.Count / 2];
    }

    private sealed record Figures(double Resident, double Private, double Peak, double LostRatio);
}
