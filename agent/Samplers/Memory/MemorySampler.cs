using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Samplers.Memory;

/// <summary>RAM and swap from <c>/proc/meminfo</c>, and ZFS's cache from <c>/proc/spl/kstat/zfs/arcstats</c>.</summary>
/// <remarks>What programs can have back of ZFS's cache counts as available. Its size is up to
/// <see cref="Cadence.Costly"/> old.</remarks>
internal sealed class MemorySampler(KernelRoots roots, TimeProvider time) : ISampler, IDisposable
{
    /// <summary>How often ZFS is looked for: its module may be loaded later.</summary>
    public static readonly TimeSpan SearchPeriod = TimeSpan.FromSeconds(30);

    /// <summary>More than a container has mounts of its own.</summary>
    private const int MountsBytesMax = 64 * 1024;

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
    private readonly KernelFile _arcFile = new(roots.ProcFile("spl/kstat/zfs/arcstats"));
    private readonly Cadence _arcSearch = new(SearchPeriod, time);
    private readonly Cadence _arcCadence = new(Cadence.Costly, time);

    /// <summary>arcstats has some 120 lines of 40 bytes.</summary>
    private byte[] _arcBuffer = [];
    private ArcSize? _arc;
    private bool _hasArc;

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

        var meminfo = into.Section(MeminfoSection.Definition);
        var more = into.Section(MemorySection.Definition);
        if (!TryParse(_buffer.AsSpan(0, length), meminfo, more))
        {
            return SampleOutcome.Failed;
        }

        EstimateAvailable(meminfo, more);
        ReadArc();
        if (_arc is { } arc)
        {
            AddArc(arc, meminfo, more);
        }

        return SampleOutcome.Ok;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _file.Dispose();
        _arcFile.Dispose();
    }

    /// <summary>Estimates the available memory much as the kernel does since 3.14:
    /// free pages, page cache and what the slab can give back.
    /// Shared memory is in the page cache, but cannot be dropped.</summary>
    private static void EstimateAvailable(SectionBuilder meminfo, SectionBuilder more)
    {
        if (meminfo.Number(MeminfoSection.AvailableBytes) is null
            && meminfo.Number(MeminfoSection.FreeBytes) is { } free
            && meminfo.Number(MeminfoSection.CachedBytes) is { } cached)
        {
            var cache = cached + (meminfo.Number(MeminfoSection.BuffersBytes) ?? 0)
                - (more.Number(MemorySection.SharedBytes) ?? 0);
            meminfo.Set(
                MeminfoSection.AvailableBytes,
                free + Math.Max(0, cache) + (more.Number(MemorySection.SlabReclaimableBytes) ?? 0));
        }
    }

    private static void AddArc(ArcSize arc, SectionBuilder meminfo, SectionBuilder more)
    {
        var total = meminfo.Number(MeminfoSection.TotalBytes) ?? 0;
        if (arc.SizeBytes > total - (meminfo.Number(MeminfoSection.FreeBytes) ?? 0))
        {
            // The total is that of a container, the cache that of its host.
            return;
        }

        more.Set(MemorySection.ZfsCacheBytes, arc.SizeBytes);
        if (meminfo.Number(MeminfoSection.AvailableBytes) is { } available)
        {
            meminfo.Set(MeminfoSection.AvailableBytes, Math.Min(total, available + arc.ReclaimableBytes));
        }
    }

    private void ReadArc()
    {
        if (!_hasArc)
        {
            if (!_arcSearch.IsDue() || !File.Exists(_arcFile.Path) || IsContainer())
            {
                return;
            }

            _hasArc = true;
            _arcBuffer = new byte[16 * 1024];
        }

        if (_arcCadence.IsDue())
        {
            _hasArc = _arcFile.ReadAll(_arcBuffer, out var length) == FileOutcome.Ok;
            _arc = _hasArc && ArcSize.TryParse(_arcBuffer.AsSpan(0, length), out var arc) ? arc : null;
        }
    }

    /// <summary>Returns whether meminfo is a container's own, by lxcfs; ZFS's figures are still those of the host.
    /// </summary>
    private bool IsContainer()
    {
        var mounts = new byte[MountsBytesMax];
        return KernelFile.ReadOnce(roots.MountsFile, mounts, out var length) == FileOutcome.Ok
            && mounts.AsSpan(0, length).IndexOf(" /proc/meminfo "u8) >= 0;
    }

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
