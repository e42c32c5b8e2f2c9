using System.Buffers.Binary;
using System.Numerics;

namespace NodeTelemetry.Collector.Storage.Outbox;

/// <summary>
/// The checksum of a batch, which SQLite has not: tells whether a row is what was written, without unpacking it.
/// </summary>
/// <remarks>CRC-32C, for which processors have an instruction: 25 µs for a body of 230 kB, where unpacking takes a
/// hundred times that.</remarks>
internal static class BatchChecksum
{
    /// <summary>Computes it of all that a batch is sent and counted by.</summary>
    public static uint Compute(int documents, bool isCompressed, ReadOnlySpan<byte> body)
    {
        var sum = BitOperations.Crc32C(uint.MaxValue, ((ulong)(uint)documents << 1) | (isCompressed ? 1UL : 0UL));
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
}
