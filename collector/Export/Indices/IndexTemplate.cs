using System.Text.Json;
using NodeTelemetry.Collector.Export.Documents;
using NodeTelemetry.Collector.Export.Settings;

namespace NodeTelemetry.Collector.Export.Indices;

/// <summary>
/// An index template: the type of every field that a document can have, and the settings of the indices.
/// </summary>
/// <remarks>
/// Needs no plugin: it contains only what a bare OpenSearch supports, and the codecs are tried one after the other.
/// All three templates map all fields, so that one index pattern can search them together.
/// </remarks>
internal sealed class IndexTemplate
{
    /// <summary>
    /// The version of the templates. Each change increments it, so that an older one is replaced and a newer one kept.
    /// </summary>
    public const int Version = 2;

    /// <summary>The value of <c>_meta.managed_by</c> in the collector's templates and indices.</summary>
    public const string ManagedBy = "nodetelemetry";

    private readonly string? _alias;
    private readonly bool _isSorted;
    private readonly string _refreshInterval;

    private IndexTemplate(
        string name, string pattern, string? alias, bool isSorted, bool isStream, string refreshInterval)
    {
        Name = name;
        Pattern = pattern;
        _alias = alias;
        _isSorted = isSorted;
        IsStream = isStream;
        _refreshInterval = refreshInterval;
    }

    /// <summary>
    /// Gets the codecs in the order in which they are tried.
    /// The first takes a third less space than the default and less CPU than the second, but needs a plugin.
    /// </summary>
    public static IReadOnlyList<string> Codecs { get; } = ["zstd_no_dict", "best_compression"];

    /// <summary>Gets the name.</summary>
    public string Name { get; }

    /// <summary>Gets the pattern of the index names.</summary>
    public string Pattern { get; }

    /// <summary>Gets a value indicating whether the template creates data streams.</summary>
    public bool IsStream { get; }

    /// <summary>Creates all templates.</summary>
    public static IReadOnlyList<IndexTemplate> All(IndexNaming naming) => [Metrics(naming), Events(), Nodes()];

    /// <summary>Creates the template of readings. A data stream needs no alias: it is read by its name.</summary>
    public static IndexTemplate Metrics(IndexNaming naming)
    {
        var isStream = naming == IndexNaming.Stream;
        return new IndexTemplate(
            IndexNames.Metrics,
            $"{IndexNames.Metrics}-*",
            isStream ? null : IndexNames.MetricsAlias,
            isSorted: true,
            isStream,
            "10s");
    }

    /// <summary>Creates the template of node events.</summary>
    public static IndexTemplate Events() => new(
        IndexNames.Events, $"{IndexNames.Events}-*", IndexNames.EventsAlias, isSorted: false, isStream: false, "5s");

    /// <summary>Creates the template of the current node states; refreshed every second for monitors.</summary>
    public static IndexTemplate Nodes() =>
        new(IndexNames.Nodes, IndexNames.Nodes, null, isSorted: false, isStream: false, "1s");

    /// <summary>Creates the body of <c>PUT /_index_template/…</c>.</summary>
    /// <param name="codec">The compression of the indices; <see langword="null"/> for the server's default.</param>
    /// <param name="indented">Whether the JSON is indented.</param>
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

    /// <summary>Creates the body of <c>PUT /…/_mapping</c>, which adds fields to an existing index.</summary>
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
        if (_isSorted)
        {
            json.WriteStartObject("sort");
            WriteTexts(json, "field", ["host.name", "@timestamp"]);
            WriteTexts(json, "order", ["asc", "desc"]);
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
        // An unknown field of a newer collector stays in the document, but is not searchable.
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

        // A value that cannot be parsed is ignored; the rest of the document is indexed.
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
