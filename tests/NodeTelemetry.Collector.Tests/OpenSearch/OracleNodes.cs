using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace NodeTelemetry.Collector.Tests.OpenSearch;

/// <summary>Nodes that send to a collector on this machine without a pause, also while it is down.</summary>
internal sealed class OracleNodes : IAsyncDisposable
{
    /// <summary>How far back the clocks of nodes may be; the collector has to believe them.</summary>
    public static readonly TimeSpan ClockBehindMax = TimeSpan.FromDays(30);

    private const int NodeCount = 10;

    // Some days from the beginning, so that there are several indices.
    private const int DaysAtFirst = 3;

    // Ten nodes at this pace make 200 readings a second: some batches a second, and a few hundred under way.
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(50);

    private readonly UdpClient _socket = new(AddressFamily.InterNetwork);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;
    private int _days = DaysAtFirst;

    public OracleNodes(int port, int seed)
    {
        _socket.Connect("127.0.0.1", port);
        _loop = Task.Run(() => RunAsync(new Random(seed)));
    }

    /// <summary>Gets how many readings were sent so far.</summary>
    public long Sent { get; private set; }

    /// <summary>Gets a value indicating whether there is another day that clocks may be set to.</summary>
    public bool HasDays => Volatile.Read(ref _days) < ClockBehindMax.Days - 1;

    /// <summary>Gets the day that begins with <see cref="BeginDay"/>.</summary>
    public DateTime NextDay => DateTime.UtcNow.AddDays(-Volatile.Read(ref _days));

    /// <summary>From now on some clocks show a day that none has shown before: an index has to be made.</summary>
    public void BeginDay() => Interlocked.Increment(ref _days);

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _loop;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
        _socket.Dispose();
    }

    private async Task RunAsync(Random random)
    {
        using var timer = new PeriodicTimer(Period);
        var run = random.Next();
        try
        {
            for (long sequence = 0; await timer.WaitForNextTickAsync(_stop.Token); sequence++)
            {
                // Clocks of other days: several indices at once, the newest among them soon.
                var days = Volatile.Read(ref _days);
                var day = (sequence % 10) switch
                {
                    < 7 => 0,
                    < 9 => random.Next(days),
                    _ => days - 1,
                };
                var time = DateTimeOffset.UtcNow.AddDays(-day).ToUnixTimeMilliseconds();
                for (var node = 1; node <= NodeCount; node++)
                {
                    await SendAsync(Datagram(node, run, sequence, time));
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The test ends.
        }
    }

    private async Task SendAsync(string datagram)
    {
        try
        {
            await _socket.SendAsync(Encoding.UTF8.GetBytes(datagram), _stop.Token);
            Sent++;
        }
        catch (SocketException)
        {
            // No collector listens.
        }
    }

    private static string Datagram(int node, int run, long sequence, long time) => string.Create(
        CultureInfo.InvariantCulture,
        $$"""
        {"hostname":"oracle-{{node}}","cputemp":48.686,"cpuusage":0.1275,"loadavg":[0.42,0.31,0.28],"v":1,
        "node":"{{node:x16}}","boot":"5a1e33d0","run":"{{run:x8}}","seq":{{sequence}},"time":{{time}},"interval":1000}
        """).ReplaceLineEndings(string.Empty);
}
