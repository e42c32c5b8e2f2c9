using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace NodeTelemetry.Benchmarks;

/// <summary>Sends the samples of many nodes to one port of this machine: two datagrams each, as captured from an agent.</summary>
internal sealed class SentNodes : IDisposable
{
    // Datagrams between two looks at the clock.
    private const int BurstNodes = 16;

    private static readonly CompositeFormat[] Parts =
    [
        CompositeFormat.Parse(
            """
            {{"hostname":"pi-{0:00000}","cpufreq":2095.991,"cpuusage":0.{2:000},"coreusage":[0.{2:000},0.5],"loadavg":[0.69,0.67,0.54],"meminfo":{{"MemTotal":4683620,"MemFree":1086{2:000},"MemAvailable":3156052,"Buffers":76636,"Cached":1254660,"SwapTotal":0,"SwapFree":0}},"v":1,"node":"{0:x16}","boot":"e6607ea7","run":"7a7f2a3d","seq":{1},"time":{3},"interval":{4},"uptime":{1},"part":[0,2],"cpu":{{"user":1830.12,"nice":1875.85,"system":1884.08,"idle":904.88,"iowait":9.93,"irq":0,"softirq":28.62,"steal":0,"us":0.2234,"ni":0.533,"sy":0.2437,"id":0,"wa":0,"hi":0,"si":0,"st":0,"ctxt":49076459,"intr":7511724,"forks":82030,"running":18,"blocked":0}},"cores":{{"0":{{"freq":2095991000,"user":898.71,"nice":968.29,"system":918.77,"idle":467.92,"iowait":2.27,"irq":0,"softirq":10.56,"steal":0}},"1":{{"freq":2095991000,"user":931.41,"nice":907.56,"system":965.3,"idle":436.95,"iowait":7.66,"irq":0,"softirq":18.05,"steal":0}}}},"mem":{{"dirty":102338560,"writeback":0,"anon":2662162432,"mapped":876810240,"shmem":402079744,"slab":571703296,"sreclaim":471154688,"committed":8549912576,"swapin":0,"swapout":0,"majfault":5096,"oomkill":0}},"psi":{{"cpusome":2689.58,"cpufull":0,"memsome":0,"memfull":0,"iosome":43.72,"iofull":6.81,"cpusome10":0.984,"cpufull10":0,"memsome10":0,"memfull10":0,"iosome10":0.0012,"iofull10":0}}}}
            """),
        CompositeFormat.Parse(
            """
            {{"hostname":"pi-{0:00000}","v":1,"node":"{0:x16}","boot":"e6607ea7","run":"7a7f2a3d","seq":{1},"time":{3},"interval":{4},"uptime":{1},"part":[1,2],"disk":{{"/":{{"fs":"ext4","dev":"/dev/vda","size":270553174016,"free":246883491840,"avail":75430961152,"used":0.2388,"inodes":16777216,"ifree":16215806,"ro":false}}}},"io":{{"vda":{{"rbytes":4719244288,"wbytes":14710525{2:000},"reads":127238,"writes":205351,"rtime":74.9,"wtime":220.87,"busy":93.98,"queue":343.87,"inflight":0}}}},"net":{{"eth0":{{"rx":1324248{2:000},"tx":2376155,"rxpkts":42362,"txpkts":25294,"rxdrop":0,"txdrop":0,"rxerr":0,"txerr":0,"up":true,"changes":2}}}},"clock":{{"synced":false,"offset":0,"maxerror":16,"rtc":false}},"system":{{"containers":2,"memcg":true,"procs":711,"files":5701}},"agent":{{"failed":0,"refused":0,"skipped":0,"unsent":0,"cut":0,"nofile":0}}}}
            """),
    ];

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
    private readonly int _count;
    private readonly TimeSpan _interval;

    /// <summary>Initializes a new instance of the <see cref="SentNodes"/> class.</summary>
    public SentNodes(int count, TimeSpan interval, int port)
    {
        _count = count;
        _interval = interval;
        _socket.Connect("127.0.0.1", port);
    }

    /// <summary>Gets the bytes of a sample's datagrams.</summary>
    public static int SampleBytes { get; } = Parts.Sum(static part => Format(part, 1, 1000, 1000).Length);

    /// <summary>Sends, evenly over each interval.</summary>
    /// <returns>The number of datagrams.</returns>
    public async Task<long> SendAsync(TimeSpan duration)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        long sent = 0;
        for (long sample = 0; clock.Elapsed < duration;)
        {
            for (var due = _count * (clock.Elapsed / _interval); sample < due; sample++)
            {
                foreach (var part in Parts)
                {
                    await _socket.SendAsync(Encoding.UTF8.GetBytes(Format(
                        part, 1 + (int)(sample % _count), sample / _count, (int)_interval.TotalMilliseconds)));
                    sent++;
                }
            }

            await Task.Delay(Math.Max(1, (int)(_interval.TotalMilliseconds * BurstNodes / Math.Max(1, _count))));
        }

        return sent;
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private static string Format(CompositeFormat part, int node, long sequence, int interval) => string.Format(
        CultureInfo.InvariantCulture,
        part,
        node,
        sequence,
        sequence * 7919 % 1000,
        DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(),
        interval);
}
