using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Protocol.Wire;

/// <summary>The entries of <c>meminfo</c> that have been read so far, in bytes.</summary>
internal struct MemoryDraft
{
    private long? _total;
    private long? _free;
    private long? _available;
    private long? _buffers;
    private long? _cached;
    private long? _swapTotal;
    private long? _swapFree;

    /// <summary>Tells whether an entry is one of those that are kept.</summary>
    public static bool IsKnown(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("MemTotal"u8) || name.SequenceEqual("MemFree"u8) || name.SequenceEqual("MemAvailable"u8)
        || name.SequenceEqual("Buffers"u8) || name.SequenceEqual("Cached"u8) || name.SequenceEqual("SwapTotal"u8)
        || name.SequenceEqual("SwapFree"u8);

    /// <summary>Sets the entry called <paramref name="name"/>; <see langword="false"/> if it had been set. Other names
    /// are ignored.</summary>
    public bool TrySet(ReadOnlySpan<byte> name, long bytes) =>
        name.SequenceEqual("MemTotal"u8) ? TrySet(ref _total, bytes)
        : name.SequenceEqual("MemFree"u8) ? TrySet(ref _free, bytes)
        : name.SequenceEqual("MemAvailable"u8) ? TrySet(ref _available, bytes)
        : name.SequenceEqual("Buffers"u8) ? TrySet(ref _buffers, bytes)
        : name.SequenceEqual("Cached"u8) ? TrySet(ref _cached, bytes)
        : name.SequenceEqual("SwapTotal"u8) ? TrySet(ref _swapTotal, bytes)
        : !name.SequenceEqual("SwapFree"u8) || TrySet(ref _swapFree, bytes);

    /// <summary>Makes the reading.</summary>
    public readonly MemoryReading ToReading() => new()
    {
        TotalBytes = _total,
        FreeBytes = _free,
        AvailableBytes = _available,
        BuffersBytes = _buffers,
        CachedBytes = _cached,
        SwapTotalBytes = _swapTotal,
        SwapFreeBytes = _swapFree,
    };

    private static bool TrySet(ref long? entry, long bytes)
    {
        var isNew = entry is null;
        entry = bytes;
        return isNew;
    }
}
