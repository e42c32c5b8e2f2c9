using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Run;
using NodeTelemetry.Collector.Storage.Database;
using NodeTelemetry.Collector.Storage.History;
using NodeTelemetry.TestKit;

namespace NodeTelemetry.Benchmarks;

/// <summary>What the history writes, takes and needs to be read, beside a plain table with a row for each value.</summary>
/// <remarks>The real storage on a real file with a clock that runs faster. The outbox is empty, as without OpenSearch.</remarks>
internal static class StoreBenchmark
{
    private const int Usage = 64;
    private const int Runs = 3;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    /// <summary>Runs it.</summary>
    /// <param name="options">The options after its name.</param>
    /// <returns>The exit code.</returns>
    public static int Run(string[] options)
    {
        var (hours, minutes, days, many) = (30, 20, 730, 10_000);
        for (var index = 0; index < options.Length; index += 2)
        {
            if (index + 1 == options.Length
                || !int.TryParse(options[index + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var value))
            {
                return Refuse();
            }

            switch (options[index])
            {
                case "--hours":
                    hours = value;
                    break;
                case "--minutes":
                    minutes = value;
                    break;
                case "--days":
                    days = value;
                    break;
                case "--many":
                    many = value;
                    break;
                default:
                    return Refuse();
            }
        }

        Console.WriteLine("| what | ours | plain table | ratio |");
        Console.WriteLine("|---|---|---|---|");
        MeasureSteady(25, TimeSpan.FromHours(hours), TimeSpan.FromHours(hours) / 5);
        if (days > 0)
        {
            MeasureLong(25, TimeSpan.FromDays(days));
        }

        if (many > 0)
        {
            MeasureSteady(many, TimeSpan.FromMinutes(minutes), TimeSpan.FromMinutes(minutes) / 2);
            MeasureLong(many, Day);
        }

        return 0;
    }

    private static int Refuse()
    {
        Console.Error.WriteLine("usage: bench store [--hours 30] [--days 730] [--many 10000] [--minutes 20]");
        return Usage;
    }

    /// <summary>Runs nodes at two seconds; the last part of the time counts.</summary>
    private static void MeasureSteady(int nodes, TimeSpan duration, TimeSpan counted)
    {
        using var folder = new TempFolder();
        var file = new OpenFile(folder["telemetry.db"]);
        var samples = new StoredNodes(nodes, file.Storage, file.Time);
        var begin = (Written: 0L, Counted: 0.0, Cpu: TimeSpan.Zero);
        var longest = TimeSpan.Zero;
        for (var passed = TimeSpan.Zero; passed < duration; passed += Interval)
        {
            if (begin.Written == 0 && passed >= duration - counted)
            {
                begin = (ReadWritten(), file.Metrics.Storage.BytesWritten.Value, Environment.CpuUsage.TotalTime);
                longest = TimeSpan.Zero;
            }

            samples.Sample(Interval);
            var round = file.Advance(Interval);
            longest = round > longest ? round : longest;
        }

        var days = counted / Day;
        var (written, own) = (ReadWritten() - begin.Written, file.Metrics.Storage.BytesWritten.Value - begin.Counted);
        var plain = MeasurePlain(folder["plain.db"], nodes, counted, out var readNode, out var readAll);
        Print($"{nodes} nodes at 2 s, written per day, MB", written / days / 1e6, plain / days / 1e6);
        Print("the same by the collector's own count", own / days / 1e6, plain / days / 1e6);
        Print($"longest turn of the writer, ms", longest.TotalMilliseconds, null);
        var window = counted < Day ? counted : Day;
        Query($"{window.TotalHours:0.0} h of one node", file, window, 1440, readNode);
        QueryAll($"{window.TotalHours:0.0} h of one reading of all {nodes} nodes", file, window, 1440, readAll);
        Query("24 h of one node", file, Day, 1440, null);
        QueryAll($"24 h of one reading of all {nodes} nodes", file, Day, 1440, null);
        QueryAll("the same, 500 points", file, Day, 500, null);
        file.Close();
    }

    /// <summary>Fills the coarsest tier with two samples for each of its buckets, from which counters have a rate.</summary>
    private static void MeasureLong(int nodes, TimeSpan duration)
    {
        using var folder = new TempFolder();
        var file = new OpenFile(folder["telemetry.db"]);
        var samples = new StoredNodes(nodes, file.Storage, file.Time);
        var pauses = (TimeSpan[])[TimeSpan.FromMinutes(4), TimeSpan.FromMinutes(11)];
        for (var passed = TimeSpan.Zero; passed < duration; passed += pauses[0] + pauses[1])
        {
            foreach (var pause in pauses)
            {
                samples.Sample(pauses[0]);
                file.Advance(pause);
            }
        }

        file.Settle();
        var what = string.Create(CultureInfo.InvariantCulture, $"{duration.TotalDays:0} days of {nodes} nodes");
        Print($"{what}, size, MB", file.Storage.Database.Bytes / 1e6, null);
        Query($"{what}: 24 h of one node, 15 min", file, Day, 500, null);
        QueryAll($"{what}: 24 h of one reading of all nodes, 15 min", file, Day, 500, null);
        var reading = HistoryQuery.FindReading("cpuRatio")!;
        var now = file.Time.GetUtcNow();
        Time($"{what}: all of it, one reading of one node",
            () => file.Storage.Query.Node(StoredNodes.GetId(7), [reading], now - duration, now, 1000), null);
        QueryAll($"{what}: all of it, one reading of all nodes", file, duration, 1000, null);
        file.Close();
    }

    private static double MeasurePlain(
        string path, int nodes, TimeSpan duration, out Func<int> readNode, out Func<int> readAll)
    {
        var plain = new PlainTable(path);
        var minutes = (int)duration.TotalMinutes;
        var before = ReadWritten();
        for (var minute = 0; minute < minutes; minute++)
        {
            plain.WriteMinute(minute, nodes);
        }

        var end = Math.Min(minutes, 1440);
        readNode = () => plain.ReadNode(end, 7);
        readAll = () => plain.ReadAll(end, 2);
        return ReadWritten() - before;
    }

    private static void Query(string what, OpenFile file, TimeSpan duration, int points, Func<int>? plain)
    {
        var now = file.Time.GetUtcNow();
        Time(what, () => file.Storage.Query.Node(StoredNodes.GetId(7), null, now - duration, now, points), plain);
    }

    private static void QueryAll(string what, OpenFile file, TimeSpan duration, int points, Func<int>? plain)
    {
        var now = file.Time.GetUtcNow();
        var reading = HistoryQuery.FindReading("cpuRatio")!;
        Time(what, () => file.Storage.Query.All(reading, now - duration, now, points), plain);
    }

    private static void Time<T>(string what, Func<T> ours, Func<int>? plain)
    {
        var own = new List<double>();
        var other = new List<double>();
        for (var run = 0; run <= Runs; run++)
        {
            var started = Stopwatch.GetTimestamp();
            GC.KeepAlive(ours());
            own.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            started = Stopwatch.GetTimestamp();
            GC.KeepAlive(plain?.Invoke());
            other.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        Print(what + ", ms", Median(own[1..]), plain is null ? null : Median(other[1..]));
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static void Print(string what, double ours, double? plain) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"| {what} | {ours:0.0} | {plain:0.0} | {ours / plain:0.00} |"));

    // What this process handed to the disk, from proc_pid_io(5).
    private static long ReadWritten() => long.Parse(
        File.ReadLines("/proc/self/io").Single(static line => line.StartsWith("write_bytes:", StringComparison.Ordinal))
            .Split(' ')[1],
        CultureInfo.InvariantCulture);

    /// <summary>A storage with a manual clock.</summary>
    private sealed class OpenFile
    {
        private static readonly TimeSpan StepMax = TimeSpan.FromSeconds(15);

        public OpenFile(string path)
        {
            Storage = new StorageSetup(new StorageSettings { Path = path }, Metrics, Time, NullLoggerFactory.Instance);
            Storage.Writer.RunRound(final: false);
        }

        public ManualTimeProvider Time { get; } = new();

        public CollectorMetrics Metrics { get; } = new();

        public StorageSetup Storage { get; }

        /// <summary>Lets time pass, with rounds of the writer.</summary>
        /// <returns>The longest round.</returns>
        public TimeSpan Advance(TimeSpan duration)
        {
            var longest = TimeSpan.Zero;
            for (var left = duration; left > TimeSpan.Zero; left -= StepMax)
            {
                Time.Advance(left < StepMax ? left : StepMax);
                var started = Stopwatch.GetTimestamp();
                Storage.Writer.RunRound(final: false);
                var elapsed = Stopwatch.GetElapsedTime(started);
                longest = elapsed > longest ? elapsed : longest;
            }

            return longest;
        }

        /// <summary>Lets pending maintenance end.</summary>
        public void Settle()
        {
            for (var round = 0; round < 1000; round++)
            {
                Storage.Writer.RunRound(final: false);
            }
        }

        public void Close() => Storage.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }
}
