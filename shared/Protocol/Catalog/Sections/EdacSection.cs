using static NodeTelemetry.Protocol.Catalog.ReadingUnit;
using static NodeTelemetry.Protocol.Catalog.Sections.Fields;

namespace NodeTelemetry.Protocol.Catalog.Sections;

/// <summary>Wire key <c>edac</c>.</summary>
/// <remarks>Source: Documentation/admin-guide/ras.rst of the kernel.</remarks>
public static class EdacSection
{
    public static readonly FieldDefinition Corrected = Counter(
        "ce", "memory_errors_corrected", "hw.errors.memory.corrected", None, "Memory errors that ECC has corrected");
    public static readonly FieldDefinition Uncorrected = Counter(
        "ue", "memory_errors_uncorrected", "hw.errors.memory.uncorrected", None,
        "Memory errors that ECC could not correct");

    public static readonly SectionDefinition Definition = new(
        "edac", "Memory controllers with ECC, by name", Corrected, Uncorrected)
    {
        EntryLabel = "controller",
        EntryFieldName = "hw.id",
    };
}
