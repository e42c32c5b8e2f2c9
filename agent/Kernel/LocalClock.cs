using System.Buffers.Binary;

namespace NodeTelemetry.Agent.Kernel;

/// <summary>The local time of day.</summary>
/// <remarks>Uses the C library, because the framework would load the complete history of the time zone.</remarks>
internal static class LocalClock
{
    /// <summary>More than the size of <c>struct tm</c>.</summary>
    private const int StructureBytes = 64;

    /// <summary>Gets the local time of day.</summary>
    public static TimeOnly Read(DateTimeOffset now)
    {
        // struct tm starts with seconds, minutes and hours, each an int.
        Span<byte> parts = stackalloc byte[StructureBytes];
        parts.Clear();
        _ = LibC.LocalTime((nint)now.ToUnixTimeSeconds(), parts);
        return new TimeOnly(
            BinaryPrimitives.ReadInt32LittleEndian(parts[8..]), BinaryPrimitives.ReadInt32LittleEndian(parts[4..]));
    }
}
