using System.Buffers.Binary;

namespace NodeTelemetry.Agent.Sensors.Chips;

/// <summary>Finds the frames of a PMS5003 in a byte stream that arrives in arbitrary pieces.</summary>
/// <remarks>
/// Shape: 42 4D, a length, that many bytes, of which the last two are the sum of all bytes before.
/// After a damaged frame the search continues behind its header, because a valid frame may start within it.
/// Replies to commands have the same shape with a length of 4 and are skipped. Allocates: nothing.
/// </remarks>
internal sealed class Pms5003Reader
{
    private const int HeaderLength = 4;
    private const int DataLength = 28;
    private const int AnswerLength = 4;

    /// <summary>Two frames: less than one is kept, so there is always room for another.</summary>
    private readonly byte[] _bytes = new byte[2 * Pms5003Frame.Length];

    private int _count;

    /// <summary>Gets the number of bytes that were skipped because they belong to no frame.</summary>
    public long BytesSkipped { get; private set; }

    /// <summary>Gets the buffer for the next bytes, never empty once all frames have been taken.
    /// Call <see cref="Advance"/> after filling it.</summary>
    public Span<byte> Free => _bytes.AsSpan(_count);

    private static ReadOnlySpan<byte> Start => [0x42, 0x4D];

    /// <summary>Reports the number of bytes written to <see cref="Free"/>.</summary>
    public void Advance(int count) => _count += count;

    /// <summary>Discards all bytes.</summary>
    public void Clear() => _count = 0;

    /// <summary>Takes the next frame.</summary>
    /// <returns>Whether there is a complete frame.</returns>
    public bool TryTake(out Pms5003Frame frame)
    {
        while (true)
        {
            Skip(GarbageLength());
            if (_count < HeaderLength)
            {
                frame = default;
                return false;
            }

            var length = BinaryPrimitives.ReadUInt16BigEndian(_bytes.AsSpan(2));
            if (length is not (DataLength or AnswerLength))
            {
                Skip(Start.Length);
                continue;
            }

            var whole = _bytes.AsSpan(0, HeaderLength + length);
            if (_count < whole.Length)
            {
                frame = default;
                return false;
            }

            if (Sum(whole[..^2]) != BinaryPrimitives.ReadUInt16BigEndian(whole[^2..]))
            {
                Skip(Start.Length);
                continue;
            }

            frame = length == DataLength ? Pms5003Frame.Parse(whole) : default;
            Remove(whole.Length);
            if (length == DataLength)
            {
                return true;
            }
        }
    }

    private static ushort Sum(ReadOnlySpan<byte> bytes)
    {
        var sum = 0;
        foreach (var value in bytes)
        {
            sum += value;
        }

        return (ushort)sum;
    }

    /// <summary>Counts the bytes before the next header, or before a possible first half of one.</summary>
    private int GarbageLength()
    {
        var bytes = _bytes.AsSpan(0, _count);
        var start = bytes.IndexOf(Start);
        return start >= 0 ? start
            : _count > 0 && bytes[^1] == Start[0] ? _count - 1
            : _count;
    }

    private void Skip(int count)
    {
        BytesSkipped += count;
        Remove(count);
    }

    private void Remove(int count)
    {
        _bytes.AsSpan(count, _count - count).CopyTo(_bytes);
        _count -= count;
    }
}
