using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Limits;

namespace NodeTelemetry.Agent.Samplers.Memory;

/// <summary>Memory and swap from <c>/proc/meminfo</c>.</summary>
internal sealed class MemorySampler(KernelRoots roots) : ISampler, IDisposable
{
    /// <summary>All that is wanted stands within the first 50 lines of 28 bytes; the rest is not looked at.</summary>
    private readonly byte[] _buffer = new byte[2048];
    private readonly KernelFile _file = new(roots.ProcFile("meminfo"));

    /// <inheritdoc/>
    public string Name => "memory";

    /// <summary>Parses the lines that are sent; others, and what cannot be, are passed over.</summary>
    /// <remarks>
    /// Source: proc_meminfo(5). Shape: <c>MemTotal:        3884356 kB</c>. Units: kB of 1024 bytes in, bytes out.
    /// Allocates: nothing.
    /// </remarks>
    /// <returns><see langword="false"/> if there is no <c>MemTotal</c>, which every kernel has.</returns>
    public static bool TryParse(ReadOnlySpan<byte> text, out MemoryAmounts memory)
    {
        memory = default;
        var lines = new AsciiReader(text);
        while (lines.TryReadLine(out var line))
        {
            var words = new AsciiReader(line);
            if (words.TryReadWord(out var name)
                && words.TryReadInteger(out var kilobytes)
                && kilobytes <= ReadingRanges.MemoryBytesMax / 1024)
            {
                Set(ref memory, name, (long)kilobytes * 1024);
            }
        }

        return memory.Total is not null;
    }

    /// <inheritdoc/>
    public SampleOutcome Sample(SnapshotBuilder into)
    {
        var outcome = _file.Read(_buffer, out var length);
        if (outcome != FileOutcome.Ok)
        {
            return SampleOutcomes.Of(outcome);
        }

        if (!TryParse(_buffer.AsSpan(0, length), out var memory))
        {
            return SampleOutcome.Failed;
        }

        into.Memory = memory;
        memory.AddTo(into.Section(MemorySection.Definition));
        return SampleOutcome.Ok;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static void Set(ref MemoryAmounts memory, ReadOnlySpan<byte> name, long bytes)
    {
        if (name.SequenceEqual("MemTotal:"u8))
        {
            memory.Total = bytes;
        }
        else if (name.SequenceEqual("MemFree:"u8))
        {
            memory.Free = bytes;
        }
        else if (name.SequenceEqual("MemAvailable:"u8))
        {
            memory.Available = bytes;
        }
        else if (name.SequenceEqual("Buffers:"u8))
        {
            memory.Buffers = bytes;
        }
        else if (name.SequenceEqual("Cached:"u8))
        {
            memory.Cached = bytes;
        }
        else if (name.SequenceEqual("SwapTotal:"u8))
        {
            memory.SwapTotal = bytes;
        }
        else if (name.SequenceEqual("SwapFree:"u8))
        {
            memory.SwapFree = bytes;
        }
        else
        {
            SetMore(ref memory, name, bytes);
        }
    }

    private static void SetMore(ref MemoryAmounts memory, ReadOnlySpan<byte> name, long bytes)
    {
        if (name.SequenceEqual("Dirty:"u8))
        {
            memory.Dirty = bytes;
        }
        else if (name.SequenceEqual("Writeback:"u8))
        {
            memory.Writeback = bytes;
        }
        else if (name.SequenceEqual("AnonPages:"u8))
        {
            memory.Anonymous = bytes;
        }
        else if (name.SequenceEqual("Mapped:"u8))
        {
            memory.Mapped = bytes;
        }
        else if (name.SequenceEqual("Shmem:"u8))
        {
            memory.Shared = bytes;
        }
        else if (name.SequenceEqual("Slab:"u8))
        {
            memory.Slab = bytes;
        }
        else if (name.SequenceEqual("SReclaimable:"u8))
        {
            memory.SlabReclaimable = bytes;
        }
        else if (name.SequenceEqual("Committed_AS:"u8))
        {
            memory.Committed = bytes;
        }
    }
}
