using System.Buffers.Binary;
using System.Text;

namespace NodeTelemetry.Agent.Bus;

/// <summary>Encodes D-Bus calls and decodes message headers.</summary>
/// <remarks>Source: D-Bus specification, "Authentication Protocol" and "Message Protocol".
/// Shape: byte order, type, flags, version, body length, serial, length of the header fields,
/// header fields padded to 8.</remarks>
internal static class BusMessage
{
    /// <summary>The fixed part of a header, including the length of its fields.</summary>
    public const int HeaderBytes = 16;

    /// <summary>The start of <see cref="Hello"/>.</summary>
    public static ReadOnlySpan<byte> Authentication => "\0AUTH EXTERNAL\r\nDATA\r\nBEGIN\r\n"u8;

    private const int BodyLengthOffset = 4;
    private const int SerialOffset = 8;
    private const int FieldsLengthOffset = 12;
    private const byte LittleEndian = (byte)'l';
    private const byte MethodCall = 1;
    private const byte ProtocolVersion = 1;
    private const byte PathField = 1;
    private const byte InterfaceField = 2;
    private const byte MemberField = 3;
    private const byte ErrorNameField = 4;
    private const byte ReplySerialField = 5;
    private const byte DestinationField = 6;
    private const byte SignatureField = 8;

    /// <summary>Builds the start of a connection.</summary>
    /// <remarks>The bus takes the credentials from the kernel, so everything can be sent at once.
    /// It replies to the empty identity with DATA and to the empty DATA with OK.</remarks>
    public static byte[] Hello(int serial) =>
    [
        .. Authentication,
        .. Call(serial, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "Hello"),
    ];

    /// <summary>Builds a method call.</summary>
    /// <param name="serial">The serial, greater than 0.</param>
    /// <param name="destination">The bus name of the service.</param>
    /// <param name="path">The object path.</param>
    /// <param name="contract">The interface.</param>
    /// <param name="member">The method.</param>
    /// <param name="arguments">The string arguments.</param>
    public static byte[] Call(
        int serial, string destination, string path, string contract, string member, params string[] arguments)
    {
        var message = new List<byte> { LittleEndian, MethodCall, 0, ProtocolVersion };
        Append(message, 0);
        Append(message, serial);
        Append(message, 0);
        foreach (var (field, type, value) in (ReadOnlySpan<(byte, char, string)>)[
            (PathField, 'o', path), (DestinationField, 's', destination), (InterfaceField, 's', contract),
            (MemberField, 's', member)])
        {
            Pad(message, 8);
            message.AddRange([field, 1, (byte)type, 0]);
            AppendText(message, value);
        }

        if (arguments.Length > 0)
        {
            Pad(message, 8);
            message.AddRange([SignatureField, 1, (byte)'g', 0, (byte)arguments.Length]);
            message.AddRange(Encoding.ASCII.GetBytes(new string('s', arguments.Length)));
            message.Add(0);
        }

        var fieldsLength = message.Count - HeaderBytes;
        Pad(message, 8);
        var bodyOffset = message.Count;
        foreach (var argument in arguments)
        {
            Pad(message, sizeof(int));
            AppendText(message, argument);
        }

        var bytes = message.ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(BodyLengthOffset), bytes.Length - bodyOffset);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(FieldsLengthOffset), fieldsLength);
        return bytes;
    }

    /// <summary>Sets the serial of a call that is sent again.</summary>
    public static void SetSerial(Span<byte> call, uint serial) =>
        BinaryPrimitives.WriteUInt32LittleEndian(call[SerialOffset..], serial);

    /// <summary>Reads the length of a message.</summary>
    /// <param name="header">At least the first <see cref="HeaderBytes"/> bytes.</param>
    /// <param name="bodyOffset">The offset of the body.</param>
    /// <param name="length">The total length.</param>
    /// <returns><see langword="false"/> if it is malformed or longer than the specification allows.</returns>
    public static bool TryReadHeader(ReadOnlySpan<byte> header, out int bodyOffset, out int length)
    {
        const uint LengthMax = 128 * 1024 * 1024;
        bodyOffset = length = 0;
        var body = BinaryPrimitives.ReadUInt32LittleEndian(header[BodyLengthOffset..]);
        var fields = BinaryPrimitives.ReadUInt32LittleEndian(header[FieldsLengthOffset..]);
        if (header[0] != LittleEndian || header[3] != ProtocolVersion || body > LengthMax || fields > LengthMax)
        {
            return false;
        }

        bodyOffset = HeaderBytes + (((int)fields + 7) / 8 * 8);
        length = bodyOffset + (int)body;
        return true;
    }

    /// <summary>Parses the header fields.</summary>
    /// <param name="head">The message up to the body.</param>
    /// <param name="fields">The fields.</param>
    /// <returns><see langword="false"/> if the header is malformed.</returns>
    public static bool TryReadFields(ReadOnlySpan<byte> head, out BusFields fields)
    {
        fields = default;
        var reader = new BusReader(head);
        for (var skipped = 0; skipped < HeaderBytes; skipped++)
        {
            _ = reader.TryReadByte(out _);
        }

        while (reader.TryAlign(8) && reader.TryReadByte(out var field) && reader.TryReadSignature(out var type))
        {
            var number = 0u;
            ReadOnlySpan<byte> text = default;
            if (type.Length != 1 || !(type[0] switch
            {
                (byte)'u' => reader.TryReadInteger(out number),
                (byte)'g' => reader.TryReadSignature(out text),
                (byte)'s' or (byte)'o' => reader.TryReadText(out text),
                _ => false,
            }))
            {
                return false;
            }

            switch (field)
            {
                case ReplySerialField:
                    fields.ReplySerial = number;
                    break;
                case SignatureField:
                    fields.Signature = text;
                    break;
                case ErrorNameField:
                    fields.Error = text;
                    break;
                default:
                    break;
            }
        }

        return true;
    }

    private static void AppendText(List<byte> message, string text)
    {
        Append(message, text.Length);
        message.AddRange(Encoding.ASCII.GetBytes(text));
        message.Add(0);
    }

    private static void Append(List<byte> message, int value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        message.AddRange(bytes);
    }

    private static void Pad(List<byte> message, int boundary)
    {
        while (message.Count % boundary != 0)
        {
            message.Add(0);
        }
    }
}
