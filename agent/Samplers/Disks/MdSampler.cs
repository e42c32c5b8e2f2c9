using NodeTelemetry.Agent.Kernel;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Limits;

namespace NodeTelemetry.Agent.Samplers.Disks;

/// <summary>Software RAID arrays from <c>/sys/block/md*/md</c>, which wakes no disk.</summary>
/// <remarks>Source: Documentation/admin-guide/md.rst. Cost: six small files for each array in <see cref="Period"/>.
/// </remarks>
internal sealed class MdSampler(KernelRoots roots, TimeProvider time) : ISampler
{
    /// <summary>Disks fail rarely, and a rebuild takes hours.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    /// <summary>More than any server has.</summary>
    private const int ArrayCountMax = 32;
    private const int TextBytesMax = 64;

    private readonly Cadence _cadence = new(Period, time);
    private readonly List<MdArray> _arrays = [];

    /// <inheritdoc/>
    public string Name => "md";

    /// <summary>Parses <c>sync_completed</c>.</summary>
    /// <remarks>Shape: <c>1024 / 4096</c>, in sectors, or <c>none</c>. Allocates: nothing.</remarks>
    /// <returns>The share that is done; <see langword="null"/> if nothing is being synchronised.</returns>
    public static double? ParseProgress(ReadOnlySpan<byte> text)
    {
        var words = new AsciiReader(text);
        return words.TryReadInteger(out var done) && words.TryReadWord(out var slash) && slash.SequenceEqual("/"u8)
            && words.TryReadInteger(out var all) && all > 0 && done <= all
            ? (double)done / all
            : null;
    }

    /// <inheritdoc/>
    public SampleOutcome Sample(SnapshotBuilder into)
    {
        if (_cadence.IsDue())
        {
            Read();
        }

        if (_arrays.Count == 0)
        {
            return SampleOutcome.NoData;
        }

        var section = into.Section(ArraysSection.Definition);
        foreach (var array in _arrays)
        {
            if (section.Begin(array.Name))
            {
                section.Set(ArraysSection.Disks, array.Disks);
                section.Set(ArraysSection.Missing, array.Missing);
                section.Set(ArraysSection.SyncRatio, array.Progress);
                section.Set(ArraysSection.Level, array.Level);
                section.Set(ArraysSection.State, array.State);
                section.Set(ArraysSection.Action, array.Action);
            }
        }

        return SampleOutcome.Ok;
    }

    private void Read()
    {
        _arrays.Clear();
        foreach (var folder in KernelRoots.Folders(roots.SysFile("block")))
        {
            var name = Path.GetFileName(folder);
            if (name.StartsWith("md", StringComparison.Ordinal) && _arrays.Count < ArrayCountMax
                && ReadText(folder, "array_state") is { } state and not "clear" and not "inactive")
            {
                _arrays.Add(ReadArray(name, folder, state));
            }
        }

        _arrays.Sort(static (left, right) => string.CompareOrdinal(left.Name, right.Name));
    }

    private static MdArray ReadArray(string name, string folder, string state)
    {
        Span<byte> buffer = stackalloc byte[TextBytesMax];
        var progress =
            KernelFile.ReadOnce(Path.Join(folder, "md/sync_completed"), buffer, out var length) == FileOutcome.Ok
            ? ParseProgress(buffer[..length])
            : null;
        return new MdArray(
            name, state, ReadText(folder, "level"), ReadText(folder, "sync_action"), ReadNumber("raid_disks"),
            ReadNumber("degraded"), progress);

        double? ReadNumber(string file) => KernelNumber.ReadOnce(Path.Join(folder, "md", file));
    }

    private static string? ReadText(string folder, string file) =>
        KernelText.ReadFile(Path.Join(folder, "md", file), WireLimits.TextBytesMax);

    /// <summary>An array, as it was last read.</summary>
    private sealed record MdArray(
        string Name, string State, string? Level, string? Action, double? Disks, double? Missing, double? Progress);
}
