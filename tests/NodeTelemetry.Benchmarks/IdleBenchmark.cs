using System.Globalization;
using NodeTelemetry.TestKit;

namespace NodeTelemetry.Benchmarks;

/// <summary>What the collector costs while nothing happens but the samples of some nodes, beside gmetad and Prometheus for as many.</summary>
internal static class IdleBenchmark
{
    private const int Usage = 64;

    // The start of a process and its first pages are no idling.
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(20);

    /// <summary>Runs it.</summary>
    /// <param name="options">The options after its name.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] options)
    {
        int[] counts = [0, 25, 100];
        var (seconds, runs, interval) = (30, 3, 2000);
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

        foreach (var problem in await IdlePeers.InstallAsync())
        {
            Console.Error.WriteLine($"bench idle: {problem}");
        }

        Console.WriteLine(
            $"CPU in per cent of a core and wake-ups a second over {seconds} s, nodes every {interval} ms; medians of {runs} runs, all at the same time.");
        Console.WriteLine();
        Console.WriteLine("| nodes | process | CPU % | wake-ups/s | CPU, ours ÷ it |");
        Console.WriteLine("|---|---|---|---|---|");
        foreach (var count in counts)
        {
            var measured = new List<IReadOnlyList<Figures>>();
            for (var run = 0; run < runs; run++)
            {
                Console.Error.WriteLine($"bench idle: {count} nodes, run {run + 1} of {runs}…");
                measured.Add(await MeasureAsync(count, TimeSpan.FromMilliseconds(interval), TimeSpan.FromSeconds(seconds)));
            }

            var medians = measured[0].Select((figures, index) => new Figures(
                figures.Name,
                Median(measured, run => run[index].CpuRatio),
                Median(measured, run => run[index].WakeupsPerSecond))).ToList();
            foreach (var median in medians)
            {
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {count} | {median.Name} | {median.CpuRatio * 100:0.000} | {median.WakeupsPerSecond:0.0} | {medians[0].CpuRatio / median.CpuRatio:0.00} |"));
            }
        }

        return 0;
    }

    private static int Refuse()
    {
        Console.Error.WriteLine("usage: bench idle [--nodes 0,25,100] [--seconds 30] [--runs 3] [--interval 2000]");
        return Usage;
    }

    private static async Task<IReadOnlyList<Figures>> MeasureAsync(int count, TimeSpan interval, TimeSpan duration)
    {
        using var folder = new TempFolder();
        await using var collector = await MeasuredCollector.StartAsync(folder["telemetry.db"], openSearch: null);
        await using var peers = await IdlePeers.StartAsync(folder, count, interval);
        var load = new NodeLoad(Math.Max(1, count), interval);
        var sending = count == 0
            ? Task.CompletedTask
            : Task.Run(() => load.Send(collector.UdpPort, count * load.Parts / interval.TotalSeconds, Settling + duration));
        await Task.Delay(Settling);

        (string Name, int Process)[] processes = [("NodeTelemetry", collector.ProcessId), .. peers.Processes];
        var before = processes.Select(static one => Read(one.Process)).ToList();
        var clock = System.Diagnostics.Stopwatch.StartNew();
        await Task.Delay(duration);
        var elapsed = clock.Elapsed;
        var figures = processes.Select((one, index) =>
        {
            var (cpu, wakeups) = Read(one.Process);
            return new Figures(
                one.Name, (cpu - before[index].Cpu) / elapsed, (wakeups - before[index].Wakeups) / elapsed.TotalSeconds);
        }).ToList();
        await sending;
        return figures;
    }

    private static (TimeSpan Cpu, long Wakeups) Read(int process) =>
        (ProcessFigures.CpuTime(process), ProcessFigures.Wakeups(process));

    private static double Median<T>(IEnumerable<T> items, Func<T, double> value)
    {
        var sorted = items.Select(value).Order().ToList();
        return sorted[sorted.Count / 2];
    }

    private sealed record Figures(string Name, double CpuRatio, double WakeupsPerSecond);
}
