using System.Text;
using System.Text.Json;
using NodeTelemetry.Protocol.Limits;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Protocol.Wire;

/// <summary>Maps recurring UTF-8 texts, such as host names, to cached strings.</summary>
/// <remarks>
/// Direct-mapped: a collision replaces the older text. It grows with the number of texts up to a limit,
/// which hostile senders cannot exceed either.
/// </remarks>
internal sealed class TextCache
{
    /// <summary>Slots at first, a power of two: enough for some dozen nodes, 8 kB.</summary>
    private const int SlotCountMin = 1024;

    /// <summary>Maximum slots: enough for 10 000 nodes with a name and an identity each, 512 kB.</summary>
    private const int SlotCountMax = 65_536;

    /// <summary>An escape is at most six bytes for one byte.</summary>
    private const int EscapeExpansion = 6;

    private string?[] _slots = new string?[SlotCountMin];
    private int _replaced;
    private readonly byte[] _unescaped = new byte[EscapeExpansion * WireLimits.HostnameBytesMax];

    /// <summary>Gets the string of <paramref name="text"/>, which must be valid UTF-8.</summary>
    public string Get(ReadOnlySpan<byte> text)
    {
        var hash = Hash(text);
        var slot = _slots[hash & (_slots.Length - 1)];
        if (slot is null || !IsSame(slot, text))
        {
            var isReplaced = slot is not null;
            slot = Encoding.UTF8.GetString(text);
            _slots[hash & (_slots.Length - 1)] = slot;
            if (isReplaced && ++_replaced > _slots.Length && _slots.Length < SlotCountMax)
            {
                // The texts come again by themselves.
                _slots = new string?[4 * _slots.Length];
                _replaced = 0;
            }
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
