namespace NodeTelemetry.Protocol.Catalog.Sections;

/// <summary>Every field that a node has one number of.</summary>
public static class ReadingCatalog
{
    /// <summary>Gets the scalar readings, in the order in which they are shown.</summary>
    public static IReadOnlyList<FieldDefinition> Scalars { get; } =
    [
        .. GetScalars(precedesHeader: true),
        HeaderSection.UptimeSeconds,
        .. GetScalars(precedesHeader: false),
    ];

    private static IEnumerable<FieldDefinition> GetScalars(bool precedesHeader)
    {
        foreach (var section in SectionCatalog.All)
        {
            foreach (var field in section.Fields)
            {
                if (section.EntryLabel is null && section.PrecedesHeader == precedesHeader
                    && field.Kind != FieldKind.Text)
                {
                    yield return field;
                }
            }
        }
    }
}
