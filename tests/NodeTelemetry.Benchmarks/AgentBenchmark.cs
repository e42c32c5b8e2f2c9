using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using NodeTelemetry.TestKit;

namespace NodeTelemetry.Benchmarks;

/// <summary>The cost of the agent, compared with others that run at the same time on the same machine.</summary>
/// <remarks>All run at once, so other load affects all of them alike; the table has the medians of several runs, and the ratios count.</remarks>
internal static class AgentBenchmark
{
    private const int StartCount = 7;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(30);

    /// <summary>Runs it.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] options)
    {
        var seconds = Option(options, "--seconds", 30);
        var runs = Option(options, "--runs", 3);
        var (ours, note) = AgentPeers.Ours();
        var agents = new List<MeasuredAgent> { ours };
        foreach (var other in AgentPeers.Others)
        {
            if (await AgentPeers.InstallAsync(other) is { } obstacle)
            {
                Console.Error.WriteLine($"bench agent: {other.Name} is left out: {obstacle}");
            }
            else
            {
                agents.Add(other);
            }
        }

        var rows = agents.ToDictionary(static agent => agent, static _ => new List<Figures>());
        for (var run = 0; run < runs; run++)
        {
            Console.Error.WriteLine($"bench agent: run {run + 1} of {runs}, {seconds} s…");
            foreach (var (agent, figures) in await MeasureAsync(agents, TimeSpan.FromSeconds(seconds)))
            {
                rows[agent].Add(figures);
            }
        }

        var starts = new Dictionary<MeasuredAgent, double?>();
        foreach (var agent in agents)
        {
            starts[agent] = agent.IsSending ? await MeasureStartAsync(agent) : null;
        }

        Console.WriteLine($"One sample a second, {seconds} s after {WarmUp.TotalSeconds} s, medians of {runs} runs; all at once on {Environment.ProcessorCount} CPUs. Ours is {note}.");
        Console.WriteLine();
        Console.WriteLine("| agent | resident MB | private MB | CPU per sample ms | × ours | threads | binary MB | start to first datagram ms |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|");
        var base_ = Median(rows[ours].Select(static row => row.CpuMilliseconds));
        foreach (var agent in agents)
        {
            var row = rows[agent];
            var cpu = Median(row.Select(static one => one.CpuMilliseconds));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {agent.Name} | {Median(row.Select(static one => one.ResidentMegabytes)):0.0} | {Median(row.Select(static one => one.PrivateMegabytes)):0.0} "
                + $"| {cpu:0.00} | {cpu / base_:0.0} | {Median(row.Select(static one => (double)one.Threads)):0} "
                + $"| {new FileInfo(agent.Program).Length / 1e6:0.0} | {(starts[agent] is { } start ? start.ToString("0", CultureInfo.InvariantCulture) : "–")} |"));
        }

        return 0;
    }

    private static async Task<List<(MeasuredAgent, Figures)>> MeasureAsync(List<MeasuredAgent> agents, TimeSpan duration)
    {
        using var folder = new TempFolder();
        using var sink = Sink();
        using var client = new HttpClient();
        var running = new List<(MeasuredAgent Agent, TestProcess Process)>();
        try
        {
            foreach (var agent in agents)
            {
                var own = Directory.CreateDirectory(folder[agent.Name]).FullName;
                running.Add((agent, TestProcess.Start(agent.CreateCommand(own, GetPort(sink)))));
            }

            await ScrapeAsync(client, running, WarmUp);
            var before = running.ConvertAll(static one => Take(one.Process));
            var clock = Stopwatch.StartNew();
            await ScrapeAsync(client, running, duration);
            var samples = clock.Elapsed.TotalSeconds;
            return running.ConvertAll(one =>
            {
                if (one.Process.HasExited)
                {
                    throw new InvalidOperationException($"{one.Agent.Name} has ended: {one.Process.Output}");
                }

                var after = Take(one.Process);
                var cpu = (after.Cpu - before[running.IndexOf(one)].Cpu).TotalMilliseconds / samples;
                return (one.Agent, new Figures(after.Resident / 1e6, after.Private / 1e6, cpu, after.Threads));
            });
        }
        finally
        {
            foreach (var (_, process) in running)
            {
                await process.DisposeAsync();
            }
        }
    }

    /// <summary>Waits, and scrapes every second the agents that only respond to scrapes.</summary>
    private static async Task ScrapeAsync(HttpClient client, List<(MeasuredAgent Agent, TestProcess Process)> running, TimeSpan duration)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        for (var second = 0; second < duration.TotalSeconds; second++)
        {
            await timer.WaitForNextTickAsync();
            foreach (var (agent, _) in running)
            {
                if (agent.ScrapePort is { } port)
                {
                    await client.GetByteArrayAsync(new Uri($"http://127.0.0.1:{port}/metrics"));
                }
            }
        }
    }

    private static (long Resident, long Private, TimeSpan Cpu, int Threads) Take(TestProcess process)
    {
        var tree = ProcessFigures.Tree(process.Id);
        return (
            tree.Sum(static id => ProcessFigures.StatusBytes(id, "VmRSS")),
            tree.Sum(ProcessFigures.PrivateBytes),
            TimeSpan.FromTicks(tree.Sum(static id => ProcessFigures.CpuTime(id).Ticks)),
            tree.Sum(static id => Directory.GetDirectories($"/proc/{id}/task").Length));
    }

    /// <summary>Starts it several times and waits for its first datagram.</summary>
    private static async Task<double> MeasureStartAsync(MeasuredAgent agent)
    {
        var times = new List<double>();
        for (var start = 0; start < StartCount; start++)
        {
            using var folder = new TempFolder();
            using var sink = Sink();
            var command = agent.CreateCommand(folder.Path, GetPort(sink));
            var clock = Stopwatch.StartNew();
            await using var process = TestProcess.Start(command);
            using var deadline = new CancellationTokenSource(StartDeadline);
            await sink.ReceiveAsync(new byte[8192], deadline.Token);
            times.Add(clock.Elapsed.TotalMilliseconds);
        }

        return Median(times);
    }

    private static Socket Sink()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    private static int GetPort(Socket socket) => ((IPEndPoint)socket.LocalEndPoint!).Port;

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted[sorted.Count / 2];
    }

    private static int Option(string[] options, string name, int standard)
    {
        var index = Array.IndexOf(options, name);
        return index < 0 ? standard : int.Parse(options[index + 1], CultureInfo.InvariantCulture);
    }

    private sealed record Figures(double ResidentMegabytes, double PrivateMegabytes, double CpuMilliseconds, int Threads);
}
