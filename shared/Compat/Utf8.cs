using System.Runtime.CompilerServices;

namespace System.Text.Unicode;

/// <summary>Checks and writes UTF-8.</summary>
internal static class Utf8
{
    /// <summary>Determines whether bytes are UTF-8 as RFC 3629 defines it.</summary>
    public static bool IsValid(ReadOnlySpan<byte> bytes)
    {
        for (var index = 0; index < bytes.Length;)
        {
            var length = Length(bytes.Slice(index));
            if (length == 0)
            {
                return false;
            }

            index += length;
        }

        return true;
    }

    /// <summary>Writes a text with numbers and names; texts in its holes are ASCII.</summary>
    /// <returns>Whether the destination was large enough.</returns>
    public static bool TryWrite(
        Span<byte> destination,
        IFormatProvider? provider,
        [InterpolatedStringHandlerArgument(nameof(destination), nameof(provider))] ref Handler handler,
        out int bytesWritten)
    {
        bytesWritten = handler.Written;
        return handler.Written >= 0;
    }

    /// <summary>Gets the length of the first character; 0 if it is none.</summary>
    private static int Length(ReadOnlySpan<byte> bytes)
    {
        var first = bytes[0];
        if (first < 0x80)
        {
            return 1;
        }

        // The second byte alone decides about overlong forms, surrogates and characters beyond U+10FFFF.
        var (length, low, high) = first switch
        {
            >= 0xC2 and <= 0xDF => (2, 0x80, 0xBF),
            0xE0 => (3, 0xA0, 0xBF),
            0xED => (3, 0x80, 0x9F),
            >= 0xE1 and <= 0xEF => (3, 0x80, 0xBF),
            0xF0 => (4, 0x90, 0xBF),
            >= 0xF1 and <= 0xF3 => (4, 0x80, 0xBF),
            0xF4 => (4, 0x80, 0x8F),
            _ => (0, 0, 0),
        };
        if (length == 0 || bytes.Length < length || bytes[1] < low || bytes[1] > high)
        {
            return 0;
        }

        for (var index = 2; index < length; index++)
        {
            if ((bytes[index] & 0xC0) != 0x80)
            {
                return 0;
            }
        }

        return length;
    }

    /// <summary>Receives the pieces of an interpolated string.</summary>
    [InterpolatedStringHandler]
    internal ref struct Handler
    {
        private readonly Span<byte> _destination;
        private readonly IFormatProvider? _provider;

        public Handler(int literalLength, int formattedCount, Span<byte> destination, IFormatProvider? provider)
        {
            _ = (literalLength, formattedCount);
            _destination = destination;
            _provider = provider;
            Written = 0;
        }

        /// <summary>Gets the number of bytes written; negative if the destination was too small.</summary>
        public int Written { get; private set; }

        public void AppendLiteral(string text)
        {
            if (Written < 0 || Encoding.UTF8.GetByteCount(text) > _destination.Length - Written)
            {
                Written = -1;
                return;
            }

            Written += Encoding.UTF8.GetBytes(text.AsSpan(), _destination.Slice(Written));
        }

        public void AppendFormatted<T>(T value, string? format = null) => AppendLiteral(
            (value is IFormattable formattable ? formattable.ToString(format, _provider) : value?.ToString())
            ?? string.Empty);
    }
}
