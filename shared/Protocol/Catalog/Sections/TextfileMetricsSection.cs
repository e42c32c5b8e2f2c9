using static NodeTelemetry.Protocol.Catalog.ReadingUnit;
using static NodeTelemetry.Protocol.Catalog.Sections.Fields;

namespace NodeTelemetry.Protocol.Catalog.Sections;

/// <summary>Wire key <c>metrics</c>.</summary>
/// <remarks>Source: the text exposition format of Prometheus.</remarks>
public static class TextfileMetricsSection
{
    public static readonly FieldDefinition Value = Signed(
        "value", "textfile_value", "nodetelemetry.textfile.value", None, 1e15, 6,
        "Value of the series", inHistory: true);

    public static readonly SectionDefinition Definition = new(
        "metrics", "Metrics of the textfile directory, by series", Value)
    {
        EntryLabel = "series",
        EntryFieldName = "nodetelemetry.textfile.metric",
    };
}
