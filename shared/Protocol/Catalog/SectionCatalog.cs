using NodeTelemetry.Protocol.Catalog.Sections;

namespace NodeTelemetry.Protocol.Catalog;

/// <summary>Every section, in the order in which a datagram has them.</summary>
public static class SectionCatalog
{
    /// <summary>Gets the sections.</summary>
    public static IReadOnlyList<SectionDefinition> All { get; } = Number(
    [
        CpuSection.Definition,
        CoresSection.Definition,
        MemorySection.Definition,
        PressureSection.Definition,
        ThrottledSection.Definition,
        TemperaturesSection.Definition,
        FansSection.Definition,
        PowerSection.Definition,
        SensorsSection.Definition,
        FilesystemsSection.Definition,
        DisksSection.Definition,
        MmcSection.Definition,
        NetworkSection.Definition,
        ClockSection.Definition,
        SystemSection.Definition,
        ContainersSection.Definition,
        TextfilesSection.Definition,
        TextfileMetricsSection.Definition,
        AgentSection.Definition,
    ]);

    /// <summary>Finds a section by its key; <see langword="null"/> if there is none.</summary>
    /// <param name="key">The key in UTF-8.</param>
    /// <param name="expected">The place at which it is looked for first: senders keep the order.</param>
    internal static SectionDefinition? Find(ReadOnlySpan<byte> key, int expected)
    {
        for (var offset = 0; offset < All.Count; offset++)
        {
            var section = All[(expected + offset) % All.Count];
            if (key.SequenceEqual(section.KeyBytes))
            {
                return section;
            }
        }

        return null;
    }

    private static SectionDefinition[] Number(SectionDefinition[] sections)
    {
        for (var index = 0; index < sections.Length; index++)
        {
            sections[index].Index = index;
        }

        return sections;
    }
}
