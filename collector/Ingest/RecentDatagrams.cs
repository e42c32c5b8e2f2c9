using System.Buffers.Binary;
using System.Globalization;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Collector.Ingest;

/// <summary>The datagrams that were accepted last, by a hash of all their bytes:
/// the copy that arrives over another interface or address family is recognised without being read.
/// For the thread that has the turn.</summary>
/// <remarks>
/// Direct-mapped: a collision forgets the older datagram, whose copy is then read as usual.
/// The hash has a random key, so no sender can construct another datagram with the hash of a known one.
/// </remarks>
internal sealed class RecentDatagrams
{
    /// <summary>Places at first: enough for a small cluster, 8 kB.</summary>
    private const int CountMin = 256;

    /// <summary>Maximum places: 10 000 nodes with two datagrams each, 1 MB.</summary>
    private const int CountMax = 32_768;

    private const int StepBytes = 2 * sizeof(ulong);

    private readonly ulong _first;
    private readonly ulong _second;
    private Place[] _places = new Place[CountMin];

    /// <summary>Initializes a new instance of the <see cref="RecentDatagrams"/> class.</summary>
    public RecentDatagrams()
    {
        // The kernel's random numbers, of which these bytes of a GUID consist: RandomNumberGenerator loads OpenSSL.
        // Six bits of a GUID are fixed, which leaves 122.
        Span<byte> key = stackalloc byte[StepBytes];
        Guid.NewGuid().TryWriteBytes(key);
        _first = BinaryPrimitives.ReadUInt64LittleEndian(key) | 1;
        _second = BinaryPrimitives.ReadUInt64LittleEndian(key[sizeof(ulong)..]) | 1;
    }

    /// <summary>Computes the hash of a datagram.</summary>
    public ulong Hash(ReadOnlySpan<byte> datagram)
    {
        var hash = _first ^ (ulong)datagram.Length;
        var rest = datagram;
        while (rest.Length >= StepBytes)
        {
            hash = Mix(hash, rest);
            rest = rest[StepBytes..];
        }

        Span<byte> last = stackalloc byte[StepBytes];
        last.Clear();
        rest.CopyTo(last);
        return Mix(hash, last);
    }

    /// <summary>Finds a datagram that was accepted.</summary>
    /// <returns><see langword="false"/> if there is none with this hash.</returns>
    public bool TryFind(ulong hash, out ulong node, out uint run, out long sequence)
    {
        (var known, node, run, sequence) = _places[(int)(hash & (ulong)(_places.Length - 1))];
        return known == hash;
    }

    /// <summary>Adds a datagram that was accepted.</summary>
    public void Add(ulong hash, SampleHeader header)
    {
        if (TryReadNode(header.Node, out var node))
        {
            _places[(int)(hash & (ulong)(_places.Length - 1))] = new Place(hash, node, header.Run, header.Sequence);
        }
    }

    /// <summary>Makes room for the datagrams of this number of nodes.</summary>
    public void Fit(int nodes)
    {
        if (_places.Length < CountMax && _places.Length < 2 * nodes)
        {
            _places = new Place[2 * _places.Length];
        }
    }

    private ulong Mix(ulong hash, ReadOnlySpan<byte> step)
    {
        var high = Math.BigMul(
            BinaryPrimitives.ReadUInt64LittleEndian(step) ^ hash,
            BinaryPrimitives.ReadUInt64LittleEndian(step[sizeof(ulong)..]) ^ _second,
            out var low);
        return high ^ low ^ _first;
    }

    private static bool TryReadNode(string digits, out ulong node) =>
        ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out node);

    // Without references: the garbage collector would look through the whole table many times a second.
    private readonly record struct Place(ulong Hash, ulong Node, uint Run, long Sequence);
}
