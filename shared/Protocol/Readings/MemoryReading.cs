namespace NodeTelemetry.Protocol.Readings;

/// <summary>Memory and swap in bytes, wire key <c>meminfo</c> (there in kB of 1024 bytes). Source:
/// proc_meminfo(5).</summary>
public sealed record MemoryReading
{
    /// <summary>Gets <c>MemTotal</c>: usable memory.</summary>
    public long? TotalBytes { get; init; }

    /// <summary>Gets <c>MemFree</c>: memory used by nothing.</summary>
    public long? FreeBytes { get; init; }

    /// <summary>Gets <c>MemAvailable</c>: an estimate of what new programs can have without swapping.</summary>
    public long? AvailableBytes { get; init; }

    /// <summary>Gets <c>Buffers</c>.</summary>
    public long? BuffersBytes { get; init; }

    /// <summary>Gets <c>Cached</c>.</summary>
    public long? CachedBytes { get; init; }

    /// <summary>Gets <c>SwapTotal</c>.</summary>
    public long? SwapTotalBytes { get; init; }

    /// <summary>Gets <c>SwapFree</c>.</summary>
    public long? SwapFreeBytes { get; init; }

    /// <summary>Gets the share of memory that is in use, 0 to 1: what is not available, or not free where the kernel
    /// has no estimate.</summary>
    public double? UsedRatio =>
        TotalBytes is > 0 && (AvailableBytes ?? FreeBytes) is { } available
            ? Math.Max(0, 1.0 - ((double)available / TotalBytes.Value))
            : null;
}
