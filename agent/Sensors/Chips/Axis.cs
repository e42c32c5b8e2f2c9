using System.Buffers.Binary;

namespace NodeTelemetry.Agent.Sensors.Chips;

/// <summary>One of three axes of a sensor.</summary>
internal static class Axis
{
    /// <summary>Converts a count.</summary>
    /// <param name="data">The count: signed, 16 bits, little-endian.</param>
    /// <param name="perCount">The quantity per count.</param>
    /// <returns><see langword="null"/> at the limits of the range, where the value is saturated.</returns>
    public static double? Value(ReadOnlySpan<byte> data, double perCount) =>
        BinaryPrimitives.ReadInt16LittleEndian(data) is var count and not (short.MinValue or short.MaxValue)
            ? count * perCount
            : null;
}
