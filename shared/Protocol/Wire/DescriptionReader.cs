using System.Text.Json;
using NodeTelemetry.Protocol.Limits;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Protocol.Wire;

/// <summary>Reads <c>about</c>, <c>labels</c> and <c>bye</c>. Never throws.</summary>
internal sealed class DescriptionReader(TextCache texts)
{
    private enum AboutKey
    {
        Board,
        Architecture,
        OperatingSystem,
        Kernel,
        Agent,
        Hat,
        Revision,
        SerialHash,
        Runtime,
        Role,
        Display,
        Cores,
        Addresses,
    }

    /// <summary>The keys of <c>about</c> in the order of <see cref="AboutKey"/>: texts, then the others.</summary>
    private static readonly JsonEncodedText[] AboutNames =
    [
        WireNames.Board, WireNames.Architecture, WireNames.OperatingSystem, WireNames.Kernel, WireNames.Agent,
        WireNames.Hat, WireNames.Revision, WireNames.SerialHash, WireNames.Runtime, WireNames.Role, WireNames.Display,
        WireNames.Cores, WireNames.Addresses,
    ];

    private readonly string?[] _aboutTexts = new string?[(int)AboutKey.Cores];

    /// <summary>Reads <c>about</c>.</summary>
    public DecodeError ReadAbout(ref Utf8JsonReader reader, out AboutReading? about)
    {
        about = null;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return DecodeError.WrongType;
        }

        Array.Clear(_aboutTexts);
        int? coreCount = null;
        List<string>? addresses = null;
        var seen = 0;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = FindAboutKey(reader.ValueSpan);
            reader.Read();
            if (key < 0)
            {
                reader.Skip();
                continue;
            }

            if ((seen & (1 << (int)key)) != 0)
            {
                return DecodeError.DuplicateField;
            }

            seen |= 1 << (int)key;
            DecodeError error;
            switch (key)
            {
                case AboutKey.Cores:
                    error = JsonValue.Integer(ref reader, 0, int.MaxValue, out var cores);
                    coreCount = cores;
                    break;
                case AboutKey.Addresses:
                    error = ReadAddresses(ref reader, out addresses);
                    break;
                default:
                    error = texts.Read(ref reader, WireLimits.TextBytesMax, out var text);
                    _aboutTexts[(int)key] = text;
                    break;
            }

            if (error != DecodeError.None)
            {
                return error;
            }
        }

        about = CreateAbout(coreCount, addresses);
        return DecodeError.None;
    }

    private static AboutKey FindAboutKey(ReadOnlySpan<byte> name)
    {
        for (var index = 0; index < AboutNames.Length; index++)
        {
            if (name.SequenceEqual(AboutNames[index].EncodedUtf8Bytes))
            {
                return (AboutKey)index;
            }
        }

        return (AboutKey)(-1);
    }

    private AboutReading CreateAbout(int? coreCount, List<string>? addresses) => new()
    {
        Board = _aboutTexts[(int)AboutKey.Board],
        Architecture = _aboutTexts[(int)AboutKey.Architecture],
        OperatingSystem = _aboutTexts[(int)AboutKey.OperatingSystem],
        Kernel = _aboutTexts[(int)AboutKey.Kernel],
        AgentVersion = _aboutTexts[(int)AboutKey.Agent],
        CoreCount = coreCount,
        Addresses = addresses,
        Hat = _aboutTexts[(int)AboutKey.Hat],
        Revision = _aboutTexts[(int)AboutKey.Revision],
        SerialHash = _aboutTexts[(int)AboutKey.SerialHash],
        Runtime = _aboutTexts[(int)AboutKey.Runtime],
        Role = _aboutTexts[(int)AboutKey.Role],
        Display = _aboutTexts[(int)AboutKey.Display],
    };

    private DecodeError ReadAddresses(ref Utf8JsonReader reader, out List<string>? addresses)
    {
        addresses = null;
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return DecodeError.WrongType;
        }

        addresses = new List<string>(4);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (addresses.Count == WireLimits.AddressCountMax)
            {
                return DecodeError.TooManyItems;
            }

            var error = texts.Read(ref reader, WireLimits.TextBytesMax, out var address);
            if (error != DecodeError.None)
            {
                return error;
            }

            addresses.Add(address);
        }

        return DecodeError.None;
    }

    /// <summary>Reads <c>labels</c>; an empty object is none.</summary>
    public DecodeError ReadLabels(ref Utf8JsonReader reader, out IReadOnlyList<KeyValuePair<string, string>>? labels)
    {
        labels = null;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return DecodeError.WrongType;
        }

        var list = new List<KeyValuePair<string, string>>(4);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (list.Count == WireLimits.LabelCountMax)
            {
                return DecodeError.TooManyItems;
            }

            var error = texts.Read(ref reader, WireLimits.LabelNameBytesMax, out var name);
            if (error != DecodeError.None)
            {
                return error;
            }

            reader.Read();
            error = texts.Read(ref reader, WireLimits.LabelValueBytesMax, out var value);
            if (error != DecodeError.None)
            {
                return error;
            }

            foreach (var known in list)
            {
                if (known.Key == name)
                {
                    return DecodeError.DuplicateField;
                }
            }

            list.Add(new(name, value));
        }

        labels = list.Count == 0 ? null : list;
        return DecodeError.None;
    }

    /// <summary>Reads <c>bye</c>.</summary>
    public DecodeError ReadBye(ref Utf8JsonReader reader, out ByeReading? bye)
    {
        bye = null;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return DecodeError.WrongType;
        }

        string? reason = null;
        int? back = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.ValueSpan;
            reader.Read();
            DecodeError error;
            if (name.SequenceEqual("reason"u8))
            {
                if (reason is not null)
                {
                    return DecodeError.DuplicateField;
                }

                error = texts.Read(ref reader, WireLimits.TextBytesMax, out reason);
            }
            else if (name.SequenceEqual("back"u8))
            {
                if (back is not null)
                {
                    return DecodeError.DuplicateField;
                }

                error = JsonValue.Integer(ref reader, 0, int.MaxValue, out var seconds);
                back = seconds;
            }
            else
            {
                reader.Skip();
                continue;
            }

            if (error != DecodeError.None)
            {
                return error;
            }
        }

        bye = reason is null ? null : new ByeReading(reason, back);
        return reason is null ? DecodeError.MissingField : DecodeError.None;
    }
}
