using static NodeTelemetry.Protocol.Catalog.Sections.Fields;

namespace NodeTelemetry.Protocol.Catalog.Sections;

/// <summary>Wire key <c>textfile</c>: files of the textfile directory, by name.</summary>
/// <remarks>Source: the text exposition format of Prometheus.</remarks>
public static class TextfilesSection
{
    /// <summary>Time since the file was written.</summary>
    public static readonly FieldDefinition AgeSeconds = Gauge(
        "age", "textfile_age_seconds", "nodetelemetry.textfile.age", ReadingUnit.Seconds,
        "Time since the file was written");

    /// <summary>The file could be read and understood.</summary>
    public static readonly FieldDefinition Ok = Flag(
        "ok", "textfile_ok", "nodetelemetry.textfile.ok", "The file could be read and understood");

    /// <summary>Series that the file has.</summary>
    public static readonly FieldDefinition Series = Gauge(
        "series", "textfile_series", "nodetelemetry.textfile.series", ReadingUnit.None, "Series that the file has");

    /// <summary>The section.</summary>
    public static readonly SectionDefinition Definition = new(
        "textfile",
        "Files of the textfile directory, by name",
        AgeSeconds, Ok, Series)
    {
        EntryLabel = "file",
        EntryFieldName = "file.name",
    };
}
