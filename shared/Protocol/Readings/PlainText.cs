using System.Text;
using System.Text.Unicode;

namespace NodeTelemetry.Protocol.Readings;

/// <summary>The one rule for texts in a sample, for sender and receiver alike:
/// what a page, a log or a terminal would not show as it is, is escaped.</summary>
/// <remarks>
/// Escaped are control characters, line and paragraph separators, characters that change the direction of writing,
/// invisible characters and halves of surrogate pairs, as <c>\u202e</c>; and bytes that are not UTF-8, as <c>\xff</c>.
/// Source: Unicode Technical Report 36, security considerations. A text that has been escaped stays as it is.
/// </remarks>
public static class PlainText
{
    /// <summary>The longest UTF-8 sequence of one character.</summary>
    private const int SequenceBytesMax = 4;

    /// <summary>Escapes a text. Allocates: nothing if there is nothing to escape.</summary>
    /// <param name="text">The text.</param>
    /// <param name="bytesMax">The maximum length of an escaped text in UTF-8;
    /// a longer one is cut between characters.</param>
    public static string Escape(string text, int bytesMax = int.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(text);
        var first = FindHarmful(text);
        if (first < 0)
        {
            return text;
        }

        var plain = new StringBuilder(2 * text.Length);
        var bytes = 0;
        for (var index = 0; index < text.Length; index++)
        {
            var isPair = IsPair(text, index);
            var piece = index >= first && IsHarmful(text, index) ? $"\\u{(int)text[index]:x4}"
                : isPair ? text.Substring(index, 2)
                : text[index].ToString();
            bytes += Encoding.UTF8.GetByteCount(piece);
            if (bytes > bytesMax)
            {
                break;
            }

            plain.Append(piece);
            index += piece.Length == 2 && isPair ? 1 : 0;
        }

        return plain.ToString();
    }

    /// <summary>Escapes a text of the kernel, which may be any bytes.</summary>
    public static string FromBytes(ReadOnlySpan<byte> text)
    {
        if (Utf8.IsValid(text))
        {
            return Escape(Encoding.UTF8.GetString(text));
        }

        var plain = new StringBuilder(2 * text.Length);
        while (!text.IsEmpty)
        {
            var length = 1;
            while (length < Math.Min(SequenceBytesMax, text.Length) && !Utf8.IsValid(text[..length]))
            {
                length++;
            }

            if (Utf8.IsValid(text[..length]))
            {
                plain.Append(Encoding.UTF8.GetString(text[..length]));
            }
            else
            {
                length = 1;
                plain.Append($"\\x{text[0]:x2}");
            }

            text = text[length..];
        }

        return Escape(plain.ToString());
    }

    private static int FindHarmful(string text)
    {
        for (var index = 0; index < text.Length; index++)
        {
            // Nearly all texts are printable ASCII.
            if (text[index] is (< ' ' or > '~') && IsHarmful(text, index))
            {
                return index;
            }
        }

        return -1;
    }

    private static bool IsPair(string text, int index) =>
        index + 1 < text.Length && char.IsSurrogatePair(text[index], text[index + 1]);

    private static bool IsHarmful(string text, int index)
    {
        var character = text[index];
        return character is < ' ' or (>= '\u007F' and <= '\u009F')
            || IsInvisible(character)
            || (char.IsSurrogate(character) && !(IsPair(text, index) && !IsTag(text, index))
                && !(index > 0 && IsPair(text, index - 1) && !IsTag(text, index - 1)));
    }

    /// <summary>Returns whether a character has no width, hides in a line or changes its direction.</summary>
    private static bool IsInvisible(char character) =>
        character is '\u00AD' or '\u034F' or '\u061C' or '\u115F' or '\u1160' or '\u17B4' or '\u17B5' or '\u180E'
            or (>= '\u200B' and <= '\u200F') or (>= '\u2028' and <= '\u202E') or (>= '\u2060' and <= '\u206F')
            or '\u3164' or '\uFEFF' or '\uFFA0' or (>= '\uFFF9' and <= '\uFFFB');

    /// <summary>Returns whether a pair is one of the invisible tags, U+E0000 to U+E007F.</summary>
    private static bool IsTag(string text, int index) =>
        text[index] == '\uDB40' && text[index + 1] is >= '\uDC00' and <= '\uDC7F';
}
