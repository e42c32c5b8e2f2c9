using System.Text.Json;
using System.Text.Unicode;

namespace NodeTelemetry.Protocol.Wire;

/// <summary>Reads control datagrams.</summary>
/// <remarks>Never throws, whatever the bytes, and allocates nothing. Unknown keys are skipped.</remarks>
public static class ControlDecoder
{
    /// <summary>Decodes one datagram.</summary>
    /// <param name="datagram">Its bytes.</param>
    /// <param name="request">What it asks for; <see cref="ControlRequest.None"/> if the result is an error.</param>
    /// <returns><see cref="DecodeError.None"/>, or why it was refused.</returns>
    public static DecodeError Decode(ReadOnlySpan<byte> datagram, out ControlRequest request)
    {
        var asked = ControlRequest.None;
        var error = datagram.IsEmpty ? DecodeError.Empty
            : datagram.Length > WireLimits.ControlBytesMax ? DecodeError.TooLong
            : !Utf8.IsValid(datagram) ? DecodeError.NotUtf8
            : JsonGrammar.Check(datagram);
        if (error == DecodeError.None)
        {
            error = ReadObject(datagram, ref asked);
        }

        request = error == DecodeError.None ? asked : ControlRequest.None;
        return error;
    }

    private static DecodeError ReadObject(ReadOnlySpan<byte> datagram, ref ControlRequest asked)
    {
        var reader = new Utf8JsonReader(datagram, new JsonReaderOptions { MaxDepth = WireLimits.DepthMax });
        var hasVersion = false;
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            // Nobody escapes our ASCII keys; an escaped one is an unknown one.
            var isVersion = !reader.ValueIsEscaped && reader.ValueSpan.SequenceEqual("v"u8);
            var isAsk = !reader.ValueIsEscaped && reader.ValueSpan.SequenceEqual("ask"u8);
            reader.Read();
            if ((isVersion && hasVersion) || (isAsk && asked != ControlRequest.None))
            {
                return DecodeError.DuplicateField;
            }

            var error = isVersion ? ReadVersion(ref reader, ref hasVersion)
                : isAsk ? ReadAsk(ref reader, ref asked)
                : DecodeError.None;
            if (error != DecodeError.None)
            {
                return error;
            }

            reader.Skip();
        }

        return hasVersion && asked != ControlRequest.None ? DecodeError.None : DecodeError.MissingField;
    }

    private static DecodeError ReadVersion(ref Utf8JsonReader reader, ref bool hasVersion)
    {
        hasVersion = true;
        return JsonValue.Integer(ref reader, 1, int.MaxValue, out _);
    }

    private static DecodeError ReadAsk(ref Utf8JsonReader reader, ref ControlRequest asked)
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            return DecodeError.WrongType;
        }

        asked = reader.ValueIsEscaped ? ControlRequest.Unknown
            : reader.ValueSpan.SequenceEqual("sample"u8) ? ControlRequest.Sample
            : reader.ValueSpan.SequenceEqual("range"u8) ? ControlRequest.Range
            : ControlRequest.Unknown;
        return DecodeError.None;
    }
}
