using System.Text;
using System.Text.Json;
using NodeTelemetry.Protocol.Limits;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Protocol.Wire;

/// <summary>Maps recurring UTF-8 texts, such as host names, to cached strings.</summary>
/// <remarks>Direct-mapped: a collision replaces the older text, so hostile senders cannot make it grow.</remarks>
internal sealed class TextCache
{
    /// <summary>Slots, a power of two: enough for some thousand nodes with about four texts each, 128 kB.</summary>
    private const int SlotCount = 16_384;

    /// <summary>An escape is at most six bytes for one byte.</summary>
    private const int EscapeExpansion = 6;

    private readonly string?[] _slots = new string?[SlotCount];
    private readonly byte[] _unescaped = new byte[EscapeExpansion * WireLimits.HostnameBytesMax];

    /// <summary>Gets the string of <paramref name="text"/>, which must be valid UTF-8.</summary>
    public string Get(ReadOnlySpan<byte> text)
    {
        ref var slot = ref _slots[Hash(text) & (SlotCount - 1)];
        if (slot is null || !IsSame(slot, text))
        {
            slot = Encoding.UTF8.GetString(text);
        }

        return slot;
    }

    /// <summary>Reads a JSON string or property name of at most <paramref name="bytesMax"/> bytes,
    /// escaped by <see cref="PlainText"/>.</summary>
    public DecodeError Read(ref Utf8JsonReader reader, int bytesMax, out string value)
    {
        value = string.Empty;
        if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName))
        {
            return DecodeError.WrongType;
        }

        var text = reader.ValueSpan;
        if (reader.ValueIsEscaped)
        {
            if (text.Length > _unescaped.Length)
            {
                return DecodeError.StringTooLong;
            }

            text = _unescaped.AsSpan(0, reader.CopyString(_unescaped));
        }

        if (text.Length > bytesMax)
        {
            return DecodeError.StringTooLong;
        }

        value = PlainText.Escape(Get(text), bytesMax);
        return DecodeError.None;
    }

    private static uint Hash(ReadOnlySpan<byte> text)
    {
        // FNV-1a: texts are short, and collisions only cost allocations.
        var hash = 2_166_136_261u;
        foreach (var value in text)
        {
            hash = (hash ^ value) * 16_777_619u;
        }

        return hash ^ (hash >> 15);
    }

    private static bool IsSame(string known, ReadOnlySpan<byte> text)
    {
        if (known.Length != text.Length)
        {
            return false;
        }

        for (var index = 0; index < text.Length; index++)
        {
            // Non-ASCII texts have different lengths in the two encodings; they are decoded each time.
            if (text[index] > 0x7F || known[index] != text[index])
            {
                return false;
            }
        }

        return true;
    }
}
