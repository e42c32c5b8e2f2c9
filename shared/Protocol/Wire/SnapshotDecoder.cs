using System.Text.Json;
using System.Text.Unicode;
using NodeTelemetry.Protocol.Limits;
using NodeTelemetry.Protocol.Readings;
using Field = NodeTelemetry.Protocol.Wire.SnapshotDraft.Fields;

namespace NodeTelemetry.Protocol.Wire;

/// <summary>Decodes datagrams of any protocol version, and raspi-cluster's, which have no <c>v</c>.</summary>
/// <remarks>
/// Never throws on any bytes. A refused datagram allocates nothing except an <c>about</c>,
/// <c>labels</c> or <c>bye</c> that precedes the fault; an accepted one allocates its snapshot only.
/// Unknown keys are skipped, so that later versions can add fields. Not thread-safe: it caches recurring texts.
/// </remarks>
public sealed class SnapshotDecoder
{
    private readonly TextCache _texts = new();
    private readonly DescriptionReader _descriptions;
    private readonly SectionReader _sections;
    private readonly CompactReader _compact;

    private SnapshotDraft _draft;

    private readonly int _bytesMax;

    /// <summary>Initializes a new instance of the <see cref="SnapshotDecoder"/> class.</summary>
    /// <param name="bytesMax">The longest input that is accepted;
    /// whole samples in files are longer than datagrams.</param>
    public SnapshotDecoder(int bytesMax = WireLimits.ReceivedBytesMax)
    {
        _bytesMax = bytesMax;
        _descriptions = new DescriptionReader(_texts);
        _sections = new SectionReader(_texts);
        _compact = new CompactReader(_texts, _sections);
    }

    /// <summary>Decodes one datagram.</summary>
    /// <param name="datagram">Its bytes.</param>
    /// <param name="snapshot">The snapshot; <see langword="null"/> if the result is an error.</param>
    /// <returns><see cref="DecodeError.None"/>, or why it was refused.</returns>
    public DecodeError Decode(ReadOnlySpan<byte> datagram, out NodeSnapshot? snapshot)
    {
        snapshot = null;
        _draft = default;
        _sections.Reset();
        var error = DecodeError.None;
        if (datagram.Length > _bytesMax || !_compact.TryRead(datagram, ref _draft))
        {
            error = Check(datagram);
            if (error == DecodeError.None)
            {
                _draft = default;
                _sections.Reset();
                error = ReadObject(datagram);
            }
        }

        if (error == DecodeError.None)
        {
            error = _draft.Complete(_sections, out snapshot);
        }

        // Only the cache keeps references to a sender's texts.
        _draft = default;
        return error;
    }

    private DecodeError Check(ReadOnlySpan<byte> datagram) =>
        datagram.IsEmpty ? DecodeError.Empty
        : datagram.Length > _bytesMax ? DecodeError.TooLong
        : !Utf8.IsValid(datagram) ? DecodeError.NotUtf8
        : JsonGrammar.Check(datagram);

    private static Field FindField(ReadOnlySpan<byte> name) => name.Length switch
    {
        1 => name[0] == (byte)'v' ? Field.Version : Field.None,
        3 => name.SequenceEqual("seq"u8) ? Field.Sequence
            : name.SequenceEqual("run"u8) ? Field.Run
            : name.SequenceEqual("bye"u8) ? Field.Bye
            : name.SequenceEqual("sig"u8) ? Field.Signature
            : Field.None,
        4 => name.SequenceEqual("node"u8) ? Field.Node
            : name.SequenceEqual("boot"u8) ? Field.Boot
            : name.SequenceEqual("time"u8) ? Field.Time
            : name.SequenceEqual("part"u8) ? Field.Part
            : name.SequenceEqual("full"u8) ? Field.Full
            : Field.None,
        5 => name.SequenceEqual("about"u8) ? Field.About : Field.None,
        6 => name.SequenceEqual("uptime"u8) ? Field.Uptime
            : name.SequenceEqual("labels"u8) ? Field.Labels
            : Field.None,
        8 => name.SequenceEqual("hostname"u8) ? Field.Hostname
            : name.SequenceEqual("interval"u8) ? Field.Interval
            : Field.None,
        _ => Field.None,
    };

