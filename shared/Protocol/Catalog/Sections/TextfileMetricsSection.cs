using static NodeTelemetry.Protocol.Catalog.Sections.Fields;

namespace NodeTelemetry.Protocol.Catalog.Sections;

/// <summary>Wire key <c>metrics</c>: what the files of the textfile directory say, by series.</summary>
/// <remarks>Source: the text exposition format of Prometheus.</remarks>
public static class TextfileMetricsSection
{
    /// <summary>Value of the series.</summary>
    public static readonly FieldDefinition Value = Signed(
        "value", "textfile_value", "nodetelemetry.textfile.value", ReadingUnit.None, 1e15, 6,
        "Value of the series", inHistory: true);

    /// <summary>The section.</summary>
    public static readonly SectionDefinition Definition = new(
        "metrics",
        "What the files of the textfile directory say, by series",
        Value)
    {
        EntryLabel = "series",
        EntryFieldName = "nodetelemetry.textfile.metric",
    };
}
