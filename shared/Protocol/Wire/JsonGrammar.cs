using NodeTelemetry.Protocol.Limits;

namespace NodeTelemetry.Protocol.Wire;

/// <summary>Checks that bytes are one JSON object. Never throws, allocates nothing.</summary>
/// <remarks>
/// Source: RFC 8259. <c>Utf8JsonReader</c> reports malformed text by an exception, which would turn a flood of garbage
/// into load and memory. It only reads text that has passed this check, and so cannot fail.
/// </remarks>
internal static class JsonGrammar
{
    private enum Expect
    {
        Value,
        ValueOrEnd,
        Name,
        NameOrEnd,
        CommaOrEnd,
    }

    /// <summary>Checks the whole of <paramref name="text"/>, which must be valid UTF-8.</summary>
    /// <returns><see cref="DecodeError.None"/>, or the first fault from the left.</returns>
    public static DecodeError Check(ReadOnlySpan<byte> text)
    {
        var position = SkipSpace(text, 0);
        if (position >= text.Length)
        {
            return DecodeError.NotJson;
        }

        if (text[position] != (byte)'{')
        {
            return "[\"-tfn0123456789"u8.Contains(text[position]) ? DecodeError.NotObject : DecodeError.NotJson;
        }

        // One bit per level: 1 for an object, 0 for a list. DepthMax is far below 64.
        var objects = 1UL;
        var depth = 1;
        var expect = Expect.NameOrEnd;
        position++;
        while (depth > 0)
        {
            position = SkipSpace(text, position);
            if (position >= text.Length)
            {
                return DecodeError.NotJson;
            }

            var inObject = (objects & (1UL << (depth - 1))) != 0;
            var current = text[position];
            if (current == (inObject ? (byte)'}' : (byte)']')
                && expect is Expect.NameOrEnd or Expect.ValueOrEnd or Expect.CommaOrEnd)
            {
                depth--;
                position++;
                expect = Expect.CommaOrEnd;
                continue;
            }

            if (expect == Expect.CommaOrEnd)
            {
                if (current != (byte)',')
                {
                    return DecodeError.NotJson;
                }

                position++;
                expect = inObject ? Expect.Name : Expect.Value;
            }
            else if (expect is Expect.Value or Expect.ValueOrEnd && current is (byte)'{' or (byte)'[')
            {
                if (depth == WireLimits.DepthMax)
                {
                    return DecodeError.TooDeep;
                }

                var bit = 1UL << depth++;
                objects = current == (byte)'{' ? objects | bit : objects & ~bit;
                position++;
                expect = current == (byte)'{' ? Expect.NameOrEnd : Expect.ValueOrEnd;
            }
            else
            {
                var isName = expect is Expect.Name or Expect.NameOrEnd;
                var fault = isName ? SkipName(text, ref position) : SkipScalar(text, ref position);
                if (fault != DecodeError.None)
                {
                    return fault;
                }

                expect = isName ? Expect.Value : Expect.CommaOrEnd;
            }
        }

        return SkipSpace(text, position) == text.Length ? DecodeError.None : DecodeError.TrailingBytes;
    }

