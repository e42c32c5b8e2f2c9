using System.Globalization;
using System.Text;

namespace NodeTelemetry.Collector.Alerts.Channels;

/// <summary>The maximum length of a text, in UTF-16 characters or in bytes of UTF-8.</summary>
/// <param name="Max">The maximum.</param>
/// <param name="IsBytes">Whether bytes are counted.</param>
/// <remarks>A service that counts code points gets at most as many of them as UTF-16 characters are allowed.</remarks>
internal readonly record struct TextLimit(int Max, bool IsBytes = false)
{
    private const string Ellipsis = "…";

    /// <summary>
    /// Maximum characters that are kept together because they are one visible character;
    /// a hostile name may combine thousands.
    /// </summary>
    private const int ElementLengthMax = 32;

    /// <summary>Gets no limit.</summary>
    public static TextLimit None { get; } = new(int.MaxValue);

    /// <summary>Gets the length of a text as this limit counts it.</summary>
    public int Measure(ReadOnlySpan<char> text) => IsBytes ? Encoding.UTF8.GetByteCount(text) : text.Length;

    /// <summary>Determines whether a text is within the limit.</summary>
    public bool Accepts(string text) => Measure(text) <= Max;

    /// <summary>Creates a limit that is not above a maximum.</summary>
    public TextLimit AtMost(int max) => this with { Max = Math.Min(Max, max) };

    /// <summary>Creates the limit for what is left beside a text.</summary>
    public TextLimit Beside(string text) => this with { Max = Math.Max(0, Max - Measure(text)) };

    /// <summary>Cuts a text between two visible characters and marks the cut.</summary>
    public string Cut(string text)
    {
        if (Accepts(text))
        {
            return text;
        }

        var room = Max - Measure(Ellipsis);
        var length = 0;
        while (length < text.Length)
        {
            var next = FindNext(text.AsSpan(length));
            room -= Measure(text.AsSpan(length, next));
            if (room < 0)
            {
                break;
            }

            length += next;
        }

        return Max < Measure(Ellipsis) ? string.Empty : text[..length] + Ellipsis;
    }

    private static int FindNext(ReadOnlySpan<char> text)
    {
        var length = StringInfo.GetNextTextElementLength(text);
        return length <= ElementLengthMax ? length
            : char.IsHighSurrogate(text[0]) && char.IsLowSurrogate(text[1]) ? 2
            : 1;
    }
}
