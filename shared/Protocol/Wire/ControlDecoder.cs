using System.Text.Json;
using System.Text.Unicode;
using NodeTelemetry.Protocol.Limits;

namespace NodeTelemetry.Protocol.Wire;

/// <summary>Decodes control datagrams.</summary>
/// <remarks>Never throws on any bytes, allocates nothing. Unknown keys are skipped.</remarks>
public static class ControlDecoder
{
    [Flags]
    private enum Fields
    {
        None = 0,
        Version = 1,
        Ask = 2,
        Run = 4,
        From = 8,
        To = 16,
        Node = 32,
        Sequence = 64,
        Requester = 128,
        Count = 256,
        Signature = 512,
        Alert = 1024,
        TimeToLive = 2048,
        Cookie = 4096,

        /// <summary>Required in every request.</summary>
        Request = Version | Ask,

        /// <summary>Also required in a repair request.</summary>
        Range = Run | From | To,

        /// <summary>Also required in an alert level for a display.</summary>
        Show = Alert | TimeToLive,

        /// <summary>The keys of a <see cref="ControlStamp"/>.</summary>
        Stamp = Node | Sequence | Requester | Count,
    }

    /// <summary>Decodes one datagram.</summary>
    /// <param name="datagram">Its bytes.</param>
    /// <param name="message">Its content; <see cref="ControlRequest.None"/> if the result is an error.</param>
    /// <returns><see cref="DecodeError.None"/>, or why it was refused.</returns>
    public static DecodeError Decode(ReadOnlySpan<byte> datagram, out ControlMessage message)
    {
        var draft = default(Draft);
        var error = datagram.IsEmpty ? DecodeError.Empty
            : datagram.Length > WireLimits.ControlBytesMax ? DecodeError.TooLong
            : !Utf8.IsValid(datagram) ? DecodeError.NotUtf8
            : JsonGrammar.Check(datagram);
        if (error == DecodeError.None)
        {
            error = ReadObject(datagram, ref draft);
        }

        message = error == DecodeError.None ? draft.ToMessage() : default;
        return error;
    }

    private static Fields FindField(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("v"u8) ? Fields.Version
        : name.SequenceEqual("ask"u8) ? Fields.Ask
        : name.SequenceEqual("run"u8) ? Fields.Run
        : name.SequenceEqual("from"u8) ? Fields.From
        : name.SequenceEqual("to"u8) ? Fields.To
        : name.SequenceEqual("node"u8) ? Fields.Node
        : name.SequenceEqual("seq"u8) ? Fields.Sequence
        : name.SequenceEqual("asker"u8) ? Fields.Requester
        : name.SequenceEqual("count"u8) ? Fields.Count
        : name.SequenceEqual("sig"u8) ? Fields.Signature
        : name.SequenceEqual("alert"u8) ? Fields.Alert
        : name.SequenceEqual("ttl"u8) ? Fields.TimeToLive
        : name.SequenceEqual("cookie"u8) ? Fields.Cookie
        : Fields.None;

    private static DecodeError ReadObject(ReadOnlySpan<byte> datagram, ref Draft draft)
    {
        var reader = new Utf8JsonReader(datagram, new JsonReaderOptions { MaxDepth = WireLimits.DepthMax });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            // Keys are ASCII and written without escapes; an escaped key is an unknown one.
            var field = reader.ValueIsEscaped ? Fields.None : FindField(reader.ValueSpan);
            reader.Read();
            if ((draft.Seen & field) != 0)
            {
                return DecodeError.DuplicateField;
            }

            draft.Seen |= field;
            var error = ReadField(field, ref reader, ref draft);
            if (error != DecodeError.None)
            {
                return error;
            }

            reader.Skip();
        }

        return !draft.Has(Fields.Request | GetRequired(draft.Request)) ? DecodeError.MissingField
            : draft.Request == ControlRequest.Range && draft.From > draft.To ? DecodeError.OutOfRange
            : DecodeError.None;
    }

    private static Fields GetRequired(ControlRequest request) => request switch
    {
        ControlRequest.Range => Fields.Range,
        ControlRequest.Show => Fields.Show,
        _ => Fields.None,
    };

