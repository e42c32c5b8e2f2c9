using System.Globalization;
using System.Net;
using System.Net.Sockets;
using NodeTelemetry.Collector.Ingest;
using NodeTelemetry.TestKit;

namespace NodeTelemetry.Benchmarks;

/// <summary>What receives the same datagrams beside the collector, each in a process of its own.</summary>
internal static class IngestPeers
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private const string PythonProgram =
        """
        import json, signal, socket, sys
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.setsockopt(socket.SOL_SOCKET, 33, 8 << 20)
        s.bind(("127.0.0.1", int(sys.argv[1])))
        n = 0
        def stop(*_):
            print("received", n, flush=True)
            sys.exit(0)
        signal.signal(signal.SIGTERM, stop)
        print("ready", flush=True)
        while True:
            json.loads(s.recv(8192))
            n += 1
        """;

    /// <summary>Starts the floor for any receiver: recvmmsg(2), and one look at every byte.</summary>
    public static async Task<IngestPeer?> StartSinkAsync(int port) => await StartAsync(
        port, ["dotnet", typeof(IngestPeers).Assembly.Location, "ingest-sink", Text(port)], ReadReceived);

    /// <summary>Starts Python's parser of JSON.</summary>
    public static async Task<IngestPeer?> StartPythonAsync(int port) => await StartAsync(
        port, ["python3", "-u", "-c", PythonProgram, Text(port)], ReadReceived);

    /// <summary>Starts rsyslog, which writes datagrams to a file and does not parse them.</summary>
    /// <returns><see langword="null"/> if it is not installed.</returns>
    public static async Task<IngestPeer?> StartRsyslogAsync(int port, TempFolder folder)
    {
        if (!File.Exists("/usr/sbin/rsyslogd"))
        {
            return null;
        }

        await File.WriteAllTextAsync(folder["rsyslog.conf"], $$"""
            global(workDirectory="{{folder.Path}}" maxMessageSize="16k")
            module(load="imudp" batchSize="128")
            template(name="raw" type="string" string="%rawmsg%\n")
            ruleset(name="write") { action(type="omfile" file="{{folder["out"]}}" template="raw" asyncWriting="off" ioBufferSize="64k" flushOnTXEnd="off") }
            input(type="imudp" port="{{Text(port)}}" address="127.0.0.1" ruleset="write" rcvbufSize="8m")
            """);
        return await StartAsync(
            port,
            ["/usr/sbin/rsyslogd", "-n", "-f", folder["rsyslog.conf"], "-i", folder["pid"]],
            _ => File.ReadLines(folder["out"]).LongCount());
    }

    /// <summary>The bare receiver, in this process until it ends.</summary>
    public static int RunSink(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { Blocking = false };
        socket.SetRawSocketOption(1, 33, BitConverter.GetBytes(8 << 20));
        socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        var batch = new DatagramBatch();
        long received = 0;
        long quotes = 0;
        using var stop = System.Runtime.InteropServices.PosixSignalRegistration.Create(
            System.Runtime.InteropServices.PosixSignal.SIGTERM,
            _ =>
            {
                Console.WriteLine($"received {Volatile.Read(ref received)} quotes {quotes}");
                Environment.Exit(0);
            });
        Console.WriteLine("ready");
        while (true)
        {
            batch.Receive(socket);
            for (var index = 0; index < batch.Count; index++)
            {
                foreach (var value in batch.Bytes(index))
                {
                    quotes += value == (byte)'"' ? 1 : 0;
                }
            }

            received += batch.Count;
            if (batch.Count == 0)
            {
                socket.Poll(Timeout.InfiniteTimeSpan, SelectMode.SelectRead);
            }
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static long ReadReceived(string output) => long.Parse(
        output.Split('\n').First(static line => line.StartsWith("received ", StringComparison.Ordinal)).Split(' ')[1],
        CultureInfo.InvariantCulture);

    private static async Task<IngestPeer> StartAsync(int port, string[] command, Func<string, long> count)
    {
        var process = TestProcess.Start(command);
        await Eventually.TrueAsync(() => Task.FromResult(IsBound(port)), Deadline, () => process.Output);
        return new IngestPeer(process, count);
    }

    private static bool IsBound(int port) => File.ReadLines("/proc/net/udp")
        .Any(line => line.Contains($":{port:X4} ", StringComparison.Ordinal));
}

/// <summary>A receiver beside the collector.</summary>
/// <param name="process">Its process.</param>
/// <param name="count">Gets the number of received datagrams from its output, once it has ended.</param>
internal sealed class IngestPeer(TestProcess process, Func<string, long> count) : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    /// <summary>Gets the CPU time so far, also of threads that have ended.</summary>
    public TimeSpan CpuTime => TimeSpan.FromSeconds(ProcessUse.Read(process.Id).CpuSeconds);

    /// <summary>Ends it.</summary>
    /// <returns>The datagrams that it received.</returns>
    public async Task<long> StopAsync()
    {
        process.Terminate();
        await process.WaitForExitAsync(Deadline);
        return count(process.Output);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => process.DisposeAsync();
}
