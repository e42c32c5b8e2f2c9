using System.Globalization;
using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Protocol.Catalog.Sections;

namespace NodeTelemetry.Agent.Samplers.Network;

/// <summary>Losses of TCP and of receive queues, tracked connections and the NFS client.</summary>
/// <remarks>Source: <c>/proc/net/snmp</c>, <c>/proc/net/netstat</c>, <c>/proc/net/softnet_stat</c>,
/// <c>/proc/net/rpc/nfs</c>, nf_conntrack-sysctl.rst. Cost: six reads in <see cref="Period"/>,
/// because the kernel adds up the counters of all cores.</remarks>
internal sealed class ProtocolsSampler(KernelRoots roots, TimeProvider time) : ISampler, IDisposable
{
    /// <summary>The counters say whether something is wrong, not when exactly it happened.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    /// <summary>Column of the drops and of the squeezes in softnet_stat.</summary>
    private const int DropsColumn = 1;
    private const int SqueezesColumn = 2;

    /// <summary>netstat has some 3 KB; softnet_stat some 100 bytes for each core.</summary>
    private readonly byte[] _buffer = new byte[32 * 1024];
    private readonly Cadence _cadence = new(Period, time);
    private readonly KernelFile _snmp = new(roots.NetworkFile("snmp"));
    private readonly KernelFile _netstat = new(roots.NetworkFile("netstat"));
    private readonly KernelFile _softnet = new(roots.NetworkFile("softnet_stat"));
    private readonly KernelFile _nfs = new(roots.NetworkFile("rpc/nfs"));
    private readonly KernelFile? _tracked = Tracked(roots, "count");
    private readonly KernelFile? _trackedMax = Tracked(roots, "max");
    private double? _established;
    private double? _retransmitted;
    private double? _listenDrops;
    private (double Drops, double Squeezes)? _queues;
    private double? _connections;
    private double? _connectionsMax;
    private (double Calls, double Retransmitted)? _calls;

    /// <inheritdoc/>
    public string Name => "protocols";

    /// <summary>Parses one number of a file whose lines are pairs: names, then values.</summary>
    /// <remarks>Source: Documentation/networking/snmp_counter.rst. Shape: <c>Tcp: RtoAlgorithm … RetransSegs</c>,
    /// then <c>Tcp: 1 … 57</c>. Allocates: nothing.</remarks>
    /// <param name="text">The whole file.</param>
    /// <param name="protocol">The first word of the lines.</param>
    /// <param name="name">The name of the number.</param>
    public static double? ParsePair(ReadOnlySpan<byte> text, ReadOnlySpan<byte> protocol, ReadOnlySpan<byte> name)
    {
        var lines = new AsciiReader(text);
        while (lines.TryReadLine(out var heading))
        {
            var names = new AsciiReader(heading);
            if (!names.TryReadWord(out var first) || !first.SequenceEqual(protocol) || !lines.TryReadLine(out var line))
            {
                continue;
            }

            var values = new AsciiReader(line);
            values.TryReadWord(out _);
            while (names.TryReadWord(out var word) && values.TryReadWord(out var value))
            {
                if (word.SequenceEqual(name))
                {
                    return new AsciiReader(value).TryReadInteger(out var number) ? number : null;
                }
            }
        }

        return null;
    }

    /// <summary>Parses softnet_stat.</summary>
    /// <remarks>Source: softnet_seq_show in net/core/net-procfs.c. Shape: a line of hexadecimal numbers for each core:
    /// packets, drops, squeezes. Allocates: nothing.</remarks>
    public static (double Drops, double Squeezes)? ParseQueues(ReadOnlySpan<byte> text)
    {
        (double Drops, double Squeezes) sum = default;
        var hasLine = false;
        var lines = new AsciiReader(text);
        while (lines.TryReadLine(out var line))
        {
            var words = new AsciiReader(line);
            for (var column = 0; column <= SqueezesColumn && words.TryReadWord(out var word); column++)
            {
                if (!uint.TryParse(
                    word, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number))
                {
                    return null;
                }

                sum.Drops += column == DropsColumn ? number : 0;
                sum.Squeezes += column == SqueezesColumn ? number : 0;
                hasLine |= column == SqueezesColumn;
            }
        }

        return hasLine ? sum : null;
    }

    /// <summary>Parses the calls of the NFS client.</summary>
    /// <remarks>Source: rpc_proc_show in net/sunrpc/stats.c. Shape: a line <c>rpc 1200 3 0</c>: calls, retransmissions.
    /// Allocates: nothing.</remarks>
    public static (double Calls, double Retransmitted)? ParseCalls(ReadOnlySpan<byte> text)
    {
        var lines = new AsciiReader(text);
        while (lines.TryReadLine(out var line))
        {
            var words = new AsciiReader(line);
            if (words.TryReadWord(out var name) && name.SequenceEqual("rpc"u8))
            {
                return words.TryReadInteger(out var calls) && words.TryReadInteger(out var repeated)
                    ? (calls, repeated)
                    : null;
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public SampleOutcome Sample(SnapshotBuilder into)
    {
        if (_cadence.IsDue())
        {
            Read();
        }

        into.Set(ProtocolsSection.Established, _established);
        into.Set(ProtocolsSection.Retransmitted, _retransmitted);
        into.Set(ProtocolsSection.ListenDrops, GetNonZero(_listenDrops));
        into.Set(ProtocolsSection.SoftnetDrops, GetNonZero(_queues?.Drops));
        into.Set(ProtocolsSection.SoftnetSqueezes, GetNonZero(_queues?.Squeezes));
        into.Set(ProtocolsSection.Tracked, _connections);
        into.Set(ProtocolsSection.TrackedMax, _connectionsMax);
        into.Set(ProtocolsSection.NfsCalls, GetNonZero(_calls?.Calls));
        into.Set(ProtocolsSection.NfsRetransmitted, GetNonZero(_calls?.Retransmitted));
        return _established is null && _queues is null && _connections is null && _calls is null
            ? SampleOutcome.NoData
            : SampleOutcome.Ok;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var file in (KernelFile?[])[_snmp, _netstat, _softnet, _nfs, _tracked, _trackedMax])
        {
            file?.Dispose();
        }
    }

    private static double? GetNonZero(double? value) => value > 0 ? value : null;

    private void Read()
    {
        var text = ReadAll(_snmp);
        _established = ParsePair(text, "Tcp:"u8, "CurrEstab"u8);
        _retransmitted = ParsePair(text, "Tcp:"u8, "RetransSegs"u8);
        _listenDrops = ParsePair(ReadAll(_netstat), "TcpExt:"u8, "ListenDrops"u8);
        _queues = ParseQueues(ReadAll(_softnet));
        _calls = ParseCalls(ReadAll(_nfs));
        _connections = ReadNumber(_tracked);
        _connectionsMax = ReadNumber(_trackedMax);
    }

    private ReadOnlySpan<byte> ReadAll(KernelFile file) =>
        file.ReadAll(_buffer, out var length) == FileOutcome.Ok ? _buffer.AsSpan(0, length) : default;

    private double? ReadNumber(KernelFile? file) =>
        file is not null && new AsciiReader(ReadAll(file)).TryReadInteger(out var number) ? number : null;

    /// <summary>Gets a file below <c>/proc/sys/net</c>, which always shows the network of the reader.</summary>
    private static KernelFile? Tracked(KernelRoots roots, string name) =>
        roots.IsNetworkOwn ? new KernelFile(roots.ProcFile("sys/net/netfilter/nf_conntrack_" + name)) : null;
}
