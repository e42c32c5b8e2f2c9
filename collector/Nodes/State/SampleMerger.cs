using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Collector.Nodes.State;

/// <summary>
/// Puts the parts of a node's samples together. What a sample does not have is gone; but a part may be on its way, or
/// lost, so what only the sample before had stays for one sample more.
/// </summary>
internal sealed class SampleMerger
{
    private const int Cpu = 0;
    private const int Load = 1;
    private const int Memory = 2;
    private const int FirstSection = 3;

    /// <summary>Before the sample before the first.</summary>
    private const long Never = -2;

    /// <summary>The last sample in which each group of readings came.</summary>
    private readonly long[] _seen = new long[FirstSection + SectionCatalog.All.Count];
    private uint? _run;

    /// <summary>Makes what is known of what was known and what has come: the newest sample, or a part of it.</summary>
    public NodeSnapshot Merge(NodeSnapshot known, NodeSnapshot arrived)
    {
        if (arrived.Header is not { } header)
        {
            return arrived;
        }

        if (_run != header.Run || known.Header is null)
        {
            _run = header.Run;
            Array.Fill(_seen, Never);
        }

        var sample = header.Sequence;
        var isPart = header.Part is not null;
        var merged = !isPart ? arrived : arrived with
        {
            Cpu = Newest(Cpu, sample, known.Cpu, arrived.Cpu, Combine),
            Load = Newest(Load, sample, known.Load, arrived.Load),
            Memory = Newest(Memory, sample, known.Memory, arrived.Memory),
            Sections = MergeSections(sample, known.Sections, arrived.Sections),
            Bye = arrived.Bye ?? (known.Header?.Sequence == header.Sequence ? known.Bye : null),
        };
        Note(arrived, sample);
        return merged;
    }

    private static CpuReading Combine(CpuReading known, CpuReading arrived) => new()
    {
        FrequencyMegahertz = arrived.FrequencyMegahertz ?? known.FrequencyMegahertz,
        TemperatureCelsius = arrived.TemperatureCelsius ?? known.TemperatureCelsius,
        UsageRatio = arrived.UsageRatio ?? known.UsageRatio,
        CoreUsageRatios = arrived.CoreUsageRatios ?? known.CoreUsageRatios,
    };

    private T? Newest<T>(int group, long sample, T? known, T? arrived, Func<T, T, T>? combine = null)
        where T : class
    {
        if (arrived is null)
        {
            return _seen[group] >= sample - 1 ? known : null;
        }

        return combine is not null && known is not null && _seen[group] == sample ? combine(known, arrived) : arrived;
    }

    private List<SectionReading> MergeSections(
        long sample, IReadOnlyList<SectionReading> known, IReadOnlyList<SectionReading> arrived)
    {
        // Both are in the order of the catalog.
        var merged = new List<SectionReading>(known.Count + arrived.Count);
        var next = 0;
        foreach (var section in arrived)
        {
            next = CopyKnown(known, next, section.Definition.Index, sample, merged);
            var before = next > 0 && known[next - 1].Definition == section.Definition ? known[next - 1] : null;
            merged.Add(Newest(FirstSection + section.Definition.Index, sample, before, section, SectionsOf)!);
        }

        CopyKnown(known, next, SectionCatalog.All.Count, sample, merged);
        return merged;

        static SectionReading SectionsOf(SectionReading known, SectionReading arrived) => known.Combine(arrived);
    }

    /// <summary>Copies the known sections before one, as far as they are fresh enough.</summary>
    /// <returns>The place after the known one with the index <paramref name="to"/>, or after those before it.</returns>
    private int CopyKnown(
        IReadOnlyList<SectionReading> known, int from, int to, long sample, List<SectionReading> into)
    {
        for (; from < known.Count && known[from].Definition.Index <= to; from++)
        {
            var index = known[from].Definition.Index;
            if (index < to && _seen[FirstSection + index] >= sample - 1)
            {
                into.Add(known[from]);
            }
        }

        return from;
    }

    private void Note(NodeSnapshot arrived, long sample)
    {
        _seen[Cpu] = arrived.Cpu is null ? _seen[Cpu] : sample;
        _seen[Load] = arrived.Load is null ? _seen[Load] : sample;
        _seen[Memory] = arrived.Memory is null ? _seen[Memory] : sample;
        foreach (var section in arrived.Sections)
        {
            _seen[FirstSection + section.Definition.Index] = sample;
        }
    }
}
