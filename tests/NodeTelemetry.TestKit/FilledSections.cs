using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.TestKit;

/// <summary>Sections in which every field has a value, each another one, always the same.</summary>
public static class FilledSections
{
    /// <summary>Gets all sections of which a node has one.</summary>
    public static IReadOnlyList<SectionReading> OfTheNode { get; } =
        [.. SectionCatalog.All.Where(section => section.EntryLabel is null).Select(section => Make(section))];

    /// <summary>Gets all sections, those with entries with two each.</summary>
    public static IReadOnlyList<SectionReading> All { get; } =
        [.. SectionCatalog.All.Select(section => Make(section, "one", "two/2"))];

    /// <summary>Makes one section.</summary>
    /// <param name="definition">Which.</param>
    /// <param name="entries">The names of its entries; ignored where there are none.</param>
    public static SectionReading Make(SectionDefinition definition, params string[] entries)
    {
        var builder = new SectionBuilder(definition);
        for (var entry = 0; entry < (definition.EntryLabel is null ? 1 : entries.Length); entry++)
        {
            builder.Begin(definition.HasNamedEntries ? entries[entry] : null);
            for (var index = 0; index < definition.WireFields.Count; index++)
            {
                var field = definition.WireFields[index];
                _ = field.Kind switch
                {
                    FieldKind.Text => builder.Set(field, $"text {entry}.{index}"),
                    FieldKind.Flag => builder.Set(field, (entry + index) % 2 == 0),
                    _ => builder.Set(field, Value(field, (10 * entry) + index + 1)),
                };
            }
        }

        return builder.Build()!;
    }

    private static double Value(FieldDefinition field, int number) =>
        Math.Round(field.Max <= 1 ? number / 100.0 : Math.Min(field.Max, number), Math.Max(field.Decimals, 0));
}
