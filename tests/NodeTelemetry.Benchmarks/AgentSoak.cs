using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using NodeTelemetry.Agent.Diagnostics;
using NodeTelemetry.Agent.Exposition;
using NodeTelemetry.Agent.Options;
using NodeTelemetry.Agent.Run;
using NodeTelemetry.Agent.Sampling;
using NodeTelemetry.Agent.Transport;
using NodeTelemetry.TestKit;

namespace NodeTelemetry.Benchmarks;

/// <summary>A day of the agent at one second, with a manual clock: this machine's real kernel files, real sockets on the loopback, a scrape every
/// 15 s. Memory, handles and threads must be the same at the end as at noon.</summary>
internal static class AgentSoak
{
    private const int Day = 86_400;

    /// <summary>The tolerated growth of runtime caches: a leak of a single object a tick would be 2 MB a day.</summary>
    private const long HeapGrowthMax = 256 * 1024;
    private const long AnonymousGrowthMax = 6 * 1024 * 1024;

    /// <summary>Runs it.</summary>
    /// <returns>0 if everything was flat.</returns>
    public static int Run(string[] options)
    {
        var samples = options is ["--samples", var text] ? int.Parse(text, CultureInfo.InvariantCulture) : Day;
        using var sink = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = 4096 };
        sink.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var time = new ManualTimeProvider();
        var metrics = new AgentMetrics();
        var agent = new AgentOptions
        {
            Interval = TimeSpan.FromSeconds(1),
            Interfaces = ["lo"],
            Targets = [new TargetName("127.0.0.1", ((IPEndPoint)sink.LocalEndPoint!).Port)],
            Labels = [new("rack", "2")],
        };
        var source = new SampleSource("soak", "0123456789abcdef", 1, 2, agent.Interval, agent.Labels);
        using var sender = new MulticastSender(AgentSetup.GetSenderSettings(agent), agent.Roots, time, metrics, NullLogger.Instance);
        using var loop = AgentSetup.CreateLoop(
            agent, source, AgentSetup.Architecture, sender.Send, new DatagramRing(1 << 20), time, metrics, NullLogger.Instance);
        var start = Figures.Zero;
        for (var sample = 0; sample < samples; sample++)
        {
            loop.Tick();
            if (sample % 15 == 0)
            {
                _ = MetricsPage.Write(sample % 2 == 0, loop.Newest, loop.Newest!.About, loop.Samplers, metrics, null, "soak");
            }

            time.Advance(agent.Interval);
            if (sample == samples / 2)
            {
                start = Figures.Take();
            }
        }

        var end = Figures.Take();
        Console.WriteLine($"{metrics.Samples} samples, {metrics.DatagramsSent} datagrams, {metrics.SendsFailed} not sent, {metrics.SamplersFailed} sampler failures");
        Console.WriteLine($"after a half: {start}");
        Console.WriteLine($"at the end:   {end}");
        var isFlat = metrics.Samples == samples
            && end.Handles <= start.Handles
            && end.Threads <= start.Threads
            && end.Heap - start.Heap <= HeapGrowthMax
            && end.Anonymous - start.Anonymous <= AnonymousGrowthMax;
        Console.WriteLine(isFlat ? "flat" : "NOT FLAT");
        return isFlat ? 0 : 1;
    }

    private sealed record Figures(long Heap, long Anonymous, int Handles, int Threads)
    {
        public static Figures Zero { get; } = new(0, 0, 0, 0);

        public static Figures Take()
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect();
            return new Figures(
                GC.GetTotalMemory(forceFullCollection: true),
                ProcessFigures.StatusBytes(Environment.ProcessId, "RssAnon"),
                OpenFiles().Count,
                Directory.GetDirectories("/proc/self/task").Length);
        }

        /// <summary>Lists what is open, without the folder that is open for the listing.</summary>
        private static List<string> OpenFiles() =>
        [
            .. Array.FindAll(
                Array.ConvertAll(
                    Directory.GetFiles("/proc/self/fd"),
                    static path => File.ResolveLinkTarget(path, returnFinalTarget: false)?.ToString() ?? ""),
                static target => !target.StartsWith("/proc/", StringComparison.Ordinal) || !target.EndsWith("/fd", StringComparison.Ordinal)),
        ];

        public override string ToString() =>
            $"heap {Heap / 1024} KiB, private {Anonymous / 1024} KiB, {Handles} handles, {Threads} threads";
    }
}
