using static NodeTelemetry.Protocol.Catalog.Sections.Fields;

namespace NodeTelemetry.Protocol.Catalog.Sections;

/// <summary>Wire key <c>mmc</c>: wear of eMMC devices, by name.</summary>
/// <remarks>
/// Source: JEDEC JESD84-B51, EXT_CSD bytes 267 to 269; Documentation/driver-api/mmc/mmc-dev-attrs.rst of the
/// kernel.
/// </remarks>
public static class MmcSection
{
    /// <summary>Share of the life of its cells that is used, at most, type A.</summary>
    public static readonly FieldDefinition LifeARatio = Gauge(
        "lifea", "mmc_life_used_ratio", "nodetelemetry.mmc.life_used.a", ReadingUnit.Ratio,
        "Share of the life of its cells that is used, at most, type A")
        .With("type", "a")
        .InFamily("Share of the life of its cells that is used, at most");

    /// <summary>Share of the life of its cells that is used, at most, type B.</summary>
    public static readonly FieldDefinition LifeBRatio = Gauge(
        "lifeb", "mmc_life_used_ratio", "nodetelemetry.mmc.life_used.b", ReadingUnit.Ratio,
        "Share of the life of its cells that is used, at most, type B")
        .With("type", "b")
        .InFamily("Share of the life of its cells that is used, at most");

    /// <summary>Spare blocks: 1 normal, 2 four fifths used, 3 nine tenths used.</summary>
    public static readonly FieldDefinition PreEndOfLife = Gauge(
        "preeol", "mmc_pre_end_of_life", "nodetelemetry.mmc.pre_end_of_life", ReadingUnit.None,
        "Spare blocks: 1 normal, 2 four fifths used, 3 nine tenths used");

    /// <summary>Product name of the device.</summary>
    public static readonly FieldDefinition ProductName = Text(
        "name", "nodetelemetry.mmc.name", "Product name of the device");

    /// <summary>The section.</summary>
    public static readonly SectionDefinition Definition = new(
        "mmc",
        "Wear of eMMC devices, by name",
        LifeARatio, LifeBRatio, PreEndOfLife, ProductName)
    {
        EntryLabel = "device",
        EntryFieldName = "system.device",
        InfoName = "mmc_info",
    };
}
