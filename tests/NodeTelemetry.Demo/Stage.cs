using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace NodeTelemetry.Demo;

/// <summary>Starts a collector and senders, prints the address of the page, and ends everything in order.</summary>
internal static partial class Stage
{
    private const string DefaultPort = "8077";

    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan FirstNodeDeadline = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Runs a collector and an agent on this machine until Ctrl-C.</summary>
    public static Task<int> RunAsync(string[] options) => PlayAsync(
        [.. DatabaseOption(options, "run"), .. options],
        "the agent",
        _ => new Child("agent", "NodeTelemetry.Agent", "nodetelemetry-agent", ["run", .. AgentOptions(options)]));

    /// <summary>Runs a collector and a simulated cluster until Ctrl-C. All of it stays on the loopback interface.</summary>
    public static async Task<int> DemoAsync(string[] options)
    {
        // The collector rejects an invalid number, with the range.
        if (!ushort.TryParse(Value(options, "--listen-port"), CultureInfo.InvariantCulture, out var port))
        {
            port = SimulatedCluster.DefaultPort;
        }

        var folder = Directory.CreateTempSubdirectory("nodetelemetry-demo-");
        try
        {
            return await PlayAsync(
                [
                    "--database-path", Path.Combine(folder.FullName, "telemetry.db"), "--listen-interfaces", "lo",
                    "--listen-port", port.ToString(CultureInfo.InvariantCulture), .. options,
                ],
                $"{SimulatedCluster.NodeCount} simulated nodes",
                stop => new SimulatedCluster(port).RunAsync(stop));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<int> PlayAsync(string[] options, string what, Func<CancellationToken, object> startSender)
    {
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        var address = new Uri($"http://127.0.0.1:{Value(options, "--http-port") ?? DefaultPort}/");

        Say("Starting the collector…");
        using var collector = new Child("collector", "NodeTelemetry.Collector", "nodetelemetry-collector", options);
        if (!await collector.WaitForReadyAsync(StartDeadline, stop.Token))
        {
            return await collector.StopAsync("The collector did not start; it says why above.");
        }

        Say($"Starting {what}…");
        var sender = startSender(stop.Token);
        using var agent = sender as Child;
        if (await (agent ?? collector).WaitForAsync(() => HasNodesAsync(address), FirstNodeDeadline, stop.Token))
        {
            Say($"Look at {address} — Ctrl-C stops everything.");
        }
        else if (!stop.IsCancellationRequested)
        {
            Say($"The collector runs at {address}, but has received nothing yet; the reason is above.");
        }

        await Task.WhenAny(collector.Ended, agent?.Ended ?? (Task)sender, Task.Delay(Timeout.Infinite, stop.Token));
        var asked = stop.IsCancellationRequested;
        await stop.CancelAsync();
        var agentCode = agent is null ? 0 : await agent.StopAsync();
        if (sender is Task simulation)
        {
            await simulation;
        }

        var collectorCode = await collector.StopAsync();
        Say(asked ? "Stopped." : "Stopped, because a part of it ended by itself; see above why.");
        return agentCode != 0 ? agentCode : collectorCode;

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }
    }

    private static void Say(string text) => Console.WriteLine($"==> {text}");

    /// <summary>The value of an option on the command line; the last one wins.</summary>
    private static string? Value(string[] options, string name)
    {
        for (var index = options.Length - 1; index >= 0; index--)
        {
            if (options[index].StartsWith(name + '=', StringComparison.Ordinal))
            {
                return options[index][(name.Length + 1)..];
            }

            if (options[index] == name && index + 1 < options.Length)
            {
                return options[index + 1];
            }
        }

        return null;
    }

    /// <summary>The agent sends to where the collector listens.</summary>
    private static IEnumerable<string> AgentOptions(string[] options)
    {
        if (Value(options, "--listen-port") is { } port)
        {
            yield return "--port=" + port;
        }

        if (Value(options, "--listen-interfaces") is { Length: > 0 } interfaces)
        {
            yield return "--interface=" + interfaces;
        }
    }

    /// <summary>Keeps the history of the last run in the build output, unless another path is given.</summary>
    private static string[] DatabaseOption(string[] options, string name) =>
        Array.Exists(options, static option => option.StartsWith("--database-path", StringComparison.Ordinal))
            ? []
            : ["--database-path", Path.Combine(Child.Artifacts, name, "telemetry.db")];

    private static async Task<bool> HasNodesAsync(Uri address)
    {
        using var client = new HttpClient { BaseAddress = address };
        var answer = await client.GetFromJsonAsync<JsonElement>(new Uri("api/nodes", UriKind.Relative));
        return answer.GetProperty("nodes").GetArrayLength() > 0;
    }

    /// <summary>A program of this repository that runs as a child and writes to the same terminal.</summary>
    private sealed partial class Child : IDisposable
    {
        private const int SigTerm = 15;

        /// <summary>systemd waits 90 s before it kills; ten seconds are sufficient here.</summary>
        private static readonly TimeSpan StopDeadline = TimeSpan.FromSeconds(10);

        private readonly string _name;
        private readonly Process _process;
        private readonly Socket _notifications;
        private readonly DirectoryInfo _notifyFolder;

        public Child(string name, string project, string program, IEnumerable<string> arguments)
        {
            _name = name;
            var configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
            var start = new ProcessStartInfo(Path.Combine(Artifacts, "bin", project, configuration, program), arguments);

            // As with systemd, the program itself reports when it is ready, so it cannot be confused with another one.
            _notifyFolder = Directory.CreateTempSubdirectory("nodetelemetry-notify-");
            var path = Path.Combine(_notifyFolder.FullName, "socket");
            _notifications = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            _notifications.Bind(new UnixDomainSocketEndPoint(path));
            start.Environment["NOTIFY_SOCKET"] = path;
            _process = Process.Start(start)!;
            Ended = _process.WaitForExitAsync();
        }

        /// <summary>Gets the folder of all build output: this program is in <c>artifacts/bin/project/configuration</c>.</summary>
        public static string Artifacts { get; } =
            Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", ".."));

        public Task Ended { get; }

        /// <summary>Waits until it reports that it is ready; <see langword="false"/> if it ends or is stopped first.</summary>
        public async Task<bool> WaitForReadyAsync(TimeSpan deadline, CancellationToken stop)
        {
            using var waiting = CancellationTokenSource.CreateLinkedTokenSource(stop);
            waiting.CancelAfter(deadline);
            var message = new byte[4096];
            while (!waiting.IsCancellationRequested)
            {
                var receiving = _notifications.ReceiveAsync(message, waiting.Token).AsTask();
                if (await Task.WhenAny(receiving, Ended) == Ended || !receiving.IsCompletedSuccessfully)
                {
                    return false;
                }

                if (message.AsSpan(0, await receiving).StartsWith("READY=1"u8))
                {
                    return true;
                }
            }

            return false;
        }

        /// <summary>Waits for a condition; <see langword="false"/> if it ends, time runs out or it is stopped first.</summary>
        public async Task<bool> WaitForAsync(Func<Task<bool>> condition, TimeSpan deadline, CancellationToken stop)
        {
            var start = TimeProvider.System.GetTimestamp();
            while (!Ended.IsCompleted && !stop.IsCancellationRequested
                && TimeProvider.System.GetElapsedTime(start) < deadline)
            {
                try
                {
                    if (await condition())
                    {
                        return true;
                    }
                }
                catch (HttpRequestException)
                {
                    // It does not listen yet.
                }

                await Task.Delay(Pause, CancellationToken.None);
            }

            return false;
        }

        /// <summary>Requests its end, unless it has ended, and waits.</summary>
        /// <returns>Its exit code.</returns>
        public async Task<int> StopAsync(string? reason = null)
        {
            if (reason is not null)
            {
                Say(reason);
            }

            if (!_process.HasExited)
            {
                // It may have received the terminal's Ctrl-C already; a second signal does no harm.
                _ = SendSignal(_process.Id, SigTerm);
            }

            if (await Task.WhenAny(Ended, Task.Delay(StopDeadline)) != Ended)
            {
                Say($"The {_name} does not stop; ending it.");
                _process.Kill();
                await Ended;
            }

            return _process.ExitCode;
        }

        public void Dispose()
        {
            _process.Dispose();
            _notifications.Dispose();
            _notifyFolder.Delete(recursive: true);
        }

        [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
        private static partial int SendSignal(int process, int signal);
    }
}
