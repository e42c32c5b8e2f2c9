using System.Runtime.InteropServices;

namespace NodeTelemetry.Agent.Kernel;

/// <summary>How much a file system holds and still can.</summary>
/// <remarks>Source: statvfs(3). Its structure begins with two words of the processor's size, the block sizes; then come
/// counts of 64 bits.</remarks>
/// <param name="BlockBytes">What one block is.</param>
/// <param name="Blocks">All blocks.</param>
/// <param name="BlocksFree">Blocks that are free.</param>
/// <param name="BlocksAvailable">Blocks that are free for everybody, not for root alone.</param>
/// <param name="Inodes">Files that it can hold; 0 where there is no such limit.</param>
/// <param name="InodesFree">Files that there is still room for.</param>
internal readonly record struct FilesystemSpace(
    ulong BlockBytes, ulong Blocks, ulong BlocksFree, ulong BlocksAvailable, ulong Inodes, ulong InodesFree)
{
    /// <summary>Larger than the structure is anywhere.</summary>
    private const int StructureBytes = 256;

    /// <summary>Gets the share that is used of what everybody may use, as df has it; <see langword="null"/> if there is
    /// nothing.</summary>
    public double? UsedRatio
    {
        get
        {
            // Blocks that are kept for root count neither as used nor as available.
            var used = Blocks - Math.Min(BlocksFree, Blocks);
            var usable = used + BlocksAvailable;
            return usable == 0 ? null : (double)used / usable;
        }
    }

    /// <summary>Asks the file system that holds a path. May hang for ever where that is across a network.</summary>
    /// <param name="path">The path, ending in a zero byte.</param>
    /// <param name="space">What it says.</param>
    /// <returns>errno(3); 0 if it went well.</returns>
    public static int Read(ReadOnlySpan<byte> path, out FilesystemSpace space)
    {
        Span<byte> buffer = stackalloc byte[StructureBytes];
        space = default;
        if (LibC.SpaceOf(path, buffer) != 0)
        {
            return Marshal.GetLastPInvokeError();
        }

        var word = nint.Size;
        var blockBytes = word == sizeof(ulong)
            ? MemoryMarshal.Read<ulong>(buffer[word..])
            : MemoryMarshal.Read<uint>(buffer[word..]);
        var counts = MemoryMarshal.Cast<byte, ulong>(buffer.Slice(2 * word, 5 * sizeof(ulong)));
        space = new FilesystemSpace(blockBytes, counts[0], counts[1], counts[2], counts[3], counts[4]);
        return 0;
    }
}
