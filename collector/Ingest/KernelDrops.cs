using System.Buffers.Text;
using NodeTelemetry.Collector.Diagnostics;

namespace NodeTelemetry.Collector.Ingest;

/// <summary>Counts the datagrams that the kernel dropped because a receive buffer was full.</summary>
/// <remarks>
/// Source: <c>/proc/net/udp</c> and <c>udp6</c>, last column, which counts from the opening of the socket.
/// </remarks>
internal sealed partial class KernelDrops(
    string procRoot, IReadOnlySet<int> ports, CollectorMetrics metrics, ILogger logger)
{
    private static readonly string[] Files = ["net/udp", "net/udp6"];

    private long _counted;
    private bool _isLogged;

    /// <summary>Reads the kernel's counters and adds their increase. Missing files add nothing.</summary>
    public void Update()
    {
        long drops = 0;
        foreach (var path in Files.Select(file => Path.Combine(procRoot, file)).Where(File.Exists))
        {
            try
            {
                drops += Sum(File.ReadAllBytes(path), ports);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                // It is read again next time. A sum without it is below the previous one and adds nothing.
                if (!_isLogged)
                {
                    _isLogged = true;
                    Log.Unreadable(logger, path, error.Message);
                }
            }
        }

        if (drops > _counted)
        {
            metrics.DatagramsDropped[DropReason.KernelBufferFull].Inc(drops - _counted);
            _counted = drops;
        }
    }

    /// <summary>Sums the drops of all sockets bound to one of <paramref name="ports"/>.</summary>
    /// <remarks>
    /// Shape: a heading, then lines <c>sl local_address rem_address …</c> with 13 fields;
    /// the local address ends in <c>:</c> and the port in hexadecimal. Lines of another shape are skipped.
    /// </remarks>
    internal static long Sum(ReadOnlySpan<byte> text, IReadOnlySet<int> ports)
    {
        long sum = 0;
        foreach (var range in text.Split((byte)'\n'))
        {
            var line = text[range].Trim((byte)' ');
            var local = Field(line, 1);
            var colon = local.LastIndexOf((byte)':');
            if (colon >= 0
                && Utf8Parser.TryParse(local[(colon + 1)..], out int port, out _, 'x')
                && ports.Contains(port)
                && Utf8Parser.TryParse(Field(line, 12), out long drops, out _))
            {
                sum += drops;
            }
        }

        return sum;
    }

    private static ReadOnlySpan<byte> Field(ReadOnlySpan<byte> line, int index)
    {
        while (true)
        {
            var end = line.IndexOf((byte)' ');
            if (index == 0)
            {
                return end < 0 ? line : line[..end];
            }

            if (end < 0)
            {
                return [];
            }

            line = line[end..].TrimStart((byte)' ');
            index--;
        }
    }
}
