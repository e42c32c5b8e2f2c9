using System.Text.Json;

namespace NodeTelemetry.Collector.Export;

/// <summary>
/// The index template: the type of every field that <see cref="BulkRequestWriter"/> can write, and how the indices are
/// kept.
/// </summary>
/// <remarks>Needs no plugin: what a bare OpenSearch does not know is not in it.</remarks>
internal static class IndexTemplate
{
    /// <summary>The template's name.</summary>
    public const string Name = BulkRequestWriter.IndexPrefix;

    /// <summary>
    /// The version of the template; one more with every change, so that an administrator sees which is installed.
    /// </summary>
    private const int Version = 1;

    /// <summary>Makes the body of <c>PUT /_index_template/…</c>.</summary>
    /// <param name="indented">Whether people are to read it.</param>
    public static byte[] Create(bool indented = false)
    {
        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body, new JsonWriterOptions { Indented = indented, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteStartArray("index_patterns");
            json.WriteStringValue($"{BulkRequestWriter.IndexPrefix}-*");
            json.WriteEndArray();
            json.WriteNumber("priority", 200);
            json.WriteNumber("version", Version);
            json.WriteStartObject("_meta");
            json.WriteString("managed_by", "nodetelemetry");
            json.WriteEndObject();
            json.WriteStartObject("template");
            json.WriteStartObject("aliases");
            json.WriteStartObject("nodetelemetry-metrics");
            json.WriteEndObject();
            json.WriteEndObject();
            WriteSettings(json);
            WriteMappings(json);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return body.ToArray();
    }

    private static void WriteSettings(Utf8JsonWriter json)
    {
        json.WriteStartObject("settings");
        json.WriteStartObject("index");
        json.WriteNumber("number_of_shards", 1);
        json.WriteString("auto_expand_replicas", "0-1");
        json.WriteString("codec", "best_compression");
        json.WriteString("refresh_interval", "10s");
        WriteTexts(json, "sort.field", ["host.name", "@timestamp"]);
        WriteTexts(json, "sort.order", ["asc", "desc"]);
        json.WriteNumber("mapping.total_fields.limit", 1000);
        WriteTexts(json, "query.default_field", ["host.name", "labels.*"]);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteMappings(Utf8JsonWriter json)
    {
        json.WriteStartObject("mappings");

        // A field of a later collector stays in the document, is not searchable, and does no harm.
        json.WriteString("dynamic", "false");
        json.WriteBoolean("date_detection", false);
        json.WriteStartArray("dynamic_templates");
        json.WriteStartObject();
        json.WriteStartObject("labels");
        json.WriteString("path_match", "labels.*");
        json.WriteString("match_mapping_type", "string");
        json.WriteStartObject("mapping");
        json.WriteString("type", "keyword");
        json.WriteNumber("ignore_above", 256);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteStartObject("properties");
        WriteFields(json);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteFields(Utf8JsonWriter json)
    {
        var depth = 0;
        foreach (var field in DocumentField.All)
        {
            for (; depth > field.Shared; depth--)
            {
                json.WriteEndObject();
                json.WriteEndObject();
            }

            for (; depth < field.Segments.Count - 1; depth++)
            {
                json.WriteStartObject(field.Segments[depth]);
                json.WriteStartObject("properties");
            }

            json.WriteStartObject(field.Segments[^1]);
            WriteType(json, field.Type);
            json.WriteEndObject();
        }

        for (; depth > 0; depth--)
        {
            json.WriteEndObject();
            json.WriteEndObject();
        }
    }

    private static void WriteType(Utf8JsonWriter json, FieldType type)
    {
        switch (type)
        {
            case FieldType.Texts:
                json.WriteString("type", "object");
                json.WriteBoolean("dynamic", true);
                return;
            case FieldType.Keyword:
                json.WriteString("type", "keyword");
                json.WriteNumber("ignore_above", 256);
                return;
            case FieldType.Date:
                json.WriteString("type", "date");
                return;
            case FieldType.Ratio:
                json.WriteString("type", "scaled_float");
                json.WriteNumber("scaling_factor", 10_000);
                break;
            default:
                json.WriteString("type", type switch
                {
                    FieldType.Ip => "ip",
                    FieldType.Long => "long",
                    FieldType.HalfFloat => "half_float",
                    _ => "float",
                });
                break;
        }

        // A value that cannot be read costs itself, not the document.
        json.WriteBoolean("ignore_malformed", true);
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, ReadOnlySpan<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts)
        {
            json.WriteStringValue(text);
        }

        json.WriteEndArray();
    }
}
