using System.Text.Json;
using NodeTelemetry.Collector.Export.Documents;
using NodeTelemetry.Collector.Export.Settings;

namespace NodeTelemetry.Collector.Export.Indices;

/// <summary>
/// One index template: the type of every field that a document can have, and how the indices are kept.
/// </summary>
/// <remarks>
/// Needs no plugin: what a bare OpenSearch does not know is not in it, and the codecs are tried one after the other.
/// All three templates map all fields, so that one index pattern serves for searching them together.
/// </remarks>
internal sealed class IndexTemplate
{
    /// <summary>
    /// The version of the templates; one more with every change, so that an older one is replaced and a newer one left.
    /// </summary>
    public const int Version = 2;

    /// <summary>Who manages it: what a template or an index says of itself that is the collector's.</summary>
    public const string ManagedBy = "nodetelemetry";

    private readonly string? _alias;
    private readonly string? _timeSort;
    private readonly string _refreshInterval;

    private IndexTemplate(
        string name, string pattern, string? alias, string? timeSort, bool isStream, string refreshInterval)
    {
        Name = name;
        Pattern = pattern;
        _alias = alias;
        _timeSort = timeSort;
        IsStream = isStream;
        _refreshInterval = refreshInterval;
    }

    /// <summary>
    /// Gets the codecs in the order in which they are tried: the first takes a third less room than the default
    /// and less CPU than the second, but is a plugin's.
    /// </summary>
    public static IReadOnlyList<string> Codecs { get; } = ["zstd_no_dict", "best_compression"];

    /// <summary>Gets the name.</summary>
    public string Name { get; }

    /// <summary>Gets the pattern of the names of its indices.</summary>
    public string Pattern { get; }

    /// <summary>Gets a value indicating whether it makes data streams.</summary>
    public bool IsStream { get; }

    /// <summary>Makes all of them.</summary>
    public static IReadOnlyList<IndexTemplate> All(IndexNaming naming) => [Metrics(naming), Events(), Nodes()];

    /// <summary>Makes the template of readings. A data stream has no alias: it is found under its own name.</summary>
    public static IndexTemplate Metrics(IndexNaming naming)
    {
        var isStream = naming == IndexNaming.Stream;
        return new IndexTemplate(
            IndexNames.Metrics,
            $"{IndexNames.Metrics}-*",
            isStream ? null : IndexNames.MetricsAlias,
            "desc",
            isStream,
            "10s");
    }

    /// <summary>Makes the template of node events.</summary>
    public static IndexTemplate Events() =>
        new(IndexNames.Events, $"{IndexNames.Events}-*", IndexNames.EventsAlias, null, isStream: false, "5s");

    /// <summary>Makes the template of the present states: refreshed at once, for alerts are made of it.</summary>
    public static IndexTemplate Nodes() =>
        new(IndexNames.Nodes, IndexNames.Nodes, null, null, isStream: false, "1s");

    /// <summary>Makes the body of <c>PUT /_index_template/…</c>.</summary>
    /// <param name="codec">How the indices are compressed; <see langword="null"/> for the server's default.</param>
    /// <param name="indented">Whether people are to read it.</param>
    public byte[] Create(string? codec, bool indented = false) => Write(indented, json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("index_patterns");
        json.WriteStringValue(Pattern);
        json.WriteEndArray();
        json.WriteNumber("priority", 200);
        json.WriteNumber("version", Version);
        WriteMeta(json);
        if (IsStream)
        {
            json.WriteStartObject("data_stream");
            json.WriteEndObject();
        }

        json.WriteStartObject("template");
        if (_alias is not null)
        {
            json.WriteStartObject("aliases");
            json.WriteStartObject(_alias);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        WriteSettings(json, codec);
        json.WriteStartObject("mappings");
        WriteMappings(json);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    });

    /// <summary>Makes the body of <c>PUT /…/_mapping</c>, which adds fields to an index that exists.</summary>
    public static byte[] CreateMappings() => Write(indented: false, static json =>
    {
        json.WriteStartObject();
        WriteMappings(json);
        json.WriteEndObject();
    });

    private static byte[] Write(bool indented, Action<Utf8JsonWriter> write)
    {
        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body, new JsonWriterOptions { Indented = indented, NewLine = "\n" }))
        {
            write(json);
        }

        return body.ToArray();
    }

    private static void WriteMeta(Utf8JsonWriter json)
    {
        json.WriteStartObject("_meta");
        json.WriteString("managed_by", ManagedBy);
        json.WriteEndObject();
    }

    private void WriteSettings(Utf8JsonWriter json, string? codec)
    {
        json.WriteStartObject("settings");
        json.WriteStartObject("index");
        json.WriteNumber("number_of_shards", 1);
        json.WriteString("auto_expand_replicas", "0-1");
        if (codec is not null)
        {
            json.WriteString("codec", codec);
        }

        json.WriteString("refresh_interval", _refreshInterval);
        if (_timeSort is not null)
        {
            json.WriteStartObject("sort");
            WriteTexts(json, "field", ["host.name", "@timestamp"]);
            WriteTexts(json, "order", ["asc", _timeSort]);
            json.WriteEndObject();
        }

        json.WriteStartObject("mapping");
        json.WriteStartObject("total_fields");
        json.WriteNumber("limit", 1000);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartObject("query");
        WriteTexts(json, "default_field", ["host.name", "labels.*"]);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteMappings(Utf8JsonWriter json)
    {
        // A field of a later collector stays in the document, is not searchable, and does no harm.
        json.WriteString("dynamic", "false");
        WriteMeta(json);
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
    }

    private static void WriteFields(Utf8JsonWriter json)
    {
        var depth = 0;
        DocumentField? last = null;
        foreach (var field in DocumentFields.All)
        {
            var shared = last is null ? 0 : field.SharedWith(last);
            last = field;
            for (; depth > shared; depth--)
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
            case FieldType.Boolean:
                json.WriteString("type", "boolean");
                return;
            case FieldType.Text:
                json.WriteString("type", "text");
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
                    FieldType.Double => "double",
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
