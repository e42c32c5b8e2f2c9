using System.Text.Json;

namespace NodeTelemetry.Collector.Export;

/// <summary>Reads from a document whose it is: <c>host.id</c>.</summary>
internal static class DocumentNode
{
    /// <summary>Reads it.</summary>
    /// <param name="lines">The action line and the document line.</param>
    /// <returns><see langword="null"/> when it is not there, or the document is not what was written.</returns>
    public static string? Read(ReadOnlySpan<byte> lines)
    {
        try
        {
            var reader = new Utf8JsonReader(lines[(lines.IndexOf((byte)'\n') + 1)..]);
            return Enter(ref reader, "host"u8) && reader.TokenType == JsonTokenType.StartObject
                && Find(ref reader, "id"u8) && reader.TokenType == JsonTokenType.String
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
