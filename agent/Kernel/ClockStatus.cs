using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace NodeTelemetry.Agent.Kernel;

/// <summary>The kernel's clock discipline status.</summary>
/// <remarks>Source: adjtimex(2). Shape: machine words modes, offset, freq, maxerror, esterror, status.</remarks>
/// <param name="IsSynchronised">Whether STA_UNSYNC is not set.</param>
/// <param name="OffsetSeconds">The remaining offset.</param>
/// <param name="ErrorMaxSeconds">The maximum error.</param>
internal readonly record struct ClockStatus(bool IsSynchronised, double OffsetSeconds, double ErrorMaxSeconds)
{
    /// <summary>More than the size of the structure: 208 bytes on 64-bit machines, 128 on 32-bit ones.</summary>
    public const int StructureBytes = 256;

    private const int OffsetWord = 1;
    private const int ErrorMaxWord = 3;
    private const int StatusWord = 5;

    /// <summary>STA_UNSYNC.</summary>
    private const int Unsynchronised = 0x40;

    /// <summary>STA_NANO: the offset is in nanoseconds, not microseconds.</summary>
    private const int Nanoseconds = 0x2000;

    /// <summary>Queries the kernel.</summary>
    /// <returns><see langword="false"/> if the call fails: a system call filter may forbid it.</returns>
    public static bool TryRead(IKernelCalls calls, out ClockStatus status)
    {
        Span<byte> timex = stackalloc byte[StructureBytes];
        timex.Clear();
        var isAnswered = calls.AdjustTime(timex) >= 0;
        status = isAnswered ? Parse(timex, nint.Size) : default;
        return isAnswered;
    }

    /// <summary>Parses the structure.</summary>
    /// <param name="timex">The structure.</param>
    /// <param name="wordBytes">The size of a machine word: 4 or 8.</param>
    public static ClockStatus Parse(ReadOnlySpan<byte> timex, int wordBytes)
    {
        var flags = MemoryMarshal.Read<int>(timex[(StatusWord * wordBytes)..]);
        var offset = Word(timex, OffsetWord, wordBytes);
        return new ClockStatus(
            (flags & Unsynchronised) == 0,
            offset / ((flags & Nanoseconds) != 0 ? 1e9 : 1e6),
            Word(timex, ErrorMaxWord, wordBytes) / 1e6);
    }

    private static double Word(ReadOnlySpan<byte> timex, int index, int wordBytes) =>
        wordBytes == sizeof(long)
            ? BinaryPrimitives.ReadInt64LittleEndian(timex[(index * wordBytes)..])
            : BinaryPrimitives.ReadInt32LittleEndian(timex[(index * wordBytes)..]);
}
