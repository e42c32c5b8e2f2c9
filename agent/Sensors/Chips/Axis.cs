using System.Buffers.Binary;

namespace NodeTelemetry.Agent.Sensors.Chips;

/// <summary>One of three axes of a sensor.</summary>
internal static class Axis
{
    /// <summary>Gets its value.</summary>
    /// <param name="data">The count, 16 bits with sign, the lower byte first.</param>
    /// <param name="perCount">What a count is.</param>
    /// <returns><see langword="null"/> at the ends of the range, where it may be any more.</returns>
    public static double? Value(ReadOnlySpan<byte> data, double perCount) =>
        BinaryPrimitives.ReadInt16LittleEndian(data) is var count and not (short.MinValue or short.MaxValue)
            ? count * perCount
            : null;
}
