using System.Buffers.Binary;

namespace NodeTelemetry.Agent.Bus;

/// <summary>Reads values of a little-endian D-Bus message, left to right. Never throws.</summary>
/// <remarks>Source: D-Bus specification, "Type system" and "Marshaling": values are aligned to their size,
/// relative to the start of the message or of its body, which is aligned to 8.</remarks>
internal ref struct BusReader(ReadOnlySpan<byte> message)
{
    private readonly ReadOnlySpan<byte> _message = message;

    /// <summary>Gets the offset of the next value, before alignment.</summary>
    public int Position { get; private set; }

    /// <summary>Skips the padding before a value.</summary>
    public bool TryAlign(int boundary)
    {
        Position = (Position + boundary - 1) / boundary * boundary;
        return Position <= _message.Length;
    }

    /// <summary>Reads a BYTE.</summary>
    public bool TryReadByte(out byte value)
    {
        var isThere = Position < _message.Length;
        value = isThere ? _message[Position++] : (byte)0;
        return isThere;
    }

    /// <summary>Reads a UINT32.</summary>
    public bool TryReadInteger(out uint value)
    {
        value = 0;
        if (!TryAlign(sizeof(uint)) || _message.Length - Position < sizeof(uint))
        {
            return false;
        }

        value = BinaryPrimitives.ReadUInt32LittleEndian(_message[Position..]);
        Position += sizeof(uint);
        return true;
    }

    /// <summary>Reads a STRING or an OBJECT_PATH.</summary>
    public bool TryReadText(out ReadOnlySpan<byte> text)
    {
        text = default;
        return TryReadInteger(out var length) && TryTake(length, out text);
    }

    /// <summary>Reads a SIGNATURE.</summary>
    public bool TryReadSignature(out ReadOnlySpan<byte> text)
    {
        text = default;
        return TryReadByte(out var length) && TryTake(length, out text);
    }

    /// <summary>Reads bytes and their terminating NUL.</summary>
    private bool TryTake(uint length, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (length >= _message.Length - Position)
        {
            return false;
        }

        text = _message.Slice(Position, (int)length);
        Position += (int)length + 1;
        return true;
    }
}
