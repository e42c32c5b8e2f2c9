using NodeTelemetry.Agent.Kernel;

namespace NodeTelemetry.Agent.Samplers.Memory;

/// <summary>The size of ZFS's cache, the ARC.</summary>
/// <param name="SizeBytes">Its present size.</param>
/// <param name="MinBytes">The size down to which it gives memory back to programs.</param>
internal readonly record struct ArcSize(double SizeBytes, double MinBytes)
{
    /// <summary>Gets what programs can have of it: the kernel counts it as used, unlike its own page cache.</summary>
    public double ReclaimableBytes => Math.Max(0, SizeBytes - MinBytes);

    /// <summary>Parses <c>/proc/spl/kstat/zfs/arcstats</c>.</summary>
    /// <remarks>Source: module/zfs/arc.c of OpenZFS. Shape: two lines of heading, then <c>size   4   24000000000</c>:
    /// name, type, value. Allocates: nothing.</remarks>
    /// <returns><see langword="false"/> if a value is missing.</returns>
    public static bool TryParse(ReadOnlySpan<byte> text, out ArcSize arc)
    {
        ulong? size = null, min = null;
        var lines = new AsciiReader(text);
        while ((size is null || min is null) && lines.TryReadLine(out var line))
        {
            var words = new AsciiReader(line);
            if (words.TryReadWord(out var name) && words.TryReadWord(out _) && words.TryReadInteger(out var value))
            {
                size = name.SequenceEqual("size"u8) ? value : size;
                min = name.SequenceEqual("c_min"u8) ? value : min;
            }
        }

        arc = size is null || min is null ? default : new ArcSize(size.Value, min.Value);
        return size is not null && min is not null;
    }
}
