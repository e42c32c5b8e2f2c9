using System.Diagnostics;
using System.Globalization;
using System.Net;
using NodeTelemetry.Collector.Diagnostics;
using NodeTelemetry.Collector.Nodes.Registry;
using NodeTelemetry.Collector.Nodes.Repair;
using NodeTelemetry.Collector.Nodes.Silence;
using NodeTelemetry.Collector.Nodes.State;
using NodeTelemetry.Protocol.Readings;
using NodeTelemetry.TestKit;

namespace NodeTelemetry.Benchmarks;

/// <summary>
/// The cost of sweeps for silent nodes: many nodes that send every second, then the same nodes lost, with a manual clock. The
/// reference is reading the status of every node once a sweep.
/// </summary>
internal static class SweepBenchmark
{
    private const int SimulatedSeconds = 60;

    private static readonly HealthLimits Limits = new(1.5, 2.95, 5, TimeSpan.FromSeconds(2.95), TimeSpan.FromDays(1));

    /// <summary>Runs it.</summary>
    public static int Run(string[] options)
    {
        var count = options is ["--nodes", var text] ? int.Parse(text, CultureInfo.InvariantCulture) : 14_000;
        var time = new ManualTimeProvider();
        var metrics = new CollectorMetrics();
        var registry = new NodeRegistry(count, metrics, time);
        var prober = new NodeProber(Limits, static (_, _) => true, metrics, time, new Random(1));
        var detector = new LossDetector(registry, prober, static _ => null, Limits, time);
        var repairer = new NodeRepairer(registry, static (_, _) => true, metrics, time);
        var ids = Enumerable.Range(0, count).Select(static index => $"{index:x16}").ToArray();
        var source = new IPEndPoint(IPAddress.Parse("10.77.0.1"), 40_000).Serialize();
        var sequence = 0L;

        Report("nodes that send and answer", count, Measure(isSending: true, isCounted: false), Reference());
        Report("the same", count, Measure(isSending: true, isCounted: true), Reference());

        // Until all are lost; after that nothing happens.
        Measure(isSending: false, isCounted: false);
        Report("nodes that are lost", count, Measure(isSending: false, isCounted: true), Reference());
        return registry.Statuses.All(static status => status.Health == NodeHealth.Lost) ? 0 : 1;

        TimeSpan Measure(bool isSending, bool isCounted)
        {
            var spent = TimeSpan.Zero;
            for (var step = 0; step < SimulatedSeconds * 50; step++)
            {
                time.Advance(LossDetector.SweepPeriodMin);
                if (isSending)
                {
                    // Each node at its own time of the second, and again as the reply to the first probe.
                    for (var index = step % 50; index < count; index += 50)
                    {
                        Apply(ids[index], sequence + (step / 50));
                    }

                    for (var index = (step + 20) % 50; !isCounted && step is > 50 and < 100 && index < count; index += 50)
                    {
                        Apply(ids[index], sequence + ((step - 30) / 50));
                    }
                }

                var started = Stopwatch.GetTimestamp();
                detector.Sweep(time.GetTimestamp());
                repairer.Sweep(time.GetTimestamp());
                spent += Stopwatch.GetElapsedTime(started);
            }

            sequence += SimulatedSeconds;
            return spent;
        }

        TimeSpan Reference()
        {
            var started = Stopwatch.GetTimestamp();
            var late = 0;
            for (var sweep = 0; sweep < SimulatedSeconds * 50; sweep++)
            {
                foreach (var status in registry.Statuses)
                {
                    late += status.Health == NodeHealth.Late ? 1 : 0;
                }
            }

            GC.KeepAlive(late);
            return Stopwatch.GetElapsedTime(started);
        }

        void Apply(string id, long number) => registry.Apply(
            new NodeSnapshot
            {
                Hostname = id,
                Header = new SampleHeader
                {
                    Node = id,
                    Boot = 1,
                    Run = 1,
                    Sequence = number,
                    TimeMilliseconds = 0,
                    IntervalMilliseconds = 1000,
                },
            },
            source,
            time.GetTimestamp());
    }

    private static void Report(string what, int count, TimeSpan spent, TimeSpan reference) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{count} {what,-28} {spent.TotalMicroseconds / (SimulatedSeconds * 50),8:0.0} µs a sweep, {spent / TimeSpan.FromSeconds(SimulatedSeconds) * 100,6:0.00} % of a core; "
        + $"{spent / reference,5:0.00} of reading every status once a sweep"));
}
