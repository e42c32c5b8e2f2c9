using System.Buffers.Text;

namespace NodeTelemetry.Protocol.Wire;

/// <summary>Reads JSON as the agent writes it from the left: without spaces, escapes or exponents.
/// Never throws, allocates nothing.</summary>
/// <remarks>Every method leaves the position as it is if the text is something else.</remarks>
/// <param name="text">The text.</param>
internal ref struct CompactText(ReadOnlySpan<byte> text)
{
    /// <summary>Digits that fit 64 bits.</summary>
    private const int DigitsMax = 19;

    /// <summary>The largest integer of which a double holds every smaller one.</summary>
    private const ulong ExactMax = 1UL << 53;

    // Powers of ten that a double holds exactly: dividing an exact integer by one of them rounds once, so correctly.
    private static readonly double[] PowersOfTen =
    [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
    ];

    private readonly ReadOnlySpan<byte> _text = text;
    private int _position;

    /// <summary>Gets a value indicating whether everything has been read.</summary>
    public readonly bool IsAtEnd => _position == _text.Length;

    /// <summary>Skips one character.</summary>
    public bool TrySkip(byte character)
    {
        if ((uint)_position >= (uint)_text.Length || _text[_position] != character)
        {
            return false;
        }

        _position++;
        return true;
    }

    /// <summary>Skips a key and its colon, or another literal.</summary>
    public bool TrySkip(ReadOnlySpan<byte> literal)
    {
        if (!_text[_position..].StartsWith(literal))
        {
            return false;
        }

        _position += literal.Length;
        return true;
    }

    /// <summary>Reads a string of printable ASCII.</summary>
    public bool TryReadString(out ReadOnlySpan<byte> value)
    {
        value = default;
        var position = _position;
        if ((uint)position >= (uint)_text.Length || _text[position++] != (byte)'"')
        {
            return false;
        }

        for (var start = position; position < _text.Length; position++)
        {
            var current = _text[position];
            if (current == (byte)'"')
            {
                value = _text[start..position];
                _position = position + 1;
                return true;
            }

            if (current is < (byte)' ' or > (byte)'~' or (byte)'\\')
            {
                return false;
            }
        }

        return false;
    }

    /// <summary>Reads an integer that is not negative.</summary>
    public bool TryReadInteger(out long value)
    {
        var position = _position;
        var digits = ReadDigits(ref position, 0, out var number);
        value = (long)number;
        if (digits is 0 or >= DigitsMax || (digits > 1 && _text[_position] == (byte)'0')
            || (position < _text.Length && _text[position] is (byte)'.' or (byte)'e' or (byte)'E'))
        {
            return false;
        }

        _position = position;
        return true;
    }

    /// <summary>Reads a number.</summary>
    public bool TryReadNumber(out double value)
    {
        value = 0;
        var position = _position;
        var isNegative = position < _text.Length && _text[position] == (byte)'-';
        position += isNegative ? 1 : 0;
        var first = position;
        var digits = ReadDigits(ref position, 0, out var number);
        if (digits == 0 || (digits > 1 && _text[first] == (byte)'0'))
        {
            return false;
        }

        var decimals = 0;
        if (position < _text.Length && _text[position] == (byte)'.')
        {
            position++;
            decimals = ReadDigits(ref position, number, out number);
            if (decimals == 0)
            {
                return false;
            }
        }

        if (position < _text.Length && _text[position] is (byte)'e' or (byte)'E')
        {
            return false;
        }

        if (digits + decimals <= DigitsMax && number <= ExactMax)
        {
            value = number / PowersOfTen[decimals];
            value = isNegative ? -value : value;
        }
        else if (!Utf8Parser.TryParse(_text[_position..position], out value, out var used)
            || used != position - _position || double.IsInfinity(value))
        {
            return false;
        }

        _position = position;
        return true;
    }

    /// <summary>Reads <c>true</c> or <c>false</c>.</summary>
    public bool TryReadFlag(out bool value)
    {
        value = TrySkip("true"u8);
        return value || TrySkip("false"u8);
    }

    /// <summary>Reads digits, which follow those of a number; too many of them give a meaningless number.</summary>
    private readonly int ReadDigits(ref int position, ulong before, out ulong number)
    {
        var text = _text;
        var start = position;
        number = before;
        while ((uint)position < (uint)text.Length)
        {
            var digit = (uint)(text[position] - '0');
            if (digit > 9)
            {
                break;
            }

            number = (number * 10) + digit;
            position++;
        }

        return position - start;
    }
}
