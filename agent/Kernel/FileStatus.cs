using System.Runtime.InteropServices;
using System.Text;

namespace NodeTelemetry.Agent.Kernel;

/// <summary>The identity and permissions of a file.</summary>
/// <remarks>Source: statx(2), whose structure does not depend on the architecture, unlike that of stat(2).</remarks>
/// <param name="DeviceMajor">Major number of the file system's device.</param>
/// <param name="DeviceMinor">Minor number of the file system's device.</param>
/// <param name="Inode">Inode number.</param>
/// <param name="OwnerId">The owner.</param>
/// <param name="GroupId">The group.</param>
/// <param name="Mode">File type and permission bits.</param>
internal readonly record struct FileStatus(
    uint DeviceMajor, uint DeviceMinor, ulong Inode, uint OwnerId, uint GroupId, ushort Mode)
{
    private const int CurrentFolder = -100;
    private const uint BasicStatus = 0x7ff;
    private const int StatusBytes = 256;
    private const int OwnerIdOffset = 20;
    private const int GroupIdOffset = 24;
    private const int ModeOffset = 28;
    private const int InodeOffset = 32;
    private const int LengthOffset = 40;
    private const int WrittenSecondsOffset = 112;
    private const int WrittenNanosecondsOffset = 120;
    private const int DeviceMajorOffset = 136;
    private const int DeviceMinorOffset = 140;

    /// <summary>Gets the length in bytes.</summary>
    public long Length { get; init; }

    /// <summary>Gets the modification time in nanoseconds since the Unix epoch.</summary>
    public long WrittenNanoseconds { get; init; }

    /// <summary>Reads the status of a file; follows links.</summary>
    /// <returns><see langword="false"/> if the file does not exist or is not accessible.</returns>
    public static bool TryRead(string path, out FileStatus status) =>
        TryRead(Encoding.UTF8.GetBytes(path + '\0'), out status);

    /// <summary>Reads the status of a file by a NUL-terminated path. Allocates: nothing.</summary>
    public static bool TryRead(ReadOnlySpan<byte> path, out FileStatus status)
    {
        status = default;
        Span<byte> buffer = stackalloc byte[StatusBytes];
        if (LibC.ReadStatus(CurrentFolder, path, 0, BasicStatus, buffer) != 0)
        {
            return false;
        }

        status = new FileStatus(
            MemoryMarshal.Read<uint>(buffer[DeviceMajorOffset..]),
            MemoryMarshal.Read<uint>(buffer[DeviceMinorOffset..]),
            MemoryMarshal.Read<ulong>(buffer[InodeOffset..]),
            MemoryMarshal.Read<uint>(buffer[OwnerIdOffset..]),
            MemoryMarshal.Read<uint>(buffer[GroupIdOffset..]),
            MemoryMarshal.Read<ushort>(buffer[ModeOffset..]))
        {
            Length = MemoryMarshal.Read<long>(buffer[LengthOffset..]),
            WrittenNanoseconds = unchecked(
                (MemoryMarshal.Read<long>(buffer[WrittenSecondsOffset..]) * 1_000_000_000)
                + MemoryMarshal.Read<uint>(buffer[WrittenNanosecondsOffset..])),
        };
        return true;
    }
}
