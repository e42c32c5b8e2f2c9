using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Protocol.Catalog.Sections;

namespace NodeTelemetry.Agent.Samplers.System;

/// <summary>Open file handles of the whole node, from <c>/proc/sys/fs/file-nr</c>.</summary>
internal sealed class FileHandlesSampler(KernelRoots roots) : ISampler, IDisposable
{
    /// <summary>More than any memory has room for.</summary>
    private const ulong LimitMax = 1UL << 40;

    /// <summary>Three numbers of at most 20 digits.</summary>
    private readonly byte[] _buffer = new byte[64];
    private readonly KernelFile _file = new(roots.ProcFile("sys/fs/file-nr"));

    /// <inheritdoc/>
    public string Name => "files";

    /// <summary>Parses the number in use.</summary>
    /// <remarks>Source: proc_sys_fs(5). Shape: <c>2144\t0\t380421</c>: allocated, of these free (0 since Linux 2.6),
    /// at most. Allocates: nothing.</remarks>
    /// <param name="text">The whole file.</param>
    /// <param name="inUse">The number in use.</param>
    /// <param name="limit">The maximum; <see langword="null"/> if there is none: systemd sets the largest integer.
    /// </param>
    /// <returns><see langword="false"/> if a number is missing, or more are free than there are.</returns>
    public static bool TryParse(ReadOnlySpan<byte> text, out ulong inUse, out ulong? limit)
    {
        var words = new AsciiReader(text);
        var isSound = words.TryReadInteger(out var allocated) & words.TryReadInteger(out var free) && free <= allocated;
        inUse = isSound ? allocated - free : 0;
        limit = isSound && words.TryReadInteger(out var max) && max <= LimitMax ? max : null;
        return isSound;
    }

    /// <inheritdoc/>
    public SampleOutcome Sample(SnapshotBuilder into)
    {
        var outcome = _file.Read(_buffer, out var length);
        if (outcome != FileOutcome.Ok)
        {
            return SampleOutcomes.FromFile(outcome);
        }

        if (!TryParse(_buffer.AsSpan(0, length), out var inUse, out var limit))
        {
            return SampleOutcome.Failed;
        }

        into.Set(SystemSection.FileHandles, inUse);
        into.Set(SystemSection.FileHandlesMax, limit);
        return SampleOutcome.Ok;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();
}
