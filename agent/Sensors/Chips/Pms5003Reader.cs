using System.Buffers.Binary;

namespace NodeTelemetry.Agent.Sensors.Chips;

/// <summary>Finds the frames of a PMS5003 in what comes over its line, in whatever pieces that is.</summary>
/// <remarks>
/// Shape: 42 4D, a length, that many bytes, of which the last two are the sum of all before.
/// After anything else the search goes on behind the two bytes of the header,
/// for a good frame may begin within a spoilt one. Answers to commands have the same shape with a length of 4,
/// and are passed over. Allocates: nothing.
/// </remarks>
internal sealed class Pms5003Reader
{
    private const int HeaderLength = 4;
    private const int DataLength = 28;
    private const int AnswerLength = 4;

    /// <summary>Two frames: what is kept is less than one, so that there is always room for one more.</summary>
    private readonly byte[] _bytes = new byte[2 * Pms5003Frame.Length];

    private int _count;

    /// <summary>Gets how many bytes have been passed over because they belong to no frame.</summary>
    public long BytesSkipped { get; private set; }

    /// <summary>Gets where the next bytes go, never nothing after all frames have been taken;
    /// then call <see cref="Advance"/>.</summary>
    public Span<byte> Free => _bytes.AsSpan(_count);

    private static ReadOnlySpan<byte> Start => [0x42, 0x4D];

    /// <summary>Says how many bytes have been put into <see cref="Free"/>.</summary>
    public void Advance(int count) => _count += count;

    /// <summary>Forgets what has come.</summary>
    public void Clear() => _count = 0;

    /// <summary>Takes the next frame.</summary>
    /// <returns>Whether there is a whole one.</returns>
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

            if (SumOf(whole[..^2]) != BinaryPrimitives.ReadUInt16BigEndian(whole[^2..]))
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

    private static ushort SumOf(ReadOnlySpan<byte> bytes)
    {
        var sum = 0;
        foreach (var value in bytes)
        {
            sum += value;
        }

        return (ushort)sum;
    }

    /// <summary>Counts what stands before the next header, or before what may be the first half of one.</summary>
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
