using System.Text.Json;

namespace NodeTelemetry.Collector.Export;

/// <summary>Reads from a document's two lines, action and document, where it goes and whose it is.</summary>
internal static class BulkLines
{
    /// <summary>Reads the node: <c>host.id</c>.</summary>
    /// <param name="lines">The action line and the document line.</param>
    /// <returns><see langword="null"/> when it is not there, or the document is not what was written.</returns>
    public static string? ReadNode(ReadOnlySpan<byte> lines) =>
        Read(lines[(lines.IndexOf((byte)'\n') + 1)..], "host"u8, "id"u8);

    /// <summary>Reads the index: <c>create._index</c>.</summary>
    /// <param name="lines">The action line and the document line.</param>
    /// <returns><see langword="null"/> when it is not there, or the action is not what was written.</returns>
    public static string? ReadIndex(ReadOnlySpan<byte> lines) => Read(lines, "create"u8, "_index"u8);

    private static string? Read(ReadOnlySpan<byte> json, ReadOnlySpan<byte> outer, ReadOnlySpan<byte> inner)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            return Enter(ref reader, outer) && reader.TokenType == JsonTokenType.StartObject
                && Find(ref reader, inner) && reader.TokenType == JsonTokenType.String
                ? reader.GetString()
                : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static bool Enter(ref Utf8JsonReader reader, ReadOnlySpan<byte> name) =>
        reader.Read() && reader.TokenType == JsonTokenType.StartObject && Find(ref reader, name);

    // Leaves the reader at the value.
    private static bool Find(ref Utf8JsonReader reader, ReadOnlySpan<byte> name)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isIt = reader.ValueTextEquals(name);
            reader.Read();
            if (isIt)
            {
                return true;
            }

            reader.Skip();
        }

        return false;
    }
}
