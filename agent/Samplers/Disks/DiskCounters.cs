using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Samplers.Disks;

/// <summary>What the kernel has counted of one block device since it appeared.</summary>
/// <param name="Reads">Reads completed.</param>
/// <param name="ReadSectors">Sectors read.</param>
/// <param name="ReadMilliseconds">Total time of all reads.</param>
/// <param name="Writes">Writes completed.</param>
/// <param name="WrittenSectors">Sectors written.</param>
/// <param name="WriteMilliseconds">Total time of all writes.</param>
/// <param name="InFlight">Requests in flight.</param>
/// <param name="BusyMilliseconds">Time with requests in flight.</param>
/// <param name="WeightedMilliseconds">The same, weighted by the number of requests.</param>
internal readonly record struct DiskCounters(
    ulong Reads,
    ulong ReadSectors,
    ulong ReadMilliseconds,
    ulong Writes,
    ulong WrittenSectors,
    ulong WriteMilliseconds,
    ulong InFlight,
    ulong BusyMilliseconds,
    ulong WeightedMilliseconds)
{
    /// <summary>The kernel's sector size, regardless of the device.</summary>
    public const int SectorBytes = 512;

    /// <summary>Adds the counters of two paths to one disk.</summary>
    public static DiskCounters operator +(DiskCounters left, DiskCounters right) =>
        new(
            left.Reads + right.Reads,
            left.ReadSectors + right.ReadSectors,
            left.ReadMilliseconds + right.ReadMilliseconds,
            left.Writes + right.Writes,
            left.WrittenSectors + right.WrittenSectors,
            left.WriteMilliseconds + right.WriteMilliseconds,
            left.InFlight + right.InFlight,
            left.BusyMilliseconds + right.BusyMilliseconds,
            left.WeightedMilliseconds + right.WeightedMilliseconds);

    /// <summary>Parses one line, up to the name.</summary>
    /// <param name="line">The line of /proc/diskstats.</param>
    /// <param name="name">The device.</param>
    /// <param name="rest">The counters.</param>
    public static bool TryReadName(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> name, out AsciiReader rest)
    {
        rest = new AsciiReader(line);
        name = default;
        return rest.TryReadInteger(out _) && rest.TryReadInteger(out _) && rest.TryReadWord(out name);
    }

    /// <summary>Parses the counters of one line, after the name.</summary>
    /// <remarks>
    /// Source: Documentation/admin-guide/iostats.rst.
    /// Shape: 11 counters; newer kernels append those of discards and flushes. Units: sectors and milliseconds.
    /// Allocates: nothing.
    /// </remarks>
    /// <returns><see langword="false"/> if there are too few counters or one is not a number.</returns>
    public static bool TryParse(ref AsciiReader words, out DiskCounters counters)
    {
        counters = default;
        if (!words.TryReadInteger(out var reads) || !words.TryReadInteger(out _)
            || !words.TryReadInteger(out var readSectors) || !words.TryReadInteger(out var readTime)
            || !words.TryReadInteger(out var writes) || !words.TryReadInteger(out _)
            || !words.TryReadInteger(out var writtenSectors) || !words.TryReadInteger(out var writeTime)
            || !words.TryReadInteger(out var inFlight) || !words.TryReadInteger(out var busy)
            || !words.TryReadInteger(out var weighted))
        {
            return false;
        }

        counters = new DiskCounters(
            reads, readSectors, readTime, writes, writtenSectors, writeTime, inFlight, busy, weighted);
        return true;
    }
}
