using System.Buffers.Binary;
using System.Numerics;

namespace NodeTelemetry.Collector.Storage.History;

/// <summary>Encodes cells as the body of a row, which <see cref="ChunkReader"/> reads.</summary>
/// <remarks>SCHEMA.md describes the form. Reused by one thread. Allocates nothing once its buffer has grown.</remarks>
internal sealed class ChunkEncoder
{
    private byte[] _buffer = new byte[1024];
    private int _length;

    /// <summary>Encodes all series.</summary>
    /// <returns>The body, valid until the next call; empty if there is no value.</returns>
    public ReadOnlySpan<byte> Encode(ChunkCells cells)
    {
        var series = cells.Sort();
        return Encode(cells, series);
    }

    /// <summary>Encodes some series.</summary>
    /// <param name="cells">All cells.</param>
    /// <param name="series">The series, in ascending order.</param>
    /// <returns>The body, valid until the next call; empty if there is no value.</returns>
    public ReadOnlySpan<byte> Encode(ChunkCells cells, params ReadOnlySpan<long> series)
    {
        var (first, end, samples) = FindExtent(cells, series);
        if (first == end)
        {
            return default;
        }

        _length = 0;
        Reserve(32);
        _buffer[_length++] = ChunkFormat.Version;
        Write((ulong)first);
        Write((ulong)(end - first));
        Write((ulong)samples);
        var previous = 0L;
        foreach (var one in series)
        {
            var column = cells.Get(one)[first..end];
            if (CountPresent(column) is var present and > 0)
            {
                Reserve(column.Length + (present * ChunkFormat.CellBytesMax) + 32);
                Write((ulong)(one - previous));
                previous = one;
                WriteColumn(column, present, samples);
            }
        }

        Reserve(sizeof(uint));
        BinaryPrimitives.WriteUInt32LittleEndian(
            _buffer.AsSpan(_length), ChunkFormat.Checksum(_buffer.AsSpan(0, _length)));
        _length += sizeof(uint);
        return _buffer.AsSpan(0, _length);
    }

    // The buckets with values, and the number of samples of the first cell, which most cells share.
    private static (int First, int End, long Samples) FindExtent(ChunkCells cells, ReadOnlySpan<long> series)
    {
        var (first, end, samples) = (cells.Width, 0, 0L);
        foreach (var one in series)
        {
            var column = cells.Get(one);
            for (var bucket = 0; bucket < column.Length; bucket++)
            {
                if (column[bucket].Count > 0)
                {
                    first = Math.Min(first, bucket);
                    end = Math.Max(end, bucket + 1);
                    samples = samples == 0 ? column[bucket].Count : samples;
                }
            }
        }

        return (Math.Min(first, end), end, samples);
    }

    private static int CountPresent(ReadOnlySpan<HistoryCell> column)
    {
        var present = 0;
        foreach (ref readonly var cell in column)
        {
            present += cell.Count > 0 ? 1 : 0;
        }

        return present;
    }

    /// <summary>Finds with how many decimals all numbers of a column are exact.</summary>
    /// <returns><see cref="ChunkFormat.IsDouble"/> if there is no such number.</returns>
    private static int FindDecimals(ReadOnlySpan<HistoryCell> column)
    {
        var decimals = 0;
        foreach (ref readonly var cell in column)
        {
            while (cell.Count > 0 && !IsExact(cell, decimals))
            {
                if (++decimals > ChunkFormat.DecimalsMax)
                {
                    return ChunkFormat.IsDouble;
                }
            }
        }

        // With more decimals a large number may no longer be exact.
        foreach (ref readonly var cell in column)
        {
            if (cell.Count > 0 && !IsExact(cell, decimals))
            {
                return ChunkFormat.IsDouble;
            }
        }

        return decimals;
    }

    private static bool IsExact(in HistoryCell cell, int decimals)
    {
        var power = ChunkFormat.Powers[decimals];
        return IsExact(cell.Low, power) && IsExact(cell.High, power) && cell.High >= cell.Low
            && IsNearlyWhole(cell.Sum * power);
    }

    private static bool IsExact(double value, double power)
    {
        var scaled = value * power;
        return Math.Abs(scaled) < ChunkFormat.ScaledMax && Math.Round(scaled) / power == value;
    }

    // The sum of numbers with as many decimals, but for the rounding of its additions.
    private static bool IsNearlyWhole(double sum) => Math.Abs(sum) < ChunkFormat.ScaledMax
        && Math.Abs(sum - Math.Round(sum)) <= 1e-3 + (Math.Abs(sum) * 1e-12);

    private void WriteColumn(ReadOnlySpan<HistoryCell> column, int present, long samples)
    {
        var decimals = FindDecimals(column);
        var hasGaps = present < column.Length;
        var hasCounts = false;
        foreach (ref readonly var cell in column)
        {
            hasCounts |= cell.Count > 0 && cell.Count != samples;
        }

        _buffer[_length++] = (byte)(
            decimals | (hasGaps ? ChunkFormat.HasGaps : 0) | (hasCounts ? ChunkFormat.HasCounts : 0));
        if (hasGaps)
        {
            WritePresence(column);
        }

        var previous = 0L;
        foreach (ref readonly var cell in column)
        {
            if (cell.Count > 0)
            {
                if (hasCounts)
                {
                    Write((ulong)cell.Count);
                }

                if (decimals == ChunkFormat.IsDouble)
                {
                    WriteDoubles(cell);
                }
                else
                {
                    WriteScaled(cell, ChunkFormat.Powers[decimals], ref previous);
                }
            }
        }
    }

    private void WritePresence(ReadOnlySpan<HistoryCell> column)
    {
        for (var bucket = 0; bucket < column.Length; bucket += 8)
        {
            var bits = 0;
            for (var bit = 0; bit < 8 && bucket + bit < column.Length; bit++)
            {
                bits |= column[bucket + bit].Count > 0 ? 1 << bit : 0;
            }

            _buffer[_length++] = (byte)bits;
        }
    }

    // Of a single sample all numbers are the same, and of equal ones.
    private void WriteScaled(in HistoryCell cell, double power, ref long previous)
    {
        var low = (long)Math.Round(cell.Low * power);
        var change = low - previous;
        Write((ulong)((change << 1) ^ (change >> 63)));
        previous = low;
        if (cell.Count > 1)
        {
            var range = (long)Math.Round(cell.High * power) - low;
            Write((ulong)range);
            if (range > 0)
            {
                var sum = Math.Round(cell.Sum * power) - ((double)low * cell.Count);
                Write((ulong)Math.Clamp(sum, 0, (double)range * cell.Count));
            }
        }
    }

    private void WriteDoubles(in HistoryCell cell)
    {
        Write(cell.Low);
        if (cell.Count > 1)
        {
            Write(cell.Mean);
            Write(cell.High);
        }
    }

    private void Write(double value)
    {
        BinaryPrimitives.WriteDoubleLittleEndian(_buffer.AsSpan(_length), value);
        _length += sizeof(double);
    }

    private void Write(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            _buffer[_length++] = (byte)(value | 0x80);
        }

        _buffer[_length++] = (byte)value;
    }

    private void Reserve(int length)
    {
        if (_buffer.Length - _length < length)
        {
            Array.Resize(ref _buffer, (int)BitOperations.RoundUpToPowerOf2((uint)(_length + length)));
        }
    }
}
