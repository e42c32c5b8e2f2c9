namespace NodeTelemetry.Protocol.Wire;

/// <summary>Hexadecimal identities in datagrams.</summary>
public static class HexDigits
{
    /// <summary>Reads a fixed number of digits, upper or lower case.</summary>
    /// <returns><see langword="false"/> if the length differs or a character is not a digit.</returns>
    public static bool TryRead(ReadOnlySpan<byte> text, int digits, out ulong value)
    {
        value = 0;
        if (text.Length != digits)
        {
            return false;
        }

        foreach (var character in text)
        {
            var digit = GetValue(character);
            if (digit < 0)
            {
                return false;
            }

            value = (value << 4) | (uint)digit;
        }

        return true;
    }

    /// <summary>Writes <paramref name="value"/> in lower case over the whole of <paramref name="into"/>,
    /// most significant digit first.</summary>
    public static void Write(ulong value, Span<byte> into)
    {
        for (var index = into.Length - 1; index >= 0; index--)
        {
            into[index] = "0123456789abcdef"u8[(int)(value & 0xF)];
            value >>= 4;
        }
    }

    /// <summary>Gets the value of one digit, or a negative number if it is none.</summary>
    internal static int GetValue(byte character) => character switch
    {
        >= (byte)'0' and <= (byte)'9' => character - '0',
        >= (byte)'a' and <= (byte)'f' => character - 'a' + 10,
        >= (byte)'A' and <= (byte)'F' => character - 'A' + 10,
        _ => -1,
    };
}
