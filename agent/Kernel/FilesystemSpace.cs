using System.Runtime.InteropServices;

namespace NodeTelemetry.Agent.Kernel;

/// <summary>The size and free space of a file system.</summary>
/// <remarks>Source: statvfs(3). Shape: two machine words (block sizes), then 64-bit counts.</remarks>
/// <param name="BlockBytes">The size of a block.</param>
/// <param name="Blocks">Total blocks.</param>
/// <param name="BlocksFree">Free blocks.</param>
/// <param name="BlocksAvailable">Free blocks for unprivileged users.</param>
/// <param name="Inodes">Total inodes; 0 if there is no limit.</param>
/// <param name="InodesFree">Free inodes.</param>
internal readonly record struct FilesystemSpace(
    ulong BlockBytes, ulong Blocks, ulong BlocksFree, ulong BlocksAvailable, ulong Inodes, ulong InodesFree)
{
    /// <summary>More than the size of the structure.</summary>
    private const int StructureBytes = 256;

    /// <summary>Gets the utilization as in <c>df</c>: the used share of what unprivileged users can use;
    /// <see langword="null"/> if that is nothing.</summary>
    public double? UsedRatio
    {
        get
        {
            // Blocks reserved for root count as neither used nor available.
            var used = Blocks - Math.Min(BlocksFree, Blocks);
            var usable = used + BlocksAvailable;
            return usable == 0 ? null : (double)used / usable;
        }
    }

    /// <summary>Queries the file system of a path. May block forever on network file systems.</summary>
    /// <param name="path">The path, NUL-terminated.</param>
    /// <param name="space">The result.</param>
    /// <returns>errno(3); 0 on success.</returns>
    public static int Read(ReadOnlySpan<byte> path, out FilesystemSpace space)
    {
        Span<byte> buffer = stackalloc byte[StructureBytes];
        space = default;
        if (LibC.ReadSpace(path, buffer) != 0)
        {
            return Marshal.GetLastPInvokeError();
        }

        var word = nint.Size;
        var blockBytes = word == sizeof(ulong)
            ? MemoryMarshal.Read<ulong>(buffer[word..])
            : MemoryMarshal.Read<uint>(buffer[word..]);
        var counts = MemoryMarshal.Cast<byte, ulong>(buffer.Slice(2 * word, 5 * sizeof(ulong)));
        space = FromCounts(blockBytes, counts);
        return 0;
    }

    /// <summary>Creates it from the kernel's counts: blocks, free, available, inodes, free inodes.</summary>
    /// <remarks>Servers and user-space programs fill what they do not know with ones, as <c>df</c> knows;
    /// a negative number of available blocks means that the reserve is in use.</remarks>
    public static FilesystemSpace FromCounts(ulong blockBytes, ReadOnlySpan<ulong> counts)
    {
        var areBlocksKnown = counts[0] <= long.MaxValue && counts[1] <= long.MaxValue;
        var areInodesKnown = counts[3] <= long.MaxValue && counts[4] <= counts[3];
        return new FilesystemSpace(
            blockBytes,
            areBlocksKnown ? counts[0] : 0,
            areBlocksKnown ? counts[1] : 0,
            areBlocksKnown && counts[2] <= long.MaxValue ? counts[2] : 0,
            areInodesKnown ? counts[3] : 0,
            areInodesKnown ? counts[4] : 0);
    }
}
