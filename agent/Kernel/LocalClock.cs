using System.Buffers.Binary;

namespace NodeTelemetry.Agent.Kernel;

/// <summary>The time of day at this node.</summary>
/// <remarks>By the C library, because the framework would load the whole history of the time zone.</remarks>
internal static class LocalClock
{
    /// <summary>Bytes of <c>struct tm</c>, and more.</summary>
    private const int StructureBytes = 64;

    /// <summary>Gets it.</summary>
    public static TimeOnly Read(DateTimeOffset now)
    {
        // struct tm begins with seconds, minutes and hours, each an int.
        Span<byte> parts = stackalloc byte[StructureBytes];
        parts.Clear();
        _ = LibC.LocalTime((nint)now.ToUnixTimeSeconds(), parts);
        return new TimeOnly(
            BinaryPrimitives.ReadInt32LittleEndian(parts[8..]), BinaryPrimitives.ReadInt32LittleEndian(parts[4..]));
    }
}