    private DecodeError ReadObject(ReadOnlySpan<byte> datagram)
    {
        var reader = new Utf8JsonReader(datagram, new JsonReaderOptions { MaxDepth = WireLimits.DepthMax });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            // Keys are ASCII and written without escapes; an escaped key is an unknown one.
            var field = reader.ValueIsEscaped ? Field.None : FindField(reader.ValueSpan);
            if (field == Field.None)
            {
                var sectionError = _sections.ReadOrSkip(ref reader);
                if (sectionError != DecodeError.None)
                {
                    return sectionError;
                }

                continue;
            }

            reader.Read();

            if (!_draft.TryMark(field))
            {
                return DecodeError.DuplicateField;
            }

            var error = ReadField(field, ref reader);
            if (error != DecodeError.None)
            {
                return error;
            }
        }

        return DecodeError.None;
    }

    private DecodeError ReadField(Field field, ref Utf8JsonReader reader)
    {
        DecodeError error;
        switch (field)
        {
            case Field.Hostname:
                return _texts.Read(ref reader, WireLimits.HostnameBytesMax, out _draft.Hostname);
            case Field.Version:
                return JsonValue.Integer(ref reader, 1, int.MaxValue, out _draft.Version);
            case Field.Node:
                return ReadNode(ref reader);
            case Field.Boot:
                return JsonValue.Hex(ref reader, WireLimits.RunDigits, out _draft.Boot);
            case Field.Run:
                return JsonValue.Hex(ref reader, WireLimits.RunDigits, out _draft.Run);
            case Field.Sequence:
                error = JsonValue.Integer(ref reader, out _draft.Sequence);
                return error != DecodeError.None || _draft.Sequence >= 0 ? error : DecodeError.OutOfRange;
            case Field.Time:
                error = JsonValue.Integer(ref reader, out _draft.Time);
                return error != DecodeError.None || _draft.Time is >= 0 and <= ReadingRanges.TimeMillisecondsMax
                    ? error : DecodeError.OutOfRange;
            case Field.Interval:
                return JsonValue.Integer(
                    ref reader, WireLimits.IntervalMillisecondsMin, WireLimits.IntervalMillisecondsMax,
                        out _draft.Interval);
            case Field.Uptime:
                error = JsonValue.Integer(ref reader, out var uptime);
                _draft.Uptime = uptime;
                return error != DecodeError.None || uptime is >= 0 and <= ReadingRanges.UptimeSecondsMax
                    ? error : DecodeError.OutOfRange;
            case Field.Part:
                return ReadPart(ref reader);
            case Field.Full:
                error = JsonValue.Integer(ref reader, out _draft.Full);
                return error != DecodeError.None || _draft.Full >= 0 ? error : DecodeError.OutOfRange;
            case Field.About:
                return _descriptions.ReadAbout(ref reader, out _draft.About);
            case Field.Labels:
                return _descriptions.ReadLabels(ref reader, out _draft.Labels);
            case Field.Bye:
                return _descriptions.ReadBye(ref reader, out _draft.Bye);
            default:
                error = _texts.Read(ref reader, WireLimits.TextBytesMax, out var signature);
                _draft.Signature = signature;
                return error;
        }
    }

    private DecodeError ReadNode(ref Utf8JsonReader reader)
    {
        var error = JsonValue.Hex(ref reader, WireLimits.NodeDigits, out ulong value);
        if (error == DecodeError.None)
        {
            Span<byte> lowerCase = stackalloc byte[WireLimits.NodeDigits];
            HexDigits.Write(value, lowerCase);
            _draft.Node = _texts.Get(lowerCase);
        }

        return error;
    }

    private DecodeError ReadPart(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return DecodeError.WrongType;
        }

        reader.Read();
        var error = JsonValue.Integer(ref reader, 0, WireLimits.PartCountMax - 1, out _draft.PartIndex);
        if (error != DecodeError.None)
        {
            return error;
        }

        reader.Read();
        error = JsonValue.Integer(ref reader, 2, WireLimits.PartCountMax, out _draft.PartCount);
        if (error != DecodeError.None)
        {
            return error;
        }

        reader.Read();
        return reader.TokenType != JsonTokenType.EndArray ? DecodeError.TooManyItems
            : _draft.PartIndex >= _draft.PartCount ? DecodeError.OutOfRange
            : DecodeError.None;
    }
}
