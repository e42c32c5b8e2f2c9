using static NodeTelemetry.Protocol.Catalog.Sections.Fields;

namespace NodeTelemetry.Protocol.Catalog.Sections;

/// <summary>Wire key <c>metrics</c>.</summary>
/// <remarks>Source: the text exposition format of Prometheus.</remarks>
public static class TextfileMetricsSection
{
    /// <summary>More than any count of bytes or nanoseconds, and few enough that a year of them can be added up.
    /// </summary>
    private const double ValueMax = 1e30;

    public static readonly FieldDefinition Value = Exact(
        "value", "textfile_value", "nodetelemetry.textfile.value", ValueMax, "Value of the series", inHistory: true);

    public static readonly SectionDefinition Definition = new(
        "metrics", "Metrics of the textfile directory, by series", Value)
    {
        EntryLabel = "series",
        EntryFieldName = "nodetelemetry.textfile.metric",
    };
}
