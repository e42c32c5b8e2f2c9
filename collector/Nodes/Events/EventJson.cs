using System.Text.Json;
using System.Text.Json.Serialization;

namespace NodeTelemetry.Collector.Nodes.Events;

/// <summary>Writes an event as API.md describes it.</summary>
internal static class EventJson
{
    /// <summary>Writes one event as an object.</summary>
    public static void Write(Utf8JsonWriter writer, NodeEvent raised)
    {
        writer.WriteStartObject();
        writer.WriteNumber("id"u8, raised.Id);
        writer.WriteNumber("time"u8, raised.Time.ToUnixTimeMilliseconds());
        writer.WriteString("kind"u8, raised.Kind.Name());
        if (raised.Node is { } node)
        {
            writer.WriteString("node"u8, node);
        }

        if (raised.Hostname is { } hostname)
        {
            writer.WriteString("hostname"u8, hostname);
        }

        writer.WriteString("text"u8, raised.Text);
        writer.WritePropertyName("details"u8);
        JsonSerializer.Serialize(writer, raised.Details, EventJsonContext.Default.EventDetails);
        writer.WriteEndObject();
    }
}

/// <summary>JSON of <see cref="EventDetails"/>, in the API and in the database.</summary>
[JsonSourceGenerationOptions(
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(EventDetails))]
internal sealed partial class EventJsonContext : JsonSerializerContext;
