using System.Buffers.Binary;

namespace NodeTelemetry.Collector.Storage.History;

/// <summary>Reads a body that <c>ChunkEncoder</c> wrote, series by series.</summary>
/// <remarks>A damaged body is an <see cref="InvalidDataException"/>. Allocates nothing.</remarks>
internal ref struct ChunkReader
{
    private const int BucketsMax = 1 << 16;

    private readonly ReadOnlySpan<byte> _body;
    private readonly long _samples;
    private int _position;

    /// <summary>Initializes a new instance of the <see cref="ChunkReader"/> struct.</summary>
    /// <exception cref="InvalidDataException">The body is damaged, or of another version.</exception>
    public ChunkReader(ReadOnlySpan<byte> body)
    {
        if (body.Length < sizeof(uint) + 1
            || BinaryPrimitives.ReadUInt32LittleEndian(body[^sizeof(uint)..])
                != ChunkFormat.Checksum(body[..^sizeof(uint)]))
        {
            throw new InvalidDataException("The checksum is wrong.");
        }

        _body = body[..^sizeof(uint)];
        if (_body[0] != ChunkFormat.Version)
        {
            throw new InvalidDataException($"The form {_body[0]} is unknown.");
        }

        _position = 1;
        var (first, count) = (ReadNumber(), ReadNumber());
        if (first + count is < 0 or > BucketsMax || first < 0 || count < 0)
        {
            throw new InvalidDataException($"There are buckets from {first} on, {count} of them.");
        }

        (First, Count) = ((int)first, (int)count);
        _samples = ReadNumber();
    }

    /// <summary>Gets the first bucket.</summary>
    public int First { get; }

    /// <summary>Gets the number of buckets.</summary>
    public int Count { get; }

    /// <summary>Gets the series that <see cref="ReadColumn"/> reads.</summary>
    public long Series { get; private set; }

    /// <summary>Goes to the next series, whose column has to be read next.</summary>
    /// <returns>Whether there is one.</returns>
    public bool MoveNext()
    {
        if (_position == _body.Length)
        {
            return false;
        }

        Series += ReadNumber();
        return true;
    }

    /// <summary>Reads the column of the current series.</summary>
    /// <param name="cells">Receives a cell for each of <see cref="Count"/> buckets.</param>
    public void ReadColumn(Span<HistoryCell> cells)
    {
        var header = ReadByte();
        var presence = default(ReadOnlySpan<byte>);
        if ((header & ChunkFormat.HasGaps) != 0)
        {
            presence = Take((Count + 7) / 8);
        }

        var decimals = header & ChunkFormat.DecimalsMask;
        if (decimals is > ChunkFormat.DecimalsMax and not ChunkFormat.IsDouble)
        {
            throw new InvalidDataException($"There are {decimals} decimals.");
        }

        var hasCounts = (header & ChunkFormat.HasCounts) != 0;
        var previous = 0L;
        for (var bucket = 0; bucket < Count; bucket++)
        {
            if (!presence.IsEmpty && (presence[bucket / 8] & (1 << (bucket % 8))) == 0)
            {
                cells[bucket] = default;
                continue;
            }

            var samples = hasCounts ? ReadNumber() : _samples;
            cells[bucket] = decimals == ChunkFormat.IsDouble
                ? ReadDoubles(samples)
                : ReadScaled(samples, ChunkFormat.Powers[decimals], ref previous);
        }
    }

    private HistoryCell ReadScaled(long samples, double power, ref long previous)
    {
        var change = unchecked((ulong)ReadNumber());
        previous += (long)(change >> 1) ^ -(long)(change & 1);
        var low = previous / power;
        if (samples <= 1)
        {
            return new HistoryCell { Low = low, High = low, Sum = low, Count = samples };
        }

        var range = ReadNumber();
        var sum = ((double)previous * samples) + (range > 0 ? ReadNumber() : 0);
        return new HistoryCell
        {
            Low = low,
            High = (previous + range) / power,
            Sum = sum / power,
            Count = samples,
        };
    }

    private HistoryCell ReadDoubles(long samples)
    {
        var low = ReadDouble();
        return samples <= 1
            ? new HistoryCell { Low = low, High = low, Sum = low, Count = samples }
            : new HistoryCell { Low = low, Sum = ReadDouble() * samples, High = ReadDouble(), Count = samples };
    }

    private double ReadDouble() => BinaryPrimitives.ReadDoubleLittleEndian(Take(sizeof(double)));

    private byte ReadByte() => Take(1)[0];

    private ReadOnlySpan<byte> Take(int length)
    {
        if (_body.Length - _position < length)
        {
            throw new InvalidDataException("It ends too early.");
        }

        var taken = _body.Slice(_position, length);
        _position += length;
        return taken;
    }

    private long ReadNumber()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = ReadByte();
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return unchecked((long)value);
            }
        }

        throw new InvalidDataException("A number is too long.");
    }
}
