namespace NodeTelemetry.Protocol.Catalog.Sections;

/// <summary>Every section, in the order in which a datagram has them.</summary>
public static class SectionCatalog
{
    /// <summary>Gets the sections.</summary>
    public static IReadOnlyList<SectionDefinition> All { get; } = Number(
    [
        CpuSummarySection.Definition,
        CoreUsageSection.Definition,
        LoadSection.Definition,
        MeminfoSection.Definition,
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
        ArraysSection.Definition,
        PoolsSection.Definition,
        NetworkSection.Definition,
        ProtocolsSection.Definition,
        SuppliesSection.Definition,
        EdacSection.Definition,
        ClockSection.Definition,
        SystemSection.Definition,
        ContainersSection.Definition,
        TextfilesSection.Definition,
        TextfileMetricsSection.Definition,
        AgentSection.Definition,
    ]);

    /// <summary>Gets the index of a section in <see cref="All"/>; −1 if it is not one of them.</summary>
    public static int IndexOf(SectionDefinition section)
    {
        // The indices are there once the list is.
        _ = All;
        return section.CatalogIndex;
    }

    private static SectionDefinition[] Number(SectionDefinition[] sections)
    {
        for (var index = 0; index < sections.Length; index++)
        {
            sections[index].CatalogIndex = index;
        }

        return sections;
    }
}