    private static int SkipSpace(ReadOnlySpan<byte> text, int position)
    {
        while (position < text.Length && text[position] is (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r')
        {
            position++;
        }

        return position;
    }

    /// <summary>Skips a member's name and the colon after it.</summary>
    private static DecodeError SkipName(ReadOnlySpan<byte> text, ref int position)
    {
        if (text[position] != (byte)'"')
        {
            return DecodeError.NotJson;
        }

        var fault = SkipString(text, ref position);
        if (fault != DecodeError.None)
        {
            return fault;
        }

        position = SkipSpace(text, position);
        return position < text.Length && text[position++] == (byte)':' ? DecodeError.None : DecodeError.NotJson;
    }

    private static DecodeError SkipScalar(ReadOnlySpan<byte> text, ref int position)
    {
        switch (text[position])
        {
            case (byte)'"':
                return SkipString(text, ref position);
            case (byte)'t':
                return SkipWord(text, ref position, "true"u8);
            case (byte)'f':
                return SkipWord(text, ref position, "false"u8);
            case (byte)'n':
                return SkipWord(text, ref position, "null"u8);
            default:
                return SkipNumber(text, ref position);
        }
    }

    private static DecodeError SkipWord(ReadOnlySpan<byte> text, ref int position, ReadOnlySpan<byte> word)
    {
        if (!text[position..].StartsWith(word))
        {
            return DecodeError.NotJson;
        }

        position += word.Length;
        return DecodeError.None;
    }

    private static DecodeError SkipNumber(ReadOnlySpan<byte> text, ref int position)
    {
        if (text[position] == (byte)'-')
        {
            position++;
        }

        var whole = SkipDigits(text, ref position);
        if (whole == 0 || (whole > 1 && text[position - whole] == (byte)'0'))
        {
            return DecodeError.NotJson;
        }

        if (position < text.Length && text[position] == (byte)'.')
        {
            position++;
            if (SkipDigits(text, ref position) == 0)
            {
                return DecodeError.NotJson;
            }
        }

        if (position < text.Length && text[position] is (byte)'e' or (byte)'E')
        {
            position++;
            if (position < text.Length && text[position] is (byte)'+' or (byte)'-')
            {
                position++;
            }

            if (SkipDigits(text, ref position) == 0)
            {
                return DecodeError.NotJson;
            }
        }

        return DecodeError.None;
    }

    private static int SkipDigits(ReadOnlySpan<byte> text, ref int position)
    {
        var start = position;
        while (position < text.Length && text[position] is >= (byte)'0' and <= (byte)'9')
        {
            position++;
        }

        return position - start;
    }

    private static DecodeError SkipString(ReadOnlySpan<byte> text, ref int position)
    {
        position++;
        while (position < text.Length)
        {
            var current = text[position++];
            if (current == (byte)'"')
            {
                return DecodeError.None;
            }

            if (current < 0x20)
            {
                return DecodeError.NotJson;
            }

            if (current == (byte)'\\')
            {
                var fault = SkipEscape(text, ref position);
                if (fault != DecodeError.None)
                {
                    return fault;
                }
            }
        }

        return DecodeError.NotJson;
    }

    private static DecodeError SkipEscape(ReadOnlySpan<byte> text, ref int position)
    {
        if (position >= text.Length)
        {
            return DecodeError.NotJson;
        }

        var kind = text[position++];
        if (kind is (byte)'"' or (byte)'\\' or (byte)'/' or (byte)'b' or (byte)'f' or (byte)'n' or (byte)'r'
            or (byte)'t')
        {
            return DecodeError.None;
        }

        if (kind != (byte)'u' || !TryReadHex(text, ref position, out var unit))
        {
            return DecodeError.NotJson;
        }

        if (unit is < 0xD800 or > 0xDFFF)
        {
            return DecodeError.None;
        }

        // Half a surrogate pair has no UTF-8 form; the reader would throw on it.
        if (unit > 0xDBFF || !text[position..].StartsWith("\\u"u8))
        {
            return DecodeError.NotUtf8;
        }

        position += 2;
        if (!TryReadHex(text, ref position, out var second))
        {
            return DecodeError.NotJson;
        }

        return second is >= 0xDC00 and <= 0xDFFF ? DecodeError.None : DecodeError.NotUtf8;
    }

    private static bool TryReadHex(ReadOnlySpan<byte> text, ref int position, out int value)
    {
        value = 0;
        if (text.Length - position < 4)
        {
            return false;
        }

        for (var end = position + 4; position < end; position++)
        {
            var digit = HexDigits.GetValue(text[position]);
            if (digit < 0)
            {
                return false;
            }

            value = (value << 4) | digit;
        }

        return true;
    }
}
