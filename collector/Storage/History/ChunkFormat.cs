using System.Buffers.Binary;
using System.Numerics;

namespace NodeTelemetry.Collector.Storage.History;

/// <summary>The numbers of the form in which cells are stored; SCHEMA.md describes it.</summary>
internal static class ChunkFormat
{
    /// <summary>The first byte of a body.</summary>
    public const byte Version = 1;

    /// <summary>The numbers of a column are doubles, in place of a number of decimals.</summary>
    public const int IsDouble = 15;

    /// <summary>The bits of the number of decimals.</summary>
    public const int DecimalsMask = 15;

    /// <summary>A column has buckets without a value.</summary>
    public const int HasGaps = 16;

    /// <summary>A column has cells with another number of samples than the body says.</summary>
    public const int HasCounts = 32;

    /// <summary>The most decimals; wire numbers have up to 4.</summary>
    public const int DecimalsMax = 9;

    /// <summary>The limit of a scaled number: below it every whole number is a double.</summary>
    public const double ScaledMax = 9e15;

    /// <summary>The most bytes of a cell: the number of samples, and three doubles or varints of as much.</summary>
    public const int CellBytesMax = 4 * 10;

    /// <summary>The time of a row of <c>history_chunk</c> in seconds: the usual period of the checkpoints.</summary>
    private const long ChunkSeconds = 60;

    /// <summary>The buckets in a row of <c>history_column</c>, or a few less.</summary>
    private const int SpanBuckets = 32;

    private static readonly double[] PowersOfTen = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];

    /// <summary>Gets the powers of ten.</summary>
    public static ReadOnlySpan<double> Powers => PowersOfTen;

    /// <summary>Gets the number of buckets in a row of <c>history_chunk</c>.</summary>
    /// <param name="step">The width of a bucket in seconds.</param>
    public static int ChunkWidth(long step) => (int)Math.Max(1, ChunkSeconds / step);

    /// <summary>Gets the number of buckets in a row of <c>history_column</c>: those of some whole chunks.</summary>
    /// <param name="step">The width of a bucket in seconds.</param>
    public static int SpanWidth(long step) => ChunkWidth(step) * Math.Max(1, SpanBuckets / ChunkWidth(step));

    /// <summary>Gets the start of the row of <c>history_chunk</c> that holds a time.</summary>
    public static long ChunkStart(long step, long time) => Floor(time, step * ChunkWidth(step));

    /// <summary>Gets the start of the row of <c>history_column</c> that holds a time.</summary>
    public static long SpanStart(long step, long time) => Floor(time, step * SpanWidth(step));

    /// <summary>Computes the last four bytes of a body: CRC-32C of all others.</summary>
    public static uint Checksum(ReadOnlySpan<byte> body)
    {
        var sum = uint.MaxValue;
        for (; body.Length >= sizeof(ulong); body = body[sizeof(ulong)..])
        {
            sum = BitOperations.Crc32C(sum, BinaryPrimitives.ReadUInt64LittleEndian(body));
        }

        foreach (var last in body)
        {
            sum = BitOperations.Crc32C(sum, last);
        }

        return ~sum;
    }

    private static long Floor(long time, long width) => time - (((time % width) + width) % width);
}
