using static NodeTelemetry.Protocol.Catalog.ReadingUnit;
using static NodeTelemetry.Protocol.Catalog.Sections.Fields;

namespace NodeTelemetry.Protocol.Catalog.Sections;

/// <summary>Wire key <c>textfile</c>.</summary>
/// <remarks>Source: the text exposition format of Prometheus.</remarks>
public static class TextfilesSection
{
    public static readonly FieldDefinition AgeSeconds = Gauge(
        "age", "textfile_age_seconds", "nodetelemetry.textfile.age", Seconds, "Time since the file was written");
    public static readonly FieldDefinition Ok = Flag(
        "ok", "textfile_ok", "nodetelemetry.textfile.ok", "The file could be read and parsed");
    public static readonly FieldDefinition Series = Gauge(
        "series", "textfile_series", "nodetelemetry.textfile.series", None, "Series in the file");

    public static readonly SectionDefinition Definition = new(
        "textfile", "Files of the textfile directory, by name", AgeSeconds, Ok, Series)
    {
        EntryLabel = "file",
        EntryFieldName = "file.name",
    };
}
