using System.Buffers.Text;
using System.Text;
using System.Text.Unicode;
using NodeTelemetry.Protocol.Readings;

namespace NodeTelemetry.Agent.Samplers.Textfile;

/// <summary>Parses one line of a textfile.</summary>
/// <remarks>
/// Source: the text exposition format of Prometheus, version 0.0.4, as node_exporter's textfile collector takes it:
/// no timestamps. Shape: <c>name{label="value"} 12.5</c>; lines that start with <c>#</c> are comments,
/// but for <c># TYPE name counter</c>. Allocates: nothing.
/// </remarks>
internal static class TextfileLine
{
    /// <summary>Parses a line.</summary>
    /// <param name="line">The line without its line feed.</param>
    /// <param name="name">The metric's name; empty for comments and blank lines.</param>
    /// <param name="labels">Its labels with their braces, as they stand there; empty if there are none.</param>
    /// <param name="value">The value, which may be infinite or no number.</param>
    public static TextfileError Parse(
        ReadOnlySpan<byte> line, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> labels, out double value)
    {
        name = labels = default;
        value = 0;
        line = line.Trim(" \t\r"u8);
        if (!Utf8.IsValid(line))
        {
            return TextfileError.NotUtf8;
        }

        if (line.IsEmpty || line[0] == (byte)'#')
        {
            return line.StartsWith("# TYPE "u8) && !IsType(line["# TYPE "u8.Length..])
                ? TextfileError.BadType
                : TextfileError.None;
        }

        name = line[..NameLength(line, isColonAllowed: true)];
        if (name.IsEmpty)
        {
            return TextfileError.BadName;
        }

        var rest = line[name.Length..];
        var afterBlanks = rest[Blanks(rest)..];
        if (afterBlanks.StartsWith("{"u8))
        {
            labels = afterBlanks[..LabelsLength(afterBlanks)];
            rest = afterBlanks[labels.Length..];
            return labels.IsEmpty ? TextfileError.BadLabels : ParseValue(rest[Blanks(rest)..], out value);
        }

        return rest.IsEmpty ? TextfileError.BadValue
            : afterBlanks.Length == rest.Length ? TextfileError.BadName
            : ParseValue(afterBlanks, out value);
    }

    /// <summary>Writes name and labels without blanks, so that one series has one name,
    /// escaped by <see cref="PlainText"/>.</summary>
    public static string Canonical(ReadOnlySpan<byte> name, ReadOnlySpan<byte> labels)
    {
        if (labels.IndexOfAnyExcept("{}, \t"u8) < 0)
        {
            return Encoding.UTF8.GetString(name);
        }

        var text = new List<byte>(name.Length + labels.Length);
        text.AddRange(name);
        var isQuoted = false;
        for (var at = 0; at < labels.Length; at++)
        {
            var letter = labels[at];
            if (isQuoted && letter == (byte)'\\')
            {
                text.Add(letter);
                letter = labels[++at];
            }
            else if (letter == (byte)'"')
            {
                isQuoted = !isQuoted;
            }
            else if (!isQuoted && (letter is (byte)' ' or (byte)'\t'))
            {
                continue;
            }

            text.Add(letter);
        }

        // A comma may stand behind the last label.
        if (text[^2] == (byte)',')
        {
            text.RemoveAt(text.Count - 2);
        }

        return PlainText.FromBytes(text.ToArray());
    }

    private static TextfileError ParseValue(ReadOnlySpan<byte> text, out double value)
    {
        var end = text.IndexOfAny((byte)' ', (byte)'\t');
        var number = end < 0 ? text : text[..end];
        var isNegative = number.StartsWith("-"u8);
        var plain = number.TrimStart("+-"u8);
        if (plain.SequenceEqual("Inf"u8) || plain.SequenceEqual("NaN"u8))
        {
            value = plain.SequenceEqual("NaN"u8) ? double.NaN
                : isNegative ? double.NegativeInfinity : double.PositiveInfinity;
        }
        else if (!Utf8Parser.TryParse(number, out value, out var used) || used != number.Length)
        {
            return TextfileError.BadValue;
        }

        return end < 0 ? TextfileError.None : TextfileError.HasTime;
    }

    private static bool IsType(ReadOnlySpan<byte> text)
    {
        var name = NameLength(text, isColonAllowed: true);
        var type = text[name..].Trim(" \t"u8);
        return name > 0
            && (type.SequenceEqual("counter"u8) || type.SequenceEqual("gauge"u8) || type.SequenceEqual("histogram"u8)
                || type.SequenceEqual("summary"u8) || type.SequenceEqual("untyped"u8));
    }

    private static int NameLength(ReadOnlySpan<byte> text, bool isColonAllowed)
    {
        var length = 0;
        while (length < text.Length
            && (char.IsAsciiLetter((char)text[length]) || text[length] == (byte)'_'
                || (isColonAllowed && text[length] == (byte)':')
                || (length > 0 && char.IsAsciiDigit((char)text[length]))))
        {
            length++;
        }

        return length;
    }

    /// <summary>Gets the length of the labels with their braces; 0 if they are malformed.</summary>
    private static int LabelsLength(ReadOnlySpan<byte> text)
    {
        var at = 1;
        while (true)
        {
            at += Blanks(text[at..]);
            if (text[at..].StartsWith("}"u8))
            {
                return at + 1;
            }

            var name = NameLength(text[at..], isColonAllowed: false);
            at += name;
            at += Blanks(text[at..]);
            if (name == 0 || !text[at..].StartsWith("="u8))
            {
                return 0;
            }

            at++;
            at += Blanks(text[at..]);
            var value = QuotedLength(text[at..]);
            if (value == 0)
            {
                return 0;
            }

            at += value;
            at += Blanks(text[at..]);
            if (text[at..].StartsWith(","u8))
            {
                at++;
            }
            else if (!text[at..].StartsWith("}"u8))
            {
                return 0;
            }
        }
    }

    private static int Blanks(ReadOnlySpan<byte> text)
    {
        var count = text.IndexOfAnyExcept((byte)' ', (byte)'\t');
        return count < 0 ? text.Length : count;
    }

    /// <summary>Gets the length of a text with its quotes; 0 if it is malformed.</summary>
    private static int QuotedLength(ReadOnlySpan<byte> text)
    {
        if (!text.StartsWith("\""u8))
        {
            return 0;
        }

        for (var at = 1; at < text.Length; at++)
        {
            if (text[at] == (byte)'"')
            {
                return at + 1;
            }

            at += text[at] == (byte)'\\' ? 1 : 0;
        }

        return 0;
    }
}
