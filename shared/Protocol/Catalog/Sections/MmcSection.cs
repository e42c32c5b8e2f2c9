using static NodeTelemetry.Protocol.Catalog.ReadingUnit;
using static NodeTelemetry.Protocol.Catalog.Sections.Fields;

namespace NodeTelemetry.Protocol.Catalog.Sections;

/// <summary>Wire key <c>mmc</c>.</summary>
/// <remarks>
/// Source: JEDEC JESD84-B51, EXT_CSD bytes 267 to 269; Documentation/driver-api/mmc/mmc-dev-attrs.rst of the kernel.
/// </remarks>
public static class MmcSection
{
    public static readonly FieldDefinition LifeARatio = LifeUsed("a");
    public static readonly FieldDefinition LifeBRatio = LifeUsed("b");
    public static readonly FieldDefinition PreEndOfLife = Gauge(
        "preeol", "mmc_pre_end_of_life", "nodetelemetry.mmc.pre_end_of_life", None,
        "Spare blocks: 1 normal, 2 warning (80 % consumed), 3 urgent (90 % consumed)");
    public static readonly FieldDefinition ProductName = Text(
        "name", "nodetelemetry.mmc.name", "Product name of the device");

    public static readonly SectionDefinition Definition = new(
        "mmc", "Wear of eMMC devices, by name", LifeARatio, LifeBRatio, PreEndOfLife, ProductName)
    {
        EntryLabel = "device",
        EntryFieldName = "system.device",
        InfoName = "mmc_info",
    };

    private static FieldDefinition LifeUsed(string type) =>
        Gauge("life" + type, "mmc_life_used_ratio", "nodetelemetry.mmc.life_used." + type, Ratio,
            $"Upper bound of the used device lifetime, type {type.ToUpperInvariant()} memory")
            .With("type", type).InFamily("Upper bound of the used device lifetime");
}
