using System.Text.Json;
using NodeTelemetry.Protocol.Limits;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Protocol.Wire;

/// <summary>Reads the sections that consist of texts: <c>about</c>, <c>labels</c> and <c>bye</c>. Never
/// throws.</summary>
internal sealed class DescriptionReader(TextCache texts)
{
    [Flags]
    private enum AboutKeys
    {
        None = 0,
        Board = 1 << 0,
        Architecture = 1 << 1,
        OperatingSystem = 1 << 2,
        Kernel = 1 << 3,
        Agent = 1 << 4,
        Hat = 1 << 5,
        Cores = 1 << 6,
        Addresses = 1 << 7,
        Revision = 1 << 8,
        SerialHash = 1 << 9,
        Runtime = 1 << 10,
        Role = 1 << 11,
        Display = 1 << 12,
    }

    /// <summary>Reads <c>about</c>.</summary>
    public DecodeError ReadAbout(ref Utf8JsonReader reader, out AboutReading? about)
    {
        about = null;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            return DecodeError.WrongType;
        }

        string? board = null, architecture = null, operatingSystem = null, kernel = null, agent = null, hat = null,
            revision = null, serialHash = null, runtime = null, role = null, display = null;
        int? coreCount = null;
        List<string>? addresses = null;
        var seen = AboutKeys.None;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = AboutKeyOf(reader.ValueSpan);
            reader.Read();
            if ((seen & key) != 0)
            {
                return DecodeError.DuplicateField;
            }

            seen |= key;
            var error = DecodeError.None;
            switch (key)
            {
                case AboutKeys.Board:
                    error = ReadText(ref reader, out board);
                    break;
                case AboutKeys.Architecture:
                    error = ReadText(ref reader, out architecture);
                    break;
                case AboutKeys.OperatingSystem:
                    error = ReadText(ref reader, out operatingSystem);
                    break;
                case AboutKeys.Kernel:
                    error = ReadText(ref reader, out kernel);
                    break;
                case AboutKeys.Agent:
                    error = ReadText(ref reader, out agent);
                    break;
                case AboutKeys.Hat:
                    error = ReadText(ref reader, out hat);
                    break;
                case AboutKeys.Revision:
                    error = ReadText(ref reader, out revision);
                    break;
                case AboutKeys.SerialHash:
                    error = ReadText(ref reader, out serialHash);
                    break;
                case AboutKeys.Runtime:
                    error = ReadText(ref reader, out runtime);
                    break;
                case AboutKeys.Role:
                    error = ReadText(ref reader, out role);
                    break;
                case AboutKeys.Display:
                    error = ReadText(ref reader, out display);
                    break;
                case AboutKeys.Cores:
                    error = JsonValue.Integer(ref reader, 0, int.MaxValue, out var cores);
                    coreCount = cores;
                    break;
                case AboutKeys.Addresses:
                    error = ReadAddresses(ref reader, out addresses);
                    break;
                default:
                    reader.Skip();
                    break;
            }

            if (error != DecodeError.None)
            {
                return error;
            }
        }

        about = new AboutReading
        {
            Board = board,
            Architecture = architecture,
            OperatingSystem = operatingSystem,
            Kernel = kernel,
            AgentVersion = agent,
            CoreCount = coreCount,
            Addresses = addresses,
            Hat = hat,
            Revision = revision,
            SerialHash = serialHash,
            Runtime = runtime,
            Role = role,
            Display = display,
        };
        return DecodeError.None;
    }

    private static AboutKeys AboutKeyOf(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("board"u8) ? AboutKeys.Board
        : name.SequenceEqual("arch"u8) ? AboutKeys.Architecture
        : name.SequenceEqual("os"u8) ? AboutKeys.OperatingSystem
        : name.SequenceEqual("kernel"u8) ? AboutKeys.Kernel
        : name.SequenceEqual("agent"u8) ? AboutKeys.Agent
        : name.SequenceEqual("hat"u8) ? AboutKeys.Hat
        : name.SequenceEqual("cores"u8) ? AboutKeys.Cores
        : name.SequenceEqual("addresses"u8) ? AboutKeys.Addresses
        : name.SequenceEqual("revision"u8) ? AboutKeys.Revision
        : name.SequenceEqual("serialhash"u8) ? AboutKeys.SerialHash
        : name.SequenceEqual("runtime"u8) ? AboutKeys.Runtime
        : name.SequenceEqual("role"u8) ? AboutKeys.Role
        : name.SequenceEqual("display"u8) ? AboutKeys.Display
        : AboutKeys.None;

    private DecodeError ReadText(ref Utf8JsonReader reader, out string text) =>
        texts.Read(ref reader, WireLimits.TextBytesMax, out text);

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
