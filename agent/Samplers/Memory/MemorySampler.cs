using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Samplers.Memory;

/// <summary>RAM and swap from <c>/proc/meminfo</c>.</summary>
internal sealed class MemorySampler(KernelRoots roots) : ISampler, IDisposable
{
    /// <summary>Lines in addition to <see cref="MeminfoSection"/>, whose wire names are the kernel's.</summary>
    private static readonly (byte[] Name, FieldDefinition Field)[] More =
    [
        ("Dirty"u8.ToArray(), MemorySection.DirtyBytes),
        ("Writeback"u8.ToArray(), MemorySection.WritebackBytes),
        ("AnonPages"u8.ToArray(), MemorySection.AnonymousBytes),
        ("Mapped"u8.ToArray(), MemorySection.MappedBytes),
        ("Shmem"u8.ToArray(), MemorySection.SharedBytes),
        ("Slab"u8.ToArray(), MemorySection.SlabBytes),
        ("SReclaimable"u8.ToArray(), MemorySection.SlabReclaimableBytes),
        ("Committed_AS"u8.ToArray(), MemorySection.CommittedBytes),
    ];

    /// <summary>Every wanted line is within the first 50 lines of 28 bytes.</summary>
    private readonly byte[] _buffer = new byte[2048];
    private readonly KernelFile _file = new(roots.ProcFile("meminfo"));

    /// <inheritdoc/>
    public string Name => "memory";

    /// <summary>Parses the lines that are sent; unknown lines and values out of range are skipped.</summary>
    /// <remarks>
    /// Source: proc_meminfo(5). Shape: <c>MemTotal:        3884356 kB</c>, first <c>MemTotal</c>.
    /// Units: kB of 1024 bytes in, bytes out. Allocates: nothing.
    /// </remarks>
    /// <returns><see langword="false"/> if there is no <c>MemTotal</c>; then nothing has been set.</returns>
    public static bool TryParse(ReadOnlySpan<byte> text, SectionBuilder meminfo, SectionBuilder more)
    {
        var hasTotal = false;
        var expected = 0;
        var lines = new AsciiReader(text);
        while (lines.TryReadLine(out var line))
        {
            var words = new AsciiReader(line);
            if (!words.TryReadWord(out var name) || name[^1] != (byte)':' || !words.TryReadInteger(out var kilobytes))
            {
                continue;
            }

            var bytes = kilobytes * 1024.0;
            if (!MeminfoSection.TotalBytes.IsInRange(bytes))
            {
                continue;
            }

            var field = MeminfoSection.Definition.Find(name[..^1], expected, out expected);
            hasTotal |= field == MeminfoSection.TotalBytes;
            if (!hasTotal)
            {
                continue;
            }

            if (field is not null)
            {
                meminfo.Set(field, bytes);
            }
            else if (FindMore(name[..^1]) is { } other)
            {
                more.Set(other, bytes);
            }
        }

        return hasTotal;
    }

    /// <inheritdoc/>
    public SampleOutcome Sample(SnapshotBuilder into)
    {
        var outcome = _file.Read(_buffer, out var length);
        if (outcome != FileOutcome.Ok)
        {
            return SampleOutcomes.FromFile(outcome);
        }

        return TryParse(
            _buffer.AsSpan(0, length), into.Section(MeminfoSection.Definition), into.Section(MemorySection.Definition))
            ? SampleOutcome.Ok
            : SampleOutcome.Failed;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static FieldDefinition? FindMore(ReadOnlySpan<byte> name)
    {
        foreach (var (line, field) in More)
        {
            if (name.SequenceEqual(line))
            {
                return field;
            }
        }

        return null;
    }
}
