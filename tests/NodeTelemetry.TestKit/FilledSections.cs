using NodeTelemetry.Protocol.Catalog;
using NodeTelemetry.Protocol.Catalog.Sections;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.TestKit;

/// <summary>Sections in which every field has a distinct, reproducible value.</summary>
public static class FilledSections
{
    /// <summary>Gets all scalar sections.</summary>
    public static IReadOnlyList<SectionReading> Scalar { get; } =
        [.. SectionCatalog.All.Where(section => section.EntryLabel is null).Select(section => Create(section))];

    /// <summary>Gets all sections, with two entries each where they have entries.</summary>
    public static IReadOnlyList<SectionReading> All { get; } =
        [.. SectionCatalog.All.Select(section => Create(section, "one", "two/2"))];

    /// <summary>Creates a section.</summary>
    /// <param name="definition">The section.</param>
    /// <param name="entries">The names of its entries; ignored where there are none.</param>
    public static SectionReading Create(SectionDefinition definition, params string[] entries)
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
