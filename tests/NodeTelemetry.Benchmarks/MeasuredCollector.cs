using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using NodeTelemetry.TestKit;

namespace NodeTelemetry.Benchmarks;

/// <summary>The real collector on a database, and its own figures.</summary>
internal sealed class MeasuredCollector : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(30);

    // So that polling costs next to nothing.
    private static readonly TimeSpan LookPeriod = TimeSpan.FromMilliseconds(250);

    private readonly TestProcess _process;
    private readonly HttpClient _client = new();
    private readonly Uri _address;

    private MeasuredCollector(TestProcess process, Uri address)
    {
        _process = process;
        _address = address;
    }

    /// <summary>Gets how long it took from the start until it was ready.</summary>
    public TimeSpan StartTime { get; private set; }

    /// <summary>Gets the CPU time of the start.</summary>
    public double StartCpuSeconds { get; private set; }

    /// <summary>Gets what it has used so far.</summary>
    public ProcessUse Use => ProcessUse.Read(_process.Id);

    /// <summary>Gets its process.</summary>
    public int ProcessId => _process.Id;

    /// <summary>Gets the CPU time so far, also of threads that have ended.</summary>
    public TimeSpan CpuTime => TimeSpan.FromSeconds(Use.CpuSeconds);

    /// <summary>Gets the bytes that it caused to be written to the disk so far.</summary>
    public long WrittenBytes => long.Parse(
        File.ReadLines($"/proc/{_process.Id}/io").First(static line => line.StartsWith("write_bytes:", StringComparison.Ordinal)).Split(' ')[1],
        CultureInfo.InvariantCulture);

    /// <summary>Gets its UDP port.</summary>
    public int UdpPort { get; private init; }

    /// <summary>Starts it on loopback and waits until it is ready.</summary>
    /// <param name="database">The database.</param>
    /// <param name="openSearch">The server to export to; <see langword="null"/> for none.</param>
    /// <param name="options">Further options.</param>
    public static async Task<MeasuredCollector> StartAsync(string database, Uri? openSearch, params string[] options)
    {
        var program = Path.Combine(RepositoryRoot.Path, "artifacts/publish/collector/nodetelemetry-collector");
        if (!File.Exists(program))
        {
            throw new InvalidOperationException($"There is no {program}: run this as ./build.sh bench, which makes it.");
        }

        var (http, udp) = (FreePort(SocketType.Stream, ProtocolType.Tcp), FreePort(SocketType.Dgram, ProtocolType.Udp));
        var started = Stopwatch.GetTimestamp();
        var collector = new MeasuredCollector(
            TestProcess.Start(
            [
                program, "--listen-interfaces", "lo", "--listen-port", Text(udp), "--http-port", Text(http),
                "--database-path", database, "--database-outbox-bytes-max", "10000000000",
                .. (string[])(openSearch is null ? [] : ["--opensearch-nodes", openSearch.ToString()]), .. options,
            ]),
            new Uri($"http://127.0.0.1:{http}/"))
        {
            UdpPort = udp,
        };
        await Eventually.TrueAsync(
            async () =>
            {
                using var answer = await collector._client.GetAsync(new Uri(collector._address, "readyz"));
                return answer.IsSuccessStatusCode;
            },
            Deadline,
            () => collector._process.Output);
        collector.StartTime = Stopwatch.GetElapsedTime(started);
        collector.StartCpuSeconds = collector.Use.CpuSeconds;
        return collector;
    }

    /// <summary>Waits for a number of documents, and meanwhile requests what the page shows.</summary>
    /// <returns>How long it took, and the maximum and median time of the page's request.</returns>
    public async Task<(TimeSpan Time, TimeSpan PageMedian, TimeSpan PageMax)> DrainAsync(long documents)
    {
        var started = Stopwatch.GetTimestamp();
        var page = new List<TimeSpan>();
        using var timer = new PeriodicTimer(LookPeriod);
        do
        {
            if (Stopwatch.GetElapsedTime(started) > Deadline)
            {
                throw new TimeoutException($"The backlog is not drained.\n{_process.Output}");
            }

            await timer.WaitForNextTickAsync();
            var asked = Stopwatch.GetTimestamp();
            await _client.GetStringAsync(new Uri(_address, "api/nodes"));
            page.Add(Stopwatch.GetElapsedTime(asked));
        }
        while (await ExportedAsync() < documents);
        page.Sort();
        return (Stopwatch.GetElapsedTime(started), page[page.Count / 2], page[^1]);
    }

    /// <summary>Reads one metric.</summary>
    public async Task<double> MetricAsync(string name)
    {
        var text = await _client.GetStringAsync(new Uri(_address, "metrics"));
        var line = text.Split('\n').FirstOrDefault(
            line => line.StartsWith($"nodetelemetry_collector_{name} ", StringComparison.Ordinal));
        return line is null ? 0 : double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture);
    }

    /// <summary>Reads the live stream as a page does, until cancelled.</summary>
    public async Task WatchAsync(CancellationToken cancellation)
    {
        try
        {
            await using var stream = await _client.GetStreamAsync(new Uri(_address, "api/live"), cancellation);
            await stream.CopyToAsync(Stream.Null, cancellation);
        }
        catch (OperationCanceledException)
        {
            // Watched enough.
        }
    }

    /// <summary>Reads the time from the arrival of datagrams until they were applied.</summary>
    /// <returns>The sum of all times, and their number.</returns>
    public async Task<(double Seconds, double Count)> ApplyTimeAsync() => (
        await MetricAsync("datagram_apply_duration_seconds_sum"), await MetricAsync("datagram_apply_duration_seconds_count"));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        _process.Terminate();
        await _process.WaitForExitAsync(Deadline);
        await _process.DisposeAsync();
    }

    // From the status, which is short: the metrics of a hundred nodes would cost more than sending.
    private async Task<long> ExportedAsync()
    {
        using var status = JsonDocument.Parse(await _client.GetStringAsync(new Uri(_address, "api/status")));
        return status.RootElement.GetProperty("openSearch").GetProperty("exportedDocuments").GetInt64();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Finds a free port.</summary>
    internal static int FreePort(SocketType type, ProtocolType protocol)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, type, protocol);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
