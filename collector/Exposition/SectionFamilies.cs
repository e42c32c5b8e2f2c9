using System.Text;
using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;

namespace NodeTelemetry.Collector.Exposition;

/// <summary>The metrics of a section with entries.</summary>
/// <param name="Section">The section.</param>
/// <param name="Label">The beginning of the label with an entry's name: <c>device="</c>.</param>
/// <param name="Families">The families of the numbers.</param>
/// <param name="Info">The family of the texts, if there are any.</param>
internal sealed record SectionFamilies(
    SectionDefinition Section, byte[] Label, IReadOnlyList<SeriesFamily> Families, SeriesFamily? Info)
{
    /// <summary>Gets all sections with entries.</summary>
    public static IReadOnlyList<SectionFamilies> All { get; } =
    [
        .. SectionCatalog.All.Where(static section => section.EntryLabel is not null).Select(static section =>
            new SectionFamilies(
                section,
                Encoding.UTF8.GetBytes(section.EntryLabel + "=\""),
                SeriesFamily.Create(section.Fields.Where(static field => field.Kind != FieldKind.Text)),
                section.InfoName is { } info
                    ? SeriesFamily.Create(info, section.Help + ": texts; the value is always 1")
                    : null)),
    ];
}
