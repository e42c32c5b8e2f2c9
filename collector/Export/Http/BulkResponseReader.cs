using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace NodeTelemetry.Collector.Export.Http;

/// <summary>Reads responses of OpenSearch: to bulk requests, and the error of any other request.</summary>
/// <remarks>Source: recorded responses of OpenSearch 2.19. An item without error allocates nothing.</remarks>
internal static class BulkResponseReader
{
    // Limit of a kept reason: previews of values make them long, and a sentence is enough.
    private const int ReasonCharactersMax = 500;

    // The start of a stored item; in a text the quotation marks would be escaped.
    private static ReadOnlySpan<byte> CreatedStatus => "\"status\":201"u8;

    /// <summary>Reads the items of a bulk response, which have the order of the request.</summary>
    /// <param name="body">The response.</param>
    /// <param name="documents">The number of documents sent.</param>
    /// <param name="items">Receives the items.</param>
    /// <returns><see langword="false"/> if it is truncated, no bulk response, or has another number of items.</returns>
    public static bool TryRead(ReadOnlySpan<byte> body, int documents, List<BulkItem> items)
    {
        items.Clear();
        try
        {
            var reader = new Utf8JsonReader(body);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            var isWithoutErrors = false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isItems = reader.ValueTextEquals("items"u8);
                var isErrors = reader.ValueTextEquals("errors"u8);
                reader.Read();
                isWithoutErrors |= isErrors && reader.TokenType == JsonTokenType.False;
                if (isItems && isWithoutErrors && AreAllCreated(body[(int)reader.BytesConsumed..], documents))
                {
                    CollectionsMarshal.SetCount(items, documents);
                    CollectionsMarshal.AsSpan(items).Fill(new BulkItem(201, null, null));
                    return true;
                }

                if (!isItems)
                {
                    reader.Skip();
                }
                else if (!TryReadItems(ref reader, items))
                {
                    return false;
                }
            }

            return reader.TokenType == JsonTokenType.EndObject && items.Count == documents;
        }
        catch (Exception exception) when (IsBad(exception))
        {
            return false;
        }
    }

    /// <summary>Reads the type and the reason of an error: an object, a string, or plain text.</summary>
    public static (string Type, string Reason) ReadError(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            if (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
            {
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    var isError = reader.ValueTextEquals("error"u8);
                    reader.Read();
                    if (!isError)
                    {
                        reader.Skip();
                    }
                    else if (reader.TokenType == JsonTokenType.String)
                    {
                        return (string.Empty, Shorten(reader.GetString()!));
                    }
                    else if (reader.TokenType == JsonTokenType.StartObject)
                    {
                        var (type, reason) = ReadErrorObject(ref reader);
                        return (type ?? string.Empty, reason ?? string.Empty);
                    }
                }
            }
        }
        catch (Exception exception) when (IsBad(exception))
        {
            // Plain text, as from the security plugin, or a page of a proxy.
        }

        var text = Encoding.UTF8.GetString(body[..Math.Min(body.Length, ReasonCharactersMax)]);
        return (string.Empty, Shorten(text.Trim()));
    }

    /// <summary>Reads the limit of a memory circuit breaker.</summary>
    /// <returns>The limit in bytes; 0 if the error has none.</returns>
    public static long ReadBytesLimit(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new Utf8JsonReader(body);
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.PropertyName && reader.ValueTextEquals("bytes_limit"u8))
                {
                    return reader.Read() && reader.TryGetInt64(out var limit) ? limit : 0;
                }
            }
        }
        catch (Exception exception) when (IsBad(exception))
        {
            // Not a response of OpenSearch.
        }

        return 0;
    }

    // The second is thrown for a text that is not UTF-8, or has half of a surrogate pair.
    private static bool IsBad(Exception exception) => exception is JsonException or InvalidOperationException;

    // Recognizes most responses without reading two thousand items: the same status in each, to the end.
    private static bool AreAllCreated(ReadOnlySpan<byte> items, int documents) =>
        items.Count(CreatedStatus) == documents && items.EndsWith("]}"u8);

    private static bool TryReadItems(ref Utf8JsonReader reader, List<BulkItem> items)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return false;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            // {"create":{…}}
            if (!reader.Read() || reader.TokenType != JsonTokenType.PropertyName
                || !reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            items.Add(ReadItem(ref reader));
            reader.Read();
        }

        return reader.TokenType == JsonTokenType.EndArray;
    }

    private static BulkItem ReadItem(ref Utf8JsonReader reader)
    {
        var status = 0;
        string? type = null;
        string? reason = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isStatus = reader.ValueTextEquals("status"u8);
            var isError = reader.ValueTextEquals("error"u8);
            reader.Read();
            if (isStatus && reader.TokenType == JsonTokenType.Number)
            {
                status = reader.TryGetInt32(out var value) ? value : 0;
            }
            else if (isError && reader.TokenType == JsonTokenType.StartObject)
            {
                (type, reason) = ReadErrorObject(ref reader);
            }
            else if (isError && reader.TokenType == JsonTokenType.String)
            {
                (type, reason) = (string.Empty, Shorten(reader.GetString()!));
            }
            else
            {
                reader.Skip();
            }
        }

        return new BulkItem(status, type, reason);
    }

    // Leaves the reader at the end of the object. The innermost cause explains most.
    private static (string? Type, string? Reason) ReadErrorObject(ref Utf8JsonReader reader)
    {
        string? type = null;
        string? reason = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isType = reader.ValueTextEquals("type"u8);
            var isReason = reader.ValueTextEquals("reason"u8);
            var isCause = reader.ValueTextEquals("caused_by"u8);
            reader.Read();
            if (isType && reader.TokenType == JsonTokenType.String)
            {
                type = reader.GetString();
            }
            else if (isReason && reader.TokenType == JsonTokenType.String)
            {
                reason = reader.GetString();
            }
            else if (isCause && reader.TokenType == JsonTokenType.StartObject)
            {
                reason = $"{reason}: {ReadErrorObject(ref reader).Reason}";
            }
            else
            {
                reader.Skip();
            }
        }

        return (type, reason is null ? null : Shorten(reason));
    }

    private static string Shorten(string text) =>
        text.Length <= ReasonCharactersMax ? text : string.Concat(text.AsSpan(0, ReasonCharactersMax), "…");
}