    private static DecodeError ReadField(Fields field, ref Utf8JsonReader reader, ref Draft draft) => field switch
    {
        Fields.Version => JsonValue.Integer(ref reader, 1, int.MaxValue, out _),
        Fields.Ask => ReadRequest(ref reader, out draft.Request),
        Fields.Run => JsonValue.Hex(ref reader, WireLimits.RunDigits, out draft.Run),
        Fields.From => ReadCount(ref reader, out draft.From),
        Fields.To => ReadCount(ref reader, out draft.To),
        Fields.Node => JsonValue.Hex(ref reader, WireLimits.NodeDigits, out draft.Node),
        Fields.Sequence => ReadCount(ref reader, out draft.Sequence),
        Fields.Requester => JsonValue.Hex(ref reader, WireLimits.RunDigits, out draft.Requester),
        Fields.Count => ReadCount(ref reader, out draft.Count),
        Fields.Alert => ReadAlert(ref reader, out draft.Alert),
        Fields.TimeToLive => JsonValue.Integer(ref reader, 1, WireLimits.AlertSecondsMax, out draft.AlertSeconds),
        Fields.Cookie => ReadCookie(ref reader, out draft.Cookie),
        Fields.Signature when reader.TokenType != JsonTokenType.String => DecodeError.WrongType,
        _ => DecodeError.None,
    };

    private static DecodeError ReadCount(ref Utf8JsonReader reader, out long value)
    {
        var error = JsonValue.Integer(ref reader, out value);
        return error != DecodeError.None || value >= 0 ? error : DecodeError.OutOfRange;
    }

    private static DecodeError ReadCookie(ref Utf8JsonReader reader, out ulong cookie)
    {
        cookie = 0;
        return reader.TokenType != JsonTokenType.String ? DecodeError.WrongType
            : !reader.ValueIsEscaped && RequestCookie.TryRead(reader.ValueSpan, out cookie) ? DecodeError.None
            : DecodeError.OutOfRange;
    }

    private static DecodeError ReadRequest(ref Utf8JsonReader reader, out ControlRequest request)
    {
        request = reader.TokenType != JsonTokenType.String ? ControlRequest.None
            : reader.ValueIsEscaped ? ControlRequest.Unknown
            : reader.ValueSpan.SequenceEqual("sample"u8) ? ControlRequest.Sample
            : reader.ValueSpan.SequenceEqual("range"u8) ? ControlRequest.Range
            : reader.ValueSpan.SequenceEqual("show"u8) ? ControlRequest.Show
            : reader.ValueSpan.SequenceEqual("cookie"u8) ? ControlRequest.Cookie
            : ControlRequest.Unknown;
        return request == ControlRequest.None ? DecodeError.WrongType : DecodeError.None;
    }

    private static DecodeError ReadAlert(ref Utf8JsonReader reader, out AlertLevel level)
    {
        level = AlertLevel.None;
        if (reader.TokenType != JsonTokenType.String)
        {
            return DecodeError.WrongType;
        }

        level = reader.ValueSpan.SequenceEqual("warning"u8) ? AlertLevel.Warning
            : reader.ValueSpan.SequenceEqual("critical"u8) ? AlertLevel.Critical
            : AlertLevel.None;
        return level != AlertLevel.None || reader.ValueSpan.SequenceEqual("none"u8)
            ? DecodeError.None
            : DecodeError.OutOfRange;
    }

    private struct Draft
    {
        public Fields Seen;
        public ControlRequest Request;
        public uint Run;
        public long From;
        public long To;
        public ulong Node;
        public long Sequence;
        public uint Requester;
        public long Count;
        public AlertLevel Alert;
        public int AlertSeconds;
        public ulong Cookie;

        public readonly bool Has(Fields fields) => (Seen & fields) == fields;

        public readonly ControlMessage ToMessage() => new()
        {
            Request = Request,
            Run = Has(Fields.Run) ? Run : null,
            From = From,
            To = To,
            Alert = Alert,
            AlertSeconds = AlertSeconds,
            Cookie = Has(Fields.Cookie) ? Cookie : null,
            Stamp = Has(Fields.Stamp) ? new ControlStamp(Node, Sequence, Requester, Count) : null,
        };
    }
}
