using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Collector.Nodes.State;

/// <summary>
/// Combines the parts of a node's samples. A section that a sample lacks is removed one sample later,
/// because the part that has it may be delayed or lost.
/// </summary>
internal sealed class SampleMerger
{
    /// <summary>Older than the predecessor of the first sample.</summary>
    private const long Never = -2;

    /// <summary>The last sample that had each section.</summary>
    private readonly long[] _seen = new long[SectionCatalog.All.Count];
    private uint? _run;

    /// <summary>Merges the newest sample, or a part of it, into the current readings.</summary>
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
            Sections = MergeSections(sample, known.Sections, arrived.Sections),
            Bye = arrived.Bye ?? (known.Header?.Sequence == header.Sequence ? known.Bye : null),
        };
        Note(arrived, sample);
        return merged;
    }

    private List<SectionReading> MergeSections(
        long sample, IReadOnlyList<SectionReading> known, IReadOnlyList<SectionReading> arrived)
    {
        // Both are in the order of the catalogue.
        var merged = new List<SectionReading>(known.Count + arrived.Count);
        var next = 0;
        foreach (var section in arrived)
        {
            var index = SectionCatalog.IndexOf(section.Definition);
            next = CopyKnown(known, next, index, sample, merged);
            var before = next > 0 && known[next - 1].Definition == section.Definition ? known[next - 1] : null;
            merged.Add(before is not null && _seen[index] == sample ? before.Combine(section) : section);
        }

        CopyKnown(known, next, SectionCatalog.All.Count, sample, merged);
        return merged;
    }

    /// <summary>Copies the known sections before one, as far as they are fresh enough.</summary>
    /// <returns>The place after the known one with the index <paramref name="to"/>, or after those before it.</returns>
    private int CopyKnown(
        IReadOnlyList<SectionReading> known, int from, int to, long sample, List<SectionReading> into)
    {
        for (; from < known.Count && SectionCatalog.IndexOf(known[from].Definition) <= to; from++)
        {
            var index = SectionCatalog.IndexOf(known[from].Definition);
            if (index < to && _seen[index] >= sample - 1)
            {
                into.Add(known[from]);
            }
        }

        return from;
    }

    private void Note(NodeSnapshot arrived, long sample)
    {
        foreach (var section in arrived.Sections)
        {
            _seen[SectionCatalog.IndexOf(section.Definition)] = sample;
        }
    }
}
